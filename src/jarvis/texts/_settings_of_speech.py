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
    "settings.wyoming": Text(
        "What `jarvis wyoming` offers Home Assistant and other programs that speak Wyoming.",
        "Lo que `jarvis wyoming` ofrece a Home Assistant y a otros programas que hablan Wyoming.",
    ),
    "settings.wyoming.uri": Text(
        "Where it listens; outside this machine only together with allow.",
        "Dónde escucha; fuera de esta máquina solo junto con allow.",
    ),
    "settings.wyoming.allow": Text(
        "Addresses and networks that may connect besides this machine: Wyoming knows no passwords.",
        "Direcciones y redes que pueden conectarse además de esta máquina: Wyoming no tiene contraseñas.",
    ),
    "settings.wyoming.language": Text(
        "Language where the other program names none (es, en, ...); auto: found out.",
        "Idioma cuando el otro programa no dice ninguno (es, en, ...); auto: se averigua.",
    ),
    "settings.wyoming.voice": Text(
        "Voice where the other program names none; empty: that of the language.",
        "Voz cuando el otro programa no dice ninguna; vacío: la del idioma.",
    ),
    "settings.wyoming.model": Text(
        "Model that answers; jarvis: the best for each question.",
        "Modelo que responde; jarvis: el mejor para cada pregunta.",
    ),
    "settings.wyoming.month_usd": Text(
        "What answers through it may cost a month; 0: no paid models.",
        "Lo que pueden costar al mes las respuestas que pasan por él; 0: ningún modelo de pago.",
    ),
}
