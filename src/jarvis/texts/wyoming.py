"""What is said about serving Home Assistant."""

from jarvis.texts import Text

TEXTS = {
    "wyoming.command": Text(
        "Serve Home Assistant and its satellites: they hear, speak and ask by Jarvis.",
        "Atiende a Home Assistant y sus satélites: oyen, hablan y preguntan por medio de Jarvis.",
    ),
    "wyoming.option.uri": Text(
        "Where it listens: tcp://HOST:PORT or unix://PATH; default: tcp://127.0.0.1:10300.",
        "Dónde escucha: tcp://HOST:PUERTO o unix://RUTA; por omisión, tcp://127.0.0.1:10300.",
    ),
    "wyoming.option.allow": Text(
        "An address or network that may connect besides this machine; may be repeated.",
        "Una dirección o red que puede conectarse además de esta máquina; se puede repetir.",
    ),
    "wyoming.option.language": Text(
        "Language where the other program names none.", "Idioma cuando el otro programa no dice ninguno."
    ),
    "wyoming.option.voice": Text(
        "Voice where the other program names none.", "Voz cuando el otro programa no dice ninguna."
    ),
    "wyoming.option.model": Text("Model that answers.", "Modelo que responde."),
    "wyoming.option.zeroconf": Text(
        "Announce it in the network under this name, so that Home Assistant finds it.",
        "Anunciarlo en la red con este nombre, para que Home Assistant lo encuentre.",
    ),
    "wyoming.listening": Text("Wyoming at {uri}. Ctrl-C ends it.", "Wyoming en {uri}. Ctrl-C lo termina."),
    "wyoming.asr": Text("Jarvis hears: Whisper on this machine.", "Jarvis oye: Whisper en esta máquina."),
    "wyoming.tts": Text("Jarvis speaks: voices on this machine.", "Jarvis habla: voces en esta máquina."),
    "wyoming.handle": Text("Jarvis answers.", "Jarvis responde."),
    "wyoming.not_installed": Text("The library wyoming is not installed.", "La biblioteca wyoming no está instalada."),
    "wyoming.not_installed.hint": Text(
        "Install it: `pip install 'jarvis-ia[speech]'`, or in a copy of the repository `.venv/bin/pip install -e '.[speech]'`.",
        "Instálela: `pip install 'jarvis-ia[speech]'`, o en una copia del repositorio `.venv/bin/pip install -e '.[speech]'`.",
    ),
    "wyoming.bad_uri": Text("{uri} is no address to listen at.", "{uri} no es una dirección donde escuchar."),
    "wyoming.bad_uri.hint": Text(
        "Write it as tcp://127.0.0.1:10300 or unix:///path/of/a.sock.",
        "Escríbala como tcp://127.0.0.1:10300 o unix:///ruta/de/un.sock.",
    ),
    "wyoming.exposed": Text(
        "{uri} can be reached from other machines, and Wyoming asks nobody for a password.",
        "A {uri} se llega desde otras máquinas, y Wyoming no pide contraseña a nadie.",
    ),
    "wyoming.exposed.hint": Text(
        "Say who may: `jarvis wyoming --uri {uri} --allow ADDRESS_OF_HOME_ASSISTANT`.",
        "Diga quién puede: `jarvis wyoming --uri {uri} --allow DIRECCIÓN_DE_HOME_ASSISTANT`.",
    ),
    "wyoming.no_network": Text("{value} is no address and no network.", "{value} no es una dirección ni una red."),
    "wyoming.no_network.hint": Text(
        "Write one as 192.168.1.20, 192.168.1.0/24 or fd00::/8.",
        "Escriba una como 192.168.1.20, 192.168.1.0/24 o fd00::/8.",
    ),
    "wyoming.no_socket": Text("{path} is there and is no socket.", "{path} existe y no es un socket."),
    "wyoming.no_socket.hint": Text("Choose another path for it.", "Elija otra ruta."),
    "wyoming.stranger": Text("{peer} is not allowed to connect.", "{peer} no tiene permiso para conectarse."),
    "wyoming.stranger.hint": Text(
        "Its owner allows it with `jarvis wyoming --allow {peer}`.",
        "Su dueño lo permite con `jarvis wyoming --allow {peer}`.",
    ),
    "wyoming.lost": Text("Jarvis went away while somebody spoke.", "Jarvis se fue mientras alguien hablaba."),
    "wyoming.lost.hint": Text(
        "Say it again: it is started anew. If it goes away again: `jarvis doctor`.",
        "Dígalo otra vez: se vuelve a arrancar. Si se va de nuevo: `jarvis doctor`.",
    ),
    "wyoming.full": Text(
        "{count} programs are connected, and no more can be.", "Hay {count} programas conectados, y no caben más."
    ),
    "wyoming.full.hint": Text("Try again in a moment.", "Pruebe de nuevo en un momento."),
    "wyoming.broken": Text("That is no Wyoming event ({type}).", "Eso no es un evento de Wyoming ({type})."),
    "wyoming.broken.hint": Text(
        "A line of JSON with a `type`, then as many bytes as `data_length` and `payload_length` say.",
        "Una línea de JSON con un `type`, y después tantos bytes como digan `data_length` y `payload_length`.",
    ),
    "wyoming.not_begun": Text(
        "{type} came, and nothing that it belongs to was begun.", "Llegó {type} sin que se empezara nada suyo."
    ),
    "wyoming.not_begun.hint": Text("Send {begin} first.", "Envíe antes {begin}."),
    "wyoming.large_event": Text(
        "An event may have {mib:.0f} MiB, and this one is larger.",
        "Un evento puede tener {mib:.0f} MiB, y este es mayor.",
    ),
    "wyoming.large_event.hint": Text("Send it in smaller pieces.", "Envíelo en trozos más pequeños."),
    "wyoming.no_sound": Text("That is no sound that can be listened to.", "Eso no es un sonido que se pueda escuchar."),
    "wyoming.no_sound.hint": Text(
        "Send whole samples of 1 to 4 bytes, up to 8 channels, 4,000 to 192,000 a second, the same until audio-stop.",
        "Envíe muestras enteras de 1 a 4 bytes, hasta 8 canales, de 4000 a 192 000 por segundo, iguales hasta audio-stop.",
    ),
    "wyoming.too_long": Text(
        "What is said at once may last {minutes:.0f} minutes.",
        "Lo que se dice de una vez puede durar {minutes:.0f} minutos.",
    ),
    "wyoming.too_long.hint": Text(
        "Recordings are written down by `jarvis transcribe FILE`.",
        "Las grabaciones las escribe `jarvis transcribe FICHERO`.",
    ),
    "wyoming.long_text": Text(
        "A text to be read aloud may have {letters:,} letters.",
        "Un texto para leer en voz alta puede tener {letters:,} letras.",
    ),
    "wyoming.long_text.hint": Text("Send it in parts.", "Envíelo por partes."),
    "wyoming.no_text": Text(
        "Only plain text is read aloud, not {form}.", "Solo se lee en voz alta texto normal, no {form}."
    ),
    "wyoming.no_text.hint": Text("Send it with `text_format` text.", "Envíelo con `text_format` text."),
    "wyoming.no_voice": Text(
        "There is no voice {voice} here. There are: {known}.", "Aquí no hay ninguna voz {voice}. Hay: {known}."
    ),
    "wyoming.no_voice.hint": Text(
        "`jarvis models` shows models that speak; `jarvis pull` fetches one.",
        "`jarvis models` muestra los modelos que hablan; `jarvis pull` trae uno.",
    ),
    "wyoming.announce_local": Text(
        "{uri} is reached from this machine alone: there is nothing to announce.",
        "A {uri} solo se llega desde esta máquina: no hay nada que anunciar.",
    ),
    "wyoming.announce_local.hint": Text(
        "Listen for others too: `--uri tcp://0.0.0.0:10300 --allow ADDRESS_OF_HOME_ASSISTANT`.",
        "Escuche también a otros: `--uri tcp://0.0.0.0:10300 --allow DIRECCIÓN_DE_HOME_ASSISTANT`.",
    ),
    "wyoming.no_zeroconf": Text(
        "The library zeroconf, which announces it, is not installed.",
        "La biblioteca zeroconf, que lo anuncia, no está instalada.",
    ),
    "wyoming.no_zeroconf.hint": Text(
        "Install it: `pip install 'wyoming[zeroconf]'`; or give Home Assistant the address.",
        "Instálela: `pip install 'wyoming[zeroconf]'`; o dé la dirección a Home Assistant.",
    ),
}
