from jarvis.texts import Text

TEXTS = {
    "library.closed": Text("This Jarvis was closed.", "Este Jarvis ya se cerró."),
    "library.closed.hint": Text("Make a new one: `Jarvis()`.", "Cree otro: `Jarvis()`."),
    "library.difficulty": Text(
        "A difficulty is between 0 and 100, not {difficulty}.",
        "Una dificultad está entre 0 y 100, no es {difficulty}.",
    ),
    "library.difficulty.hint": Text("Give such a number, or leave it out.", "Dé un número así, o no lo dé."),
    "library.n_results": Text("n_results is {value}; it is 1 or more.", "n_results es {value}; es 1 o más."),
    "library.n_results.hint": Text("Ask for at least one.", "Pida al menos uno."),
    "library.stats": Text(
        "{queries} queries ({errors} failed), p50 {p50:.2f} s, p95 {p95:.2f} s, {tokens} tokens, {cost:.4f} USD",
        "{queries} preguntas ({errors} con error), p50 {p50:.2f} s, p95 {p95:.2f} s, {tokens} tokens, {cost:.4f} USD",
    ),
    "library.model": Text(
        "  {model}: {queries} ({share:.0%}), p50 {p50:.2f} s", "  {model}: {queries} ({share:.0%}), p50 {p50:.2f} s"
    ),
    "library.audio_kind": Text(
        "audio is {kind}; it is a path, the bytes of a sound file, or an array of float32 (-1..1) or int16 with one channel.",
        "audio es {kind}; es una ruta, los bytes de un fichero de sonido, o un array de float32 (-1..1) o int16 con un canal.",
    ),
    "library.audio_kind.hint": Text(
        "Mix channels together: `audio.mean(axis=1)`; or give the file itself.",
        "Mezcle los canales: `audio.mean(axis=1)`; o dé el propio fichero.",
    ),
    "library.audio_empty": Text("audio is empty.", "audio está vacío."),
    "library.audio_empty.hint": Text("Record something first.", "Grabe algo primero."),
    "library.audio_rate": Text(
        "An array is heard at 16,000 samples a second, and this one has {rate}.",
        "Un array se oye a 16.000 muestras por segundo, y este tiene {rate}.",
    ),
    "library.audio_rate.hint": Text(
        "Resample it, or give the file or its bytes: these may have any rate.",
        "Remuestréelo, o dé el fichero o sus bytes: estos pueden tener cualquier frecuencia.",
    ),
    "library.task": Text(
        "task is {task!r}; it is transcribe or translate.", "task es {task!r}; es transcribe o translate."
    ),
    "library.task.hint": Text("translate writes it in English.", "translate lo escribe en inglés."),
    "library.device": Text(
        "device is {device!r}; it is auto, cpu or cuda.", "device es {device!r}; es auto, cpu o cuda."
    ),
    "library.device.hint": Text("auto takes a card where there is room.", "auto usa una tarjeta donde haya sitio."),
    "library.compute_type": Text(
        "compute_type is {value!r}; it is auto or one of {known}.",
        "compute_type es {value!r}; es auto o uno de {known}.",
    ),
    "library.compute_type.hint": Text("auto takes 8 bits where that works.", "auto usa 8 bits donde funcione."),
    "library.no_card": Text(
        "There is no card here with room for {model}.", "Aquí no hay una tarjeta con sitio para {model}."
    ),
    "library.no_card.hint": Text(
        'See `jarvis doctor` and `jarvis ps`; device="auto" takes RAM then.',
        'Vea `jarvis doctor` y `jarvis ps`; device="auto" usa entonces la RAM.',
    ),
}
