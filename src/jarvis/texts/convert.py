from jarvis.texts import Text

TEXTS = {
    "convert.command": Text(
        "Make a model of another form into one that runs here.",
        "Convierte un modelo de otra forma en uno que funciona aquí.",
    ),
    "convert.whisper": Text(
        "SOURCE, a folder with a Whisper of Hugging Face's (safetensors), becomes a model that hears: your own, under NAME.",
        "SOURCE, una carpeta con un Whisper de Hugging Face (safetensors), pasa a ser un modelo que oye: suyo, con el nombre NAME.",
    ),
    "convert.option.name": Text(
        "What it is called from then on: small letters, digits, dots and hyphens.",
        "Cómo se llama desde entonces: minúsculas, cifras, puntos y guiones.",
    ),
    "convert.option.quantization": Text(
        "In which numbers its weights are kept.", "En qué números se guardan sus pesos."
    ),
    "convert.stage.start": Text("starting Transformers", "arrancando Transformers"),
    "convert.stage.read": Text("reading the model", "leyendo el modelo"),
    "convert.stage.convert": Text("converting", "convirtiendo"),
    "convert.stage.keep": Text("keeping it, with its sums", "guardándolo, con sus sumas"),
    "convert.done": Text(
        "{name} is here: {size}, in {seconds:.0f} s. Use it: `jarvis transcribe --model {name} FILE` (a Jarvis that is running knows it after `jarvis stop`).",
        "{name} está aquí: {size}, en {seconds:.0f} s. Úselo: `jarvis transcribe --model {name} FICHERO` (un Jarvis en marcha lo conoce tras `jarvis stop`).",
    ),
    "convert.no_ctranslate2": Text(
        "Converting needs the library ctranslate2, which is not installed.",
        "Convertir necesita la biblioteca ctranslate2, que no está instalada.",
    ),
    "convert.no_ctranslate2.hint": Text(
        "Install it: `pip install 'jarvis-ia[speech]'`, or in a copy of the repository `.venv/bin/pip install -e '.[speech]'`.",
        "Instálela: `pip install 'jarvis-ia[speech]'`, o en una copia del repositorio `.venv/bin/pip install -e '.[speech]'`.",
    ),
    "convert.no_transformers": Text(
        "Converting needs Transformers and PyTorch, which are not here.",
        "Convertir necesita Transformers y PyTorch, que no están aquí.",
    ),
    "convert.no_transformers.hint": Text(
        "Install them, in an environment of their own: `jarvis install transformers`.",
        "Instálelos, en un entorno propio: `jarvis install transformers`.",
    ),
    "convert.no_python": Text("{python} does not run: {reason}.", "{python} no funciona: {reason}."),
    "convert.no_python.hint": Text(
        "Correct it: `jarvis config set engines.transformers.python PYTHON`, or `jarvis install transformers`.",
        "Corríjalo: `jarvis config set engines.transformers.python PYTHON`, o `jarvis install transformers`.",
    ),
    "convert.no_model": Text(
        "{path} holds no model of Hugging Face's: {reason}.", "{path} no contiene un modelo de Hugging Face: {reason}."
    ),
    "convert.no_model.hint": Text(
        "Give the folder that has its config.json: `hf download openai/whisper-tiny --local-dir whisper-tiny`.",
        "Dé la carpeta que tiene su config.json: `hf download openai/whisper-tiny --local-dir whisper-tiny`.",
    ),
    "convert.other_kind": Text(
        "{path} is a model of kind {kind}, not a Whisper.", "{path} es un modelo de tipo {kind}, no un Whisper."
    ),
    "convert.other_kind.hint": Text("Only Whisper can be converted.", "Solo se puede convertir Whisper."),
    "convert.no_safetensors": Text("{path} has no weights in safetensors.", "{path} no tiene pesos en safetensors."),
    "convert.no_safetensors.hint": Text(
        "Weights in pickle can run code and are not opened; fetch a revision that has safetensors.",
        "Los pesos en pickle pueden ejecutar código y no se abren; traiga una revisión que tenga safetensors.",
    ),
    "convert.bad_name": Text("{name!r} is no name for a model.", "{name!r} no es nombre para un modelo."),
    "convert.bad_name.hint": Text(
        "Use small letters, digits, dots and hyphens: `--name my-whisper`.",
        "Use minúsculas, cifras, puntos y guiones: `--name mi-whisper`.",
    ),
    "convert.taken": Text("There is a model called {name}.", "Ya hay un modelo que se llama {name}."),
    "convert.taken.hint": Text("Choose another name: `--name {name}-2`.", "Elija otro nombre: `--name {name}-2`."),
    "convert.failed": Text("{path} could not be converted: {reason}.", "No se pudo convertir {path}: {reason}."),
    "convert.failed.hint": Text(
        "See whether its files are whole: `ls -l {path}`; it needs config.json, the weights and the tokenizer.",
        "Vea si sus ficheros están enteros: `ls -l {path}`; hacen falta config.json, los pesos y el tokenizador.",
    ),
}
