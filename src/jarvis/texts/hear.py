from jarvis.texts import Text

TEXTS = {
    "hear.no_voice_activity": Text("Nothing here notices that somebody speaks.", "Aquí nada nota que alguien habla."),
    "hear.no_voice_activity.hint": Text("Fetch it: `jarvis pull {model}`.", "Tráigalo: `jarvis pull {model}`."),
    "hear.not_installed": Text(
        "{model} needs the library faster-whisper, which is not installed.",
        "{model} necesita la biblioteca faster-whisper, que no está instalada.",
    ),
    "hear.not_installed.hint": Text(
        "Install it: `pip install 'jarvis-ia[speech]'`, or in a copy of the repository `.venv/bin/pip install -e '.[speech]'`.",
        "Instálela: `pip install 'jarvis-ia[speech]'`, o en una copia del repositorio `.venv/bin/pip install -e '.[speech]'`.",
    ),
    "hear.no_sound": Text(
        "This is no recording that can be read: it is none, or it is damaged.",
        "Esto no es una grabación que se pueda leer: no lo es, o está dañada.",
    ),
    "hear.no_sound.hint": Text(
        "Send a sound file: WAV, MP3, FLAC, OGG, M4A, WebM, or a video with sound.",
        "Envíe un fichero de sonido: WAV, MP3, FLAC, OGG, M4A, WebM, o un vídeo con sonido.",
    ),
    "hear.no_track": Text(
        "This recording has pictures, but no sound.", "Esta grabación tiene imágenes, pero no sonido."
    ),
    "hear.no_track.hint": Text(
        "Send one with sound; `ffprobe FILE` shows what is in it.",
        "Envíe una con sonido; `ffprobe FICHERO` muestra lo que contiene.",
    ),
    "hear.empty": Text("This recording is empty: 0 bytes.", "Esta grabación está vacía: 0 bytes."),
    "hear.empty.hint": Text(
        "Look whether it was copied whole: `ls -l FILE`.", "Mire si se copió entera: `ls -l FICHERO`."
    ),
    "hear.too_long": Text(
        "A recording may last {hours:.0f} hours, and this one is longer.",
        "Una grabación puede durar {hours:.0f} horas, y esta dura más.",
    ),
    "hear.too_long.hint": Text(
        "Cut it: `ffmpeg -i FILE -f segment -segment_time 3600 -c copy part%02d.mp3`.",
        "Córtela: `ffmpeg -i FICHERO -f segment -segment_time 3600 -c copy parte%02d.mp3`.",
    ),
    "hear.language": Text("No language is called {language!r}.", "Ningún idioma se llama {language!r}."),
    "hear.language.hint": Text(
        "Name it by its two letters (es, en), or leave it out.", "Nómbrelo por sus dos letras (es, en), o no lo diga."
    ),
    "hear.no_file": Text("{path} cannot be read: {reason}.", "No se puede leer {path}: {reason}."),
    "hear.no_file.hint": Text("Check the path: `ls -l {path}`.", "Compruebe la ruta: `ls -l {path}`."),
    "hear.command": Text(
        "Write down what is said in recordings, on this machine.",
        "Pone por escrito lo que se dice en grabaciones, en esta máquina.",
    ),
    "hear.option.language": Text(
        "Language that is spoken (es, en, ...); without it, it is found out.",
        "Idioma en que se habla (es, en, ...); sin ello, se averigua.",
    ),
    "hear.option.format": Text(
        "How it is written; without it, as the ending of the output file says, else text.",
        "Cómo se escribe; sin ella, como diga la terminación del fichero de salida o, si no, text.",
    ),
    "hear.option.model": Text("Model that listens (`jarvis models`).", "Modelo que escucha (`jarvis models`)."),
    "hear.option.name": Text(
        "A name that is likely to be said; may be repeated.", "Un nombre que es probable que se diga; se puede repetir."
    ),
    "hear.option.translate": Text(
        "Write it in English, whatever is spoken.", "Escribirlo en inglés, se hable lo que se hable."
    ),
    "hear.option.words": Text("Say when each word is said (json).", "Decir cuándo se dice cada palabra (json)."),
    "hear.option.output": Text(
        "Folder for one file per recording, or, of one recording, the file (text.txt); without it, all goes to stdout.",
        "Carpeta para un fichero por grabación o, de una sola, el fichero (texto.txt); sin ella, todo va a stdout.",
    ),
    "hear.words_json": Text(
        "When each word is said is written in JSON only, and the format is {format}.",
        "Cuándo se dice cada palabra solo se escribe en JSON, y el formato es {format}.",
    ),
    "hear.words_json.hint": Text(
        "Add `--format json`, or leave `--words` out.", "Añada `--format json`, o quite `--words`."
    ),
    "hear.one_by_one": Text(
        "Subtitles ({format}) of several recordings cannot be one after the other on stdout.",
        "Los subtítulos ({format}) de varias grabaciones no pueden ir uno tras otro en stdout.",
    ),
    "hear.one_by_one.hint": Text(
        "Name a folder, where each gets a file: `--output FOLDER`.",
        "Nombre una carpeta, donde cada una tenga su fichero: `--output CARPETA`.",
    ),
    "hear.one_file": Text(
        "{path} is one file, and there are {n} recordings.", "{path} es un fichero, y hay {n} grabaciones."
    ),
    "hear.one_file.hint": Text(
        "Name a folder, where each gets a file: `--output FOLDER`.",
        "Nombre una carpeta, donde cada una tenga su fichero: `--output CARPETA`.",
    ),
    "hear.same_name": Text(
        "Several recordings are called {name}, and one folder has room for one file of that name.",
        "Varias grabaciones se llaman {name}, y en una carpeta solo cabe un fichero con ese nombre.",
    ),
    "hear.same_name.hint": Text(
        "Write each by itself: `--output FOLDER` with another folder.",
        "Escriba cada una por separado: `--output CARPETA` con otra carpeta.",
    ),
    "hear.other_file": Text(
        "{path} is a file, and no text of ours.", "{path} es un fichero, y no es un texto nuestro."
    ),
    "hear.other_file.hint": Text(
        "Name a folder, or a file that ends in {ending}.", "Nombre una carpeta, o un fichero que termine en {ending}."
    ),
    "hear.other_form": Text(
        "{path} is a name for {other}, and the format is {format}.",
        "{path} es un nombre para {other}, y el formato es {format}.",
    ),
    "hear.other_form.hint": Text(
        "Add `--format {other}`, or name a file that ends in {ending}.",
        "Añada `--format {other}`, o nombre un fichero que termine en {ending}.",
    ),
    "hear.nothing": Text("{path}: nobody speaks in it.", "{path}: nadie habla en ella."),
    "hear.done": Text(
        "{path}: {sound:.1f} min of sound, {speech:.1f} of speech, in {seconds:.0f} s, by {model}",
        "{path}: {sound:.1f} min de sonido, {speech:.1f} de habla, en {seconds:.0f} s, por {model}",
    ),
    "hear.done_short": Text(
        "{path}: {sound:.1f} s of sound, {speech:.1f} of speech, in {seconds:.0f} s, by {model}",
        "{path}: {sound:.1f} s de sonido, {speech:.1f} de habla, en {seconds:.0f} s, por {model}",
    ),
    "hear.listening": Text("listening", "escuchando"),
    "hear.translates_not": Text(
        "{model} does not translate: it writes down what is said.", "{model} no traduce: escribe lo que se dice."
    ),
    "hear.translates_not.hint": Text(
        "Use a model that does: `--model whisper-medium`.", "Use uno que traduzca: `--model whisper-medium`."
    ),
    "hear.bench": Text(
        "{model}: {n} recordings; {false} characters out of silence; processor {cpu[p50]:.2f} s at the median,"
        " {cpu[p95]:.2f} at the 95th percentile; text after {latency[p50]:.0f} / {latency[p95]:.0f} ms; {rtf:.2f} s for a"
        " second of sound",
        "{model}: {n} grabaciones; {false} caracteres del silencio; procesador {cpu[p50]:.2f} s de mediana,"
        " {cpu[p95]:.2f} en el percentil 95; texto a los {latency[p50]:.0f} / {latency[p95]:.0f} ms; {rtf:.2f} s por"
        " segundo de sonido",
    ),
}
