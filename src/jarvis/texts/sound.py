from jarvis.texts import Text

TEXTS = {
    "sound.not_installed": Text(
        "Microphone and loudspeaker need the library sounddevice, which is not installed.",
        "El micrófono y el altavoz necesitan la biblioteca sounddevice, que no está instalada.",
    ),
    "sound.not_installed.hint": Text(
        "Install it: `pip install 'jarvis-ia[speech]'`, or in a copy of the repository `.venv/bin/pip install -e '.[speech]'`.",
        "Instálela: `pip install 'jarvis-ia[speech]'`, o en una copia del repositorio `.venv/bin/pip install -e '.[speech]'`.",
    ),
    "sound.no_portaudio": Text(
        "Microphone and loudspeaker need the system library PortAudio, which is not installed.",
        "El micrófono y el altavoz necesitan la biblioteca del sistema PortAudio, que no está instalada.",
    ),
    "sound.no_portaudio.hint": Text(
        "Install it: `sudo apt install libportaudio2` (Fedora: `sudo dnf install portaudio`).",
        "Instálela: `sudo apt install libportaudio2` (Fedora: `sudo dnf install portaudio`).",
    ),
    "sound.no_microphone": Text("This machine has no microphone.", "Esta máquina no tiene micrófono."),
    "sound.no_microphone.hint": Text(
        "Plug one in and see whether the system knows it: `pactl list short sources`, or `arecord -l`. A session over SSH has none.",
        "Conecte uno y mire si el sistema lo conoce: `pactl list short sources`, o `arecord -l`. Una sesión por SSH no tiene.",
    ),
    "sound.no_speaker": Text("This machine has no loudspeaker.", "Esta máquina no tiene altavoz."),
    "sound.no_speaker.hint": Text(
        "Plug one in and see whether the system knows it: `pactl list short sinks`, or `aplay -l`. A session over SSH has none.",
        "Conecte uno y mire si el sistema lo conoce: `pactl list short sinks`, o `aplay -l`. Una sesión por SSH no tiene.",
    ),
    "sound.no_such_device": Text(
        "There is no device {wanted!r}. There is: {there}.", "No hay ningún dispositivo {wanted!r}. Hay: {there}."
    ),
    "sound.no_such_device.hint": Text(
        "Name it by its number or a part of its name: `jarvis voice --list-devices`.",
        "Nómbrelo por su número o parte de su nombre: `jarvis voice --list-devices`.",
    ),
    "sound.busy": Text("{name} is used by another program.", "{name} lo usa otro programa."),
    "sound.busy.hint": Text(
        "Close that program (`fuser -v /dev/snd/*` tells which), or choose another device: `jarvis voice --list-devices`.",
        "Cierre ese programa (`fuser -v /dev/snd/*` dice cuál), o elija otro dispositivo: `jarvis voice --list-devices`.",
    ),
    "sound.not_opened": Text("{name} cannot be opened: {reason}.", "No se puede abrir {name}: {reason}."),
    "sound.not_opened.hint": Text(
        "See whether it is plugged in, or choose another one: `jarvis voice --list-devices`.",
        "Mire si está conectado, o elija otro: `jarvis voice --list-devices`.",
    ),
    "sound.lost": Text("{name} went away.", "{name} ha desaparecido."),
    "sound.lost.hint": Text(
        "Plug it in again, or choose another one: `jarvis voice --list-devices`.",
        "Conéctelo de nuevo, o elija otro: `jarvis voice --list-devices`.",
    ),
    "sound.no_wake": Text(
        'Listening for "hey Jarvis" needs the library pymicro-wakeword, which is not installed.',
        "Esperar a que se diga «hey Jarvis» necesita la biblioteca pymicro-wakeword, que no está instalada.",
    ),
    "sound.no_wake.hint": Text(
        "Install it: `pip install 'jarvis-ia[speech]'`, or in a copy of the repository `.venv/bin/pip install -e '.[speech]'`.",
        "Instálela: `pip install 'jarvis-ia[speech]'`, o en una copia del repositorio `.venv/bin/pip install -e '.[speech]'`.",
    ),
}
