"""The settings of hearing and speaking; a part of ``settings``."""

from jarvis.texts import Text

OF_SPEECH = {
    "settings.speak": Text("How Jarvis speaks.", "Cómo habla Jarvis."),
    "settings.speak.model": Text(
        "Model that speaks; auto: the best one here for the language.",
        "Modelo que habla; auto: el mejor que haya aquí para el idioma.",
    ),
    "settings.speak.voice": Text("Voice for each language, by its name.", "Voz de cada idioma, por su nombre."),
    "settings.speak.speed": Text("How fast, 0.5 to 2.", "A qué velocidad, de 0,5 a 2."),
    "settings.hear": Text("How Jarvis hears.", "Cómo oye Jarvis."),
    "settings.hear.model": Text(
        "Model that hears; auto: the best one here.", "Modelo que oye; auto: el mejor que haya aquí."
    ),
    "settings.hear.language": Text(
        "Language that is spoken (es, en, ...); auto: found out, once for each conversation.",
        "Idioma en que se habla (es, en, ...); auto: se averigua, una vez por conversación.",
    ),
    "settings.hear.hints": Text(
        "Names that are likely to be said: people, devices, rooms. They are heard better.",
        "Nombres que es probable que se digan: personas, aparatos, habitaciones. Se oyen mejor.",
    ),
}
