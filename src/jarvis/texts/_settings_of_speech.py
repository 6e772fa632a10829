"""The settings of hearing and speaking; a part of ``settings``."""

from jarvis.texts import Text

OF_SPEECH = {
    "settings.speak": Text("How Jarvis speaks.", "Cómo habla Jarvis."),
    "settings.speak.model": Text(
        "Who speaks. auto: the best model here for the language, else espeak-ng. Or a model; espeak-ng; PROVIDER/MODEL elsewhere, or gtts (Google), to which everything said is then sent.",
        "Quién habla. auto: el mejor modelo que haya aquí para el idioma, si no espeak-ng. O un modelo; espeak-ng; PROVEEDOR/MODELO en otra parte, o gtts (Google), a donde se envía entonces todo lo que se dice.",
    ),
    "settings.speak.usd_per_million": Text(
        "Owner's price for a million letters said by PROVIDER/MODEL; without it nothing is said there, unless the provider is free.",
        "Precio del propietario por un millón de letras dichas por PROVEEDOR/MODELO; sin él no se dice nada allí, salvo que el proveedor sea gratis.",
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
