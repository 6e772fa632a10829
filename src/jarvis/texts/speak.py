from jarvis.texts import Text

TEXTS = {
    "speak.not_installed": Text(
        "{model} needs the library {library}, which is not installed.",
        "{model} necesita la biblioteca {library}, que no está instalada.",
    ),
    "speak.not_installed.hint": Text(
        "Install it: `pip install 'jarvis-ia[{extra}]'`, or in a copy of the repository `.venv/bin/pip install -e '.[{extra}]'`.",
        "Instálela: `pip install 'jarvis-ia[{extra}]'`, o en una copia del repositorio `.venv/bin/pip install -e '.[{extra}]'`.",
    ),
    "speak.no_espeak": Text("espeak-ng is not installed.", "espeak-ng no está instalado."),
    "speak.no_espeak.hint": Text(
        "Install it (`sudo apt install espeak-ng`), or a model that speaks: `jarvis models`.",
        "Instálelo (`sudo apt install espeak-ng`), o un modelo que hable: `jarvis models`.",
    ),
    "speak.espeak_failed": Text(
        "espeak-ng cannot speak with its voice {voice}.", "espeak-ng no puede hablar con su voz {voice}."
    ),
    "speak.espeak_failed.hint": Text(
        "See what it says itself: `espeak-ng -v {voice} test`.",
        "Vea lo que dice él mismo: `espeak-ng -v {voice} prueba`.",
    ),
    "speak.espeak_slow": Text(
        "espeak-ng has not said a sentence in {seconds:.0f} seconds.",
        "espeak-ng no ha dicho una frase en {seconds:.0f} segundos.",
    ),
    "speak.espeak_slow.hint": Text(
        "Ask again when the machine has less to do.", "Pida de nuevo cuando la máquina tenga menos que hacer."
    ),
    "speak.elsewhere_busy": Text(
        "{name} does not speak now (status {status}).", "{name} no habla ahora (estado {status})."
    ),
    "speak.elsewhere_busy.hint": Text(
        "Ask again later; to do without it: `jarvis config set speak.model auto`.",
        "Pida de nuevo más tarde; para prescindir de él: `jarvis config set speak.model auto`.",
    ),
    "speak.elsewhere_refused": Text(
        "{name} refuses to speak (status {status}).", "{name} se niega a hablar (estado {status})."
    ),
    "speak.elsewhere_refused.hint": Text(
        "Check the names of the model and the voice, and its key; to do without it: `jarvis config set speak.model auto`.",
        "Revise los nombres del modelo y de la voz, y su clave; para prescindir de él: `jarvis config set speak.model auto`.",
    ),
    "speak.elsewhere_away": Text(
        "{name} cannot be reached to speak ({reason}).", "No se puede llegar a {name} para que hable ({reason})."
    ),
    "speak.elsewhere_away.hint": Text(
        "Check the network and its address; to do without it: `jarvis config set speak.model auto`.",
        "Revise la red y su dirección; para prescindir de él: `jarvis config set speak.model auto`.",
    ),
    "speak.elsewhere_odd": Text("{name} answered something that is no speech.", "{name} respondió algo que no es voz."),
    "speak.elsewhere_odd.hint": Text(
        "To do without it: `jarvis config set speak.model auto`.",
        "Para prescindir de él: `jarvis config set speak.model auto`.",
    ),
    "speak.other_wire": Text(
        "{name} is of kind {kind}, which does not speak in OpenAI's way.",
        "{name} es de tipo {kind}, que no habla a la manera de OpenAI.",
    ),
    "speak.other_wire.hint": Text(
        "Name another one: `jarvis config set speak.model PROVIDER/MODEL`, or `jarvis config set speak.model auto`.",
        "Nombre otro: `jarvis config set speak.model PROVEEDOR/MODELO`, o `jarvis config set speak.model auto`.",
    ),
    "speak.no_price": Text(
        "Nobody has said what {model} costs at {provider}, so nothing is said there.",
        "Nadie ha dicho lo que cuesta {model} en {provider}, así que allí no se dice nada.",
    ),
    "speak.no_price.hint": Text(
        "Say it, dollars for a million letters: `jarvis config set speak.usd_per_million X`; if it costs nothing: `jarvis config set provider.{provider}.free true`.",
        "Dígalo, dólares por un millón de letras: `jarvis config set speak.usd_per_million X`; si no cuesta nada: `jarvis config set provider.{provider}.free true`.",
    ),
    "speak.no_voice": Text(
        "There is no voice {voice!r} here. There are: {known}.", "Aquí no hay ninguna voz {voice!r}. Están: {known}."
    ),
    "speak.no_voice.hint": Text(
        "Name one of them as `voice`, or leave it out: then it is the voice of the language.",
        "Nombre una de ellas como `voice`, o no la diga: será entonces la voz del idioma.",
    ),
    "speak.no_spanish": Text(
        "{voice} speaks no Spanish, only English. Spanish is spoken by: {known}.",
        "{voice} no habla español, solo inglés. Hablan español: {known}.",
    ),
    "speak.no_spanish.hint": Text(
        "Name one of them as `voice`, or leave `voice` and `model` out.",
        "Nombre una de ellas como `voice`, o no diga ni `voice` ni `model`.",
    ),
    "speak.no_english": Text(
        "{voice} speaks no English, only Spanish. English is spoken by: {known}.",
        "{voice} no habla inglés, solo español. Hablan inglés: {known}.",
    ),
    "speak.no_english.hint": Text(
        "Name one of them as `voice`, or leave `voice` and `model` out.",
        "Nombre una de ellas como `voice`, o no diga ni `voice` ni `model`.",
    ),
    "speak.private_stays": Text(
        "What is to be said is private, and {name} is outside this house.",
        "Lo que hay que decir es privado, y {name} está fuera de esta casa.",
    ),
    "speak.private_stays.hint": Text(
        "Let a voice here say it (model auto), or allow it: `jarvis config set routing.private_stays false` and `jarvis stop`.",
        "Que lo diga una voz de aquí (modelo auto), o permítalo: `jarvis config set routing.private_stays false` y `jarvis stop`.",
    ),
}
