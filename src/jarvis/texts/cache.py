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
}
