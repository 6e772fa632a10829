from jarvis.texts import Text

TEXTS = {
    "cache.exact": Text(
        "Answered from the cache: {model} said this on {at}.", "Respuesta guardada: la dio {model} el {at}."
    ),
    "cache.semantic": Text(
        "Answered from the cache: {model} said this on {at} to «{asked}».",
        "Respuesta guardada: la dio {model} el {at} a «{asked}».",
    ),
    "cache.no_pair": Text(
        "Line {line} of {file} is no pair of questions: {reason}.",
        "La línea {line} de {file} no es un par de preguntas: {reason}.",
    ),
    "cache.no_pair.hint": Text(
        'Each line is JSON: {{"id", "lang": "en" or "es", "a", "b", "duplicate": true or false, "kind"?}}.',
        'Cada línea es JSON: {{"id", "lang": "en" o "es", "a", "b", "duplicate": true o false, "kind"?}}.',
    ),
    "cache.not_wanted": Text("the request wants no kept answer", "la petición no quiere respuestas guardadas"),
    "cache.now": Text("it asks about now", "pregunta por el momento actual"),
    "cache.private": Text("it is private", "es privada"),
    "cache.tools": Text("tools may be used for it", "puede usar herramientas"),
    "cache.more_than_text": Text("it wants more than one text", "pide más que un texto"),
    "cache.by_chance": Text("its answer is drawn by chance", "su respuesta se elige al azar"),
    "cache.cli.show": Text("How many are kept, and what is on.", "Cuántas hay guardadas, y qué está activado."),
    "cache.cli.clear": Text("Delete kept answers for good.", "Borra para siempre respuestas guardadas."),
    "cache.cli.option.person": Text("Only those of one person.", "Solo las de una persona."),
    "cache.cli.kept": Text(
        "Kept answers: {entries} ({size} of {most}). Times given again: {hits}.",
        "Respuestas guardadas: {entries} ({size} de {most}). Veces que se volvieron a dar: {hits}.",
    ),
    "cache.cli.oldest": Text("The oldest is from {at}.", "La más antigua es del {at}."),
    "cache.cli.on": Text("on", "sí"),
    "cache.cli.off": Text("off", "no"),
    "cache.cli.exact": Text(
        "the very same question (routing.cache_responses)", "la misma pregunta (routing.cache_responses)"
    ),
    "cache.cli.sampled": Text(
        "also answers that were drawn by chance (cache.sampled)",
        "también respuestas elegidas al azar (cache.sampled)",
    ),
    "cache.cli.semantic": Text(
        "also the same question in other words (cache.semantic)",
        "también la misma pregunta con otras palabras (cache.semantic)",
    ),
    "cache.cli.sure": Text(
        "Delete everyone's kept answers for good?", "¿Borrar para siempre las respuestas guardadas de todos?"
    ),
    "cache.cli.sure_of": Text(
        "Delete the kept answers of {person} for good?",
        "¿Borrar para siempre las respuestas guardadas de {person}?",
    ),
    "cache.cli.cleared": Text("Deleted answers: {deleted}.", "Respuestas borradas: {deleted}."),
}
