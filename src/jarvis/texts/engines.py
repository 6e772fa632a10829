from jarvis.texts import Text

_SEE_LOG = Text("What it printed is in {log}.", "Lo que escribió está en {log}.")
_AGAIN = Text(
    "Ask again; if it goes on, what the engine printed is in {log}.",
    "Vuelva a preguntar; si continúa, lo que escribió el motor está en {log}.",
)

TEXTS = {
    "engines.no_file": Text("The file of {model} is not there: {path}.", "El fichero de {model} no está: {path}."),
    "engines.no_file.hint": Text("Fetch it with `jarvis pull {model}`.", "Descárguelo con `jarvis pull {model}`."),
    "engines.corrupt": Text(
        "The file of {name} is damaged or incomplete: {reason}. ({path})",
        "El fichero de {name} está dañado o incompleto: {reason}. ({path})",
    ),
    "engines.corrupt.hint": Text(
        "Fetch what is wrong again: `jarvis models verify {name}; jarvis pull {name}`.",
        "Descargue otra vez lo dañado: `jarvis models verify {name}; jarvis pull {name}`.",
    ),
    "engines.unknown_architecture": Text(
        "This {engine} does not know the architecture {architecture!r} of {name}.",
        "Este {engine} no conoce la arquitectura {architecture!r} de {name}.",
    ),
    "engines.unknown_architecture.hint": Text(
        "Update Jarvis, or name a newer one: `jarvis config set engines.llama_cpp.binary /path/to/llama-server` (or engines.{engine}.python).",
        "Actualice Jarvis, o indique uno más nuevo: `jarvis config set engines.llama_cpp.binary /ruta/a/llama-server` (o engines.{engine}.python).",
    ),
    "engines.out_of_memory": Text("There was not enough memory for {name}.", "No hubo memoria suficiente para {name}."),
    "engines.out_of_memory.hint": Text(
        "Use a smaller context (`models.context`), fewer answers at once (`models.parallel`) or a smaller model.",
        "Use un contexto menor (`models.context`), menos respuestas a la vez (`models.parallel`) o un modelo menor.",
    ),
    "engines.start_failed": Text(
        "{name} could not be loaded ({exit}): {reason}", "No se pudo cargar {name} ({exit}): {reason}"
    ),
    "engines.start_failed.hint": _SEE_LOG,
    "engines.ended_loading": Text(
        "The engine ended while it loaded {name} ({exit}).", "El motor terminó mientras cargaba {name} ({exit})."
    ),
    "engines.ended_loading.hint": _AGAIN,
    "engines.killed_loading": Text(
        "Something killed the engine while it loaded {name}.", "Algo mató al motor mientras cargaba {name}."
    ),
    "engines.killed_loading.hint": _AGAIN,
    "engines.no_llama_cpp": Text(
        "There is no llama.cpp to run: neither a llama-server on PATH nor the xllamacpp package.",
        "No hay ningún llama.cpp que ejecutar: ni un llama-server en PATH ni el paquete xllamacpp.",
    ),
    "engines.no_llama_cpp.hint": Text(
        "`jarvis doctor` prints the command that installs it.", "`jarvis doctor` muestra la orden que lo instala."
    ),
    "engines.not_used": Text(
        "{path} does not work on this machine ({reason}): llama.cpp from the xllamacpp package is used instead.",
        "{path} no funciona en esta máquina ({reason}): se usa en su lugar llama.cpp del paquete xllamacpp.",
    ),
    "engines.server_broken": Text(
        "{path} does not work on this machine ({reason}), and nothing else here can run the model there.",
        "{path} no funciona en esta máquina ({reason}), y nada más puede ejecutar ahí el modelo.",
    ),
    "engines.server_broken.hint": Text(
        "Install a llama-server built for this processor, or name one in `engines.llama_cpp.binary`.",
        "Instale un llama-server compilado para este procesador, o indique uno en `engines.llama_cpp.binary`.",
    ),
    "engines.context_capped": Text(
        "{name} was asked for {asked} tokens of context but the engine gives it only {context}.",
        "A {name} se le pidieron {asked} tokens de contexto, pero el motor solo le da {context}.",
    ),
    "engines.context_capped.hint": Text(
        "Set `models.context` to at most {context}.", "Ponga `models.context` a {context} como mucho."
    ),
    "engines.no_embedding": Text(
        "{name} was loaded but makes no embeddings: {reason}", "{name} se cargó pero no produce vectores: {reason}"
    ),
    "engines.no_embedding.hint": Text(
        "Say how its vectors are pooled: `jarvis config set model.{name}.options.pooling mean` (or cls, last).",
        "Diga cómo se agrupan sus vectores: `jarvis config set model.{name}.options.pooling mean` (o cls, last).",
    ),
    "engines.unknown_option": Text(
        "Engine {engine} has no option {name!r}. Known: {known}.",
        "El motor {engine} no tiene la opción {name!r}. Conocidas: {known}.",
    ),
    "engines.unknown_option.hint": Text(
        "Take it out of the model's `options`: `jarvis config path` names the file.",
        "Quítela de las `options` del modelo: `jarvis config path` dice en qué fichero están.",
    ),
    "engines.context_too_long": Text(
        "The request has {tokens} tokens and the context of this model holds {context}.",
        "La petición tiene {tokens} tokens y el contexto de este modelo admite {context}.",
    ),
    "engines.context_too_long.hint": Text(
        "Shorten it, or load the model with more context: `models.context`.",
        "Acórtela, o cargue el modelo con más contexto: `models.context`.",
    ),
    "engines.hung": Text(
        "{name} has made no progress for {seconds:.0f} s while a request was running.",
        "{name} lleva {seconds:.0f} s sin avanzar con una petición en marcha.",
    ),
    "engines.hung.hint": Text(
        "Ask again: it is loaded anew. If the machine is just slow, raise `models.hang_timeout_seconds`.",
        "Vuelva a preguntar: se carga de nuevo. Si la máquina es lenta, suba `models.hang_timeout_seconds`.",
    ),
    "engines.ending": Text(
        "The engine of {name} hung and is being ended.", "El motor de {name} se quedó parado y se está cerrando."
    ),
    "engines.ending.hint": _AGAIN,
    "engines.cut": Text(
        "The connection to the engine of {name} broke in the middle of an answer.",
        "La conexión con el motor de {name} se cortó en mitad de una respuesta.",
    ),
    "engines.cut.hint": Text("Ask again.", "Vuelva a preguntar."),
    "engines.garbage": Text(
        "The engine of {name} sent something that is no answer.",
        "El motor de {name} envió algo que no es una respuesta.",
    ),
    "engines.garbage.hint": _AGAIN,
    "engines.failed": Text(
        "The engine of {name} failed within ({status}).", "El motor de {name} tuvo un fallo interno ({status})."
    ),
    "engines.failed.hint": _AGAIN,
    "engines.refused": Text(
        "The engine of {name} did not accept the request.", "El motor de {name} no aceptó la petición."
    ),
    "engines.refused.hint": Text(
        "Ask without the less usual fields; what the engine objects to is in {log}.",
        "Pregunte sin los campos menos usuales; lo que objeta el motor está en {log}.",
    ),
    "engines.schema": Text(
        "The engine of {name} cannot hold an answer to this JSON schema, of response_format or of a tool.",
        "El motor de {name} no puede ceñir una respuesta a este esquema JSON, de response_format o de una herramienta.",
    ),
    "engines.schema.hint": Text(
        "Make it simpler: no backslash in the name of a property, no schema that consists of itself. Details: {log}.",
        "Simplifíquelo: sin barra invertida en el nombre de una propiedad, ni esquema que conste de sí mismo. Detalles: {log}.",
    ),
    "engines.grammar": Text(
        "The engine of {name} cannot read this grammar.", "El motor de {name} no puede leer esta gramática."
    ),
    "engines.grammar.hint": Text(
        "It must be GBNF with a rule `root`; repeats go up to 2000. Where it fails is in {log}.",
        "Debe ser GBNF con una regla `root`; las repeticiones llegan hasta 2000. Dónde falla está en {log}.",
    ),
    "engines.template": Text(
        "The chat template of {name} does not take messages in this order.",
        "La plantilla de conversación de {name} no admite mensajes en este orden.",
    ),
    "engines.template.hint": Text(
        "Let user and assistant take turns, beginning and ending with user, and at most one system message come first.",
        "Alterne user y assistant, empezando y acabando con user, con un mensaje de system como mucho y al principio.",
    ),
    "engines.unreadable_part": Text(
        "An image or sound of the request cannot be read.", "Una imagen o un sonido de la petición no se puede leer."
    ),
    "engines.unreadable_part.hint": Text(
        "Send it whole, as PNG or JPEG (images) or WAV or MP3 (sounds).",
        "Envíelo entero, como PNG o JPEG (imágenes) o WAV o MP3 (sonidos).",
    ),
    "engines.no_tools": Text(
        "This model cannot use tools: its chat template has no place for them.",
        "Este modelo no puede usar herramientas: su plantilla de conversación no las admite.",
    ),
    "engines.no_tools.hint": Text(
        "Leave out `tools`, or choose a model that has the capability `tools` (`jarvis models show ID`).",
        "Quite `tools`, o elija un modelo con la capacidad `tools` (`jarvis models show ID`).",
    ),
    "engines.no_such_tool": Text(
        "tool_choice names the tool {name!r}, which is not among the tools of the request.",
        "tool_choice nombra la herramienta {name!r}, que no está entre las de la petición.",
    ),
    "engines.no_such_tool.hint": Text("Add it to `tools`.", "Añádala a `tools`."),
    "engines.no_images": Text("This model cannot see images.", "Este modelo no puede ver imágenes."),
    "engines.no_images.hint": Text(
        "Give a model that can its projector: `jarvis config set model.ID.projector mmproj.gguf`.",
        "Dé su proyector a un modelo que pueda: `jarvis config set model.ID.projector mmproj.gguf`.",
    ),
    "engines.image_elsewhere": Text(
        "An image must come with the request, as a data:image/… URL: nothing is fetched from elsewhere.",
        "Una imagen debe venir en la petición, como URL data:image/…: no se descarga nada de otro sitio.",
    ),
    "engines.image_elsewhere.hint": Text(
        "Send it as `data:image/png;base64,...`.", "Envíela como `data:image/png;base64,...`."
    ),
    "engines.no_audio": Text("This model cannot hear audio.", "Este modelo no puede oír audio."),
    "engines.no_audio.hint": Text(
        "No engine here hears sounds yet; write it in words.",
        "Ningún motor oye sonidos todavía; escríbalo con palabras.",
    ),
    "engines.no_suffix": Text(
        "This engine continues a text; it does not fill in before a suffix.",
        "Este motor continúa un texto; no completa antes de un sufijo.",
    ),
    "engines.no_suffix.hint": Text(
        "Leave `suffix` out, or ask for the middle in words with /v1/chat/completions.",
        "Quite `suffix`, o pida la parte del medio con palabras en /v1/chat/completions.",
    ),
    "engines.max_tokens": Text(
        "max_tokens must be at least 1, not {value}.", "max_tokens debe ser al menos 1, no {value}."
    ),
    "engines.not_installed": Text("The engine {engine} is not installed.", "El motor {engine} no está instalado."),
    "engines.not_installed.hint": Text("`jarvis install {engine}`", "`jarvis install {engine}`"),
    "engines.card_unknown": Text(
        "{path} does not see the card it is to use ({cards}).", "{path} no ve la tarjeta que ha de usar ({cards})."
    ),
    "engines.card_unknown.hint": Text(
        "See what it sees: `{path} --list-devices`. Vulkan's part of the driver needs `sudo apt install libegl1`, and in a"
        " container also NVIDIA_DRIVER_CAPABILITIES=all.",
        "Vea lo que ve: `{path} --list-devices`. La parte Vulkan del controlador necesita `sudo apt install libegl1`, y en"
        " un contenedor además NVIDIA_DRIVER_CAPABILITIES=all.",
    ),
    "engines.declared_card": Text(
        "{name} cannot be loaded on {cards}: declared in {file}, and no card of this machine is it.",
        "No se puede cargar {name} en {cards}: se declara en {file}, y no es ninguna tarjeta de esta máquina.",
    ),
    "engines.declared_card.hint": Text(
        "Give it the `uuid` of a real one (`nvidia-smi -L` lists them), or use the machine as it is: `jarvis config unset hardware.file`.",
        "Póngale el `uuid` de una real (`nvidia-smi -L` las lista), o use la máquina tal cual: `jarvis config unset hardware.file`.",
    ),
    "engines.no_package": Text(
        "{python}, which engines.{engine}.python names, does not run or has no {engine}.",
        "{python}, que indica engines.{engine}.python, no funciona o no tiene {engine}.",
    ),
    "engines.no_package.hint": Text(
        "Name another, or take Jarvis's own: `jarvis config unset engines.{engine}.python; jarvis install {engine}`.",
        "Indique otro, o use el de Jarvis: `jarvis config unset engines.{engine}.python; jarvis install {engine}`.",
    ),
    "engines.no_openmp": Text(
        "llama.cpp needs a library of the system that is not whole here: {reason}",
        "llama.cpp necesita una biblioteca del sistema que aquí no está completa: {reason}",
    ),
    "engines.no_openmp.hint": Text(
        "`sudo apt install libgomp1` (Debian, Ubuntu) or `sudo dnf install libgomp` (Fedora).",
        "`sudo apt install libgomp1` (Debian, Ubuntu) o `sudo dnf install libgomp` (Fedora).",
    ),
    "engines.half_installed": Text(
        "The environment of {engine} is not whole: {reason}", "El entorno de {engine} no está completo: {reason}"
    ),
    "engines.half_installed.hint": Text(
        "Make it anew: `jarvis install --remove {engine}; jarvis install {engine}`.",
        "Hágalo de nuevo: `jarvis install --remove {engine}; jarvis install {engine}`.",
    ),
    "engines.no_kernel": Text(
        "The PyTorch of {engine} was not built for this card: {reason}",
        "El PyTorch de {engine} no está compilado para esta tarjeta: {reason}",
    ),
    "engines.no_kernel.hint": Text(
        "`jarvis doctor` says which builds serve it; then `jarvis install --remove {engine}; jarvis install {engine}`.",
        "`jarvis doctor` dice qué versiones le sirven; después `jarvis install --remove {engine}; jarvis install {engine}`.",
    ),
    "engines.old_driver": Text(
        "The driver of the card is missing or too old for {engine}: {reason}",
        "El controlador de la tarjeta falta o es demasiado antiguo para {engine}: {reason}",
    ),
    "engines.old_driver.hint": Text(
        "`jarvis doctor` names the driver that is needed and how to get it.",
        "`jarvis doctor` indica el controlador necesario y cómo conseguirlo.",
    ),
    "engines.no_quantization": Text(
        "{engine} cannot run the quantisation of {name} on this device: {reason}",
        "{engine} no puede ejecutar la cuantización de {name} en este dispositivo: {reason}",
    ),
    "engines.no_quantization.hint": Text(
        "Take another quantisation: `jarvis models show {name}` lists them, `jarvis pull {name}:QUANT` fetches one.",
        "Use otra cuantización: `jarvis models show {name}` las lista, `jarvis pull {name}:CUANT` descarga una.",
    ),
    "engines.no_folder": Text(
        "{engine} runs a folder of safetensors files, and {path} is none.",
        "{engine} ejecuta una carpeta de ficheros safetensors, y {path} no lo es.",
    ),
    "engines.no_folder.hint": Text(
        "A GGUF file is for llama.cpp: `jarvis config set model.{name}.engine llama_cpp`.",
        "Un fichero GGUF es para llama.cpp: `jarvis config set model.{name}.engine llama_cpp`.",
    ),
    "engines.remote_code": Text(
        "{name} brings code of its own ({file}), and Jarvis runs no model's code. ({path})",
        "{name} trae código propio ({file}), y Jarvis no ejecuta código de ningún modelo. ({path})",
    ),
    "engines.remote_code.hint": Text(
        "Take a model whose architecture {engine} knows by itself; `jarvis models` lists some.",
        "Use un modelo cuya arquitectura conozca {engine} por sí mismo; `jarvis models` lista algunos.",
    ),
    "engines.pickle": Text(
        "In the folder of {name} is {file}, of a kind that can hold a program. Only safetensors are loaded. ({path})",
        "En la carpeta de {name} está {file}, de un tipo que puede contener un programa. Solo se cargan safetensors. ({path})",
    ),
    "engines.pickle.hint": Text(
        "Take that file away if the weights are there as safetensors too; else fetch them so: `jarvis pull {name}`.",
        "Quite ese fichero si los pesos están también como safetensors; si no, descárguelos así: `jarvis pull {name}`.",
    ),
    "engines.link_out": Text(
        "In the folder of {name}, {file} is a link that leads out of it. ({path})",
        "En la carpeta de {name}, {file} es un enlace que lleva fuera de ella. ({path})",
    ),
    "engines.link_out.hint": Text("Put the file itself there.", "Ponga ahí el propio fichero."),
    "engines.one_card": Text(
        "{engine} runs {name} on one card, not on several unlike ones.",
        "{engine} ejecuta {name} en una tarjeta, no en varias distintas.",
    ),
    "engines.one_card.hint": Text(
        "llama.cpp can split it: `jarvis models show {name}` says whether there is a GGUF of it.",
        "llama.cpp puede repartirlo: `jarvis models show {name}` dice si existe en GGUF.",
    ),
    "engines.cpu_build": Text(
        "The {engine} that is installed was made for the processor, and {name} is to run on a card.",
        "El {engine} instalado es para el procesador, y {name} ha de ir en una tarjeta.",
    ),
    "engines.cpu_build.hint": Text(
        "`jarvis install --remove {engine}; jarvis install {engine}` takes what serves the card.",
        "`jarvis install --remove {engine}; jarvis install {engine}` instala lo que sirve a la tarjeta.",
    ),
    "engines.card_build": Text(
        "The {engine} that is installed was made for cards, and {name} is to run on the processor.",
        "El {engine} instalado es para tarjetas, y {name} ha de ir en el procesador.",
    ),
    "engines.card_build.hint": Text(
        "On the processor llama.cpp is faster anyway: `jarvis models show {name}` says whether there is a GGUF of it.",
        "En el procesador llama.cpp es más rápido de todos modos: `jarvis models show {name}` dice si existe en GGUF.",
    ),
    "engines.no_cache_type": Text(
        "{engine} has no KV cache of the type {type} for {name}.",
        "{engine} no tiene memoria KV del tipo {type} para {name}.",
    ),
    "engines.no_cache_type.hint": Text("Ask for f16.", "Pida f16."),
    "engines.no_ranking": Text(
        "{engine} ranks with cross-encoders only, and {name} is none.",
        "{engine} solo ordena con modelos cross-encoder, y {name} no lo es.",
    ),
    "engines.no_ranking.hint": Text(
        "Take a reranker (`jarvis models --all` lists them), or llama.cpp.",
        "Use un modelo de reordenación (`jarvis models --all` los lista), o llama.cpp.",
    ),
    "engines.asleep": Text("{name} sleeps (level {level}).", "{name} duerme (nivel {level})."),
    "engines.asleep.hint": Text("Ask again: it is woken first.", "Vuelva a preguntar: antes se le despierta."),
    "engines.no_sleep": Text(
        "{name} cannot sleep: it runs on the processor.", "{name} no puede dormir: está en el procesador."
    ),
    "engines.no_sleep.hint": Text("Unload it instead.", "Descárguelo de la memoria."),
    "engines.max_tokens.hint": Text("Raise it, or leave it out.", "Súbalo, o quítelo."),
}
