"""The settings of hearing and speaking; a part of ``settings``."""

from jarvis.texts import Text

OF_SPEECH = {
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
