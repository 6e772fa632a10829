from jarvis.texts import Text

TEXTS = {
    "imports.help": Text(
        "Take over what other programs have kept. PATH: ChatGPT's export (the .zip, or conversations.json), Open WebUI's"
        " exported chats, a file or folder of JSON or JSON-lines histories, or Ollama's model folder (the word ollama"
        " finds it). What was taken before is not taken twice.",
        "Incorpora lo que guardaron otros programas. PATH: la exportación de ChatGPT (el .zip o conversations.json), los"
        " chats exportados de Open WebUI, un fichero o carpeta de historiales JSON o JSON por líneas, o la carpeta de"
        " modelos de Ollama (la palabra ollama la encuentra). Lo incorporado antes no se repite.",
    ),
    "imports.option.dry_run": Text("Only say what would be taken.", "Solo decir qué se incorporaría."),
    "imports.would": Text(
        "Would take {conversations} {conversations:conversation|conversations} with {turns} {turns:message|messages} ({kind}).",
        "Incorporaría {conversations} {conversations:conversación|conversaciones} con {turns} {turns:mensaje|mensajes} ({kind}).",
    ),
    "imports.done": Text(
        "{new} new {new:conversation|conversations}, {more} continued, {same} here already, {changed} that went on otherwise here and"
        " stay so; {turns} {turns:message|messages} added.",
        "{new} {new:conversación nueva|conversaciones nuevas}, {more} continuadas, {same} que ya estaban, {changed} que aquí siguieron de otro modo"
        " y quedan así; {turns} {turns:mensaje añadido|mensajes añadidos}.",
    ),
    "imports.parts": Text(
        "{count} {count:picture or file|pictures and files} within messages {count:was|were} not taken: only text is.",
        "{count} {count:imagen o fichero|imágenes y ficheros} dentro de los mensajes no se {count:incorporó|incorporaron}: solo el texto.",
    ),
    "imports.nothing": Text("Nothing was taken.", "No se incorporó nada."),
    "imports.left_out": Text("Not taken:", "No se incorporó:"),
    "imports.not_understood": Text("not in a form that is known", "no está en una forma conocida"),
    "imports.empty": Text("no message with text in it", "ningún mensaje con texto"),
    "imports.not_text": Text("not UTF-8", "no es UTF-8"),
    "imports.large": Text("larger than is read", "mayor de lo que se lee"),
    "imports.plan": Text(
        "a plan of models: `jarvis config import FILE` takes it over",
        "un plan de modelos: `jarvis config import FILE` lo incorpora",
    ),
    "imports.vectors": Text(
        "an index of vectors: it is made anew from what is said and learned (`jarvis learn FOLDER`)",
        "un índice de vectores: se rehace con lo dicho y aprendido (`jarvis learn CARPETA`)",
    ),
    "imports.ollama.new": Text("{name} is now {id}", "{name} es ahora {id}"),
    "imports.ollama.same": Text("{name} was here already, as {id}", "{name} ya estaba, como {id}"),
    "imports.ollama.would": Text("Would take {name} as {id}", "Incorporaría {name} como {id}"),
    "imports.ollama.restart": Text(
        "The Jarvis that runs sees new models after `jarvis stop`.",
        "El Jarvis en marcha verá los modelos nuevos tras `jarvis stop`.",
    ),
    "imports.ollama.none": Text(
        "No model folder of Ollama in {places}.", "Ninguna carpeta de modelos de Ollama en {places}."
    ),
    "imports.ollama.none.hint": Text(
        "Name it: `jarvis import FOLDER`, the one that has `manifests` and `blobs` in it.",
        "Indíquela: `jarvis import CARPETA`, la que contiene `manifests` y `blobs`.",
    ),
    "imports.ollama.manifest": Text("its manifest cannot be read", "su manifiesto no se puede leer"),
    "imports.ollama.no_gguf": Text("no GGUF file in it", "no contiene ningún fichero GGUF"),
    "imports.ollama.parts": Text("in several parts", "en varias partes"),
    "imports.ollama.adapter": Text("an adapter on top of another model", "un adaptador sobre otro modelo"),
    "imports.ollama.gone": Text("its file is missing: `ollama pull` it", "falta su fichero: haga `ollama pull`"),
    "imports.ollama.short": Text(
        "its file is not whole: `ollama pull` it", "su fichero no está entero: haga `ollama pull`"
    ),
    "imports.ollama.again": Text("the same file as another one", "el mismo fichero que otro"),
    "imports.ollama.projector": Text(
        "pictures: set model.ID.projector to its file", "imágenes: ponga su fichero en model.ID.projector"
    ),
    "imports.ollama.system": Text(
        "a system prompt: Jarvis has its own (assistant.system_prompt)",
        "un mensaje de sistema: Jarvis tiene el suyo (assistant.system_prompt)",
    ),
    "imports.ollama.messages": Text("examples of a conversation", "ejemplos de conversación"),
    "imports.ollama.embedder": Text(
        "makes vectors: choose one of the catalog (memory.embedder)",
        "hace vectores: elija uno del catálogo (memory.embedder)",
    ),
    "imports.ollama.template": Text(
        "no chat template in the file; Ollama's own form of it is not read",
        "el fichero no trae plantilla de chat; la de Ollama no se lee",
    ),
    "imports.ollama.unusable": Text("cannot be used", "no se puede usar"),
    "imports.no_file": Text("There is nothing at {path}.", "No hay nada en {path}."),
    "imports.no_file.hint": Text(
        "Name the file or folder that the other program wrote: `jarvis import --help` says which.",
        "Indique el fichero o la carpeta del otro programa: `jarvis import --help` dice cuáles.",
    ),
    "imports.too_large": Text(
        "{path} has a file of more than {mib} MiB.", "{path} tiene un fichero de más de {mib} MiB."
    ),
    "imports.too_large.hint": Text(
        "Export fewer conversations at once, or split it.", "Exporte menos conversaciones a la vez, o divídalo."
    ),
    "imports.nothing_inside": Text(
        "There is no conversations.json in the archive {path}.",
        "No hay ningún conversations.json en el archivo {path}.",
    ),
    "imports.nothing_inside.hint": Text(
        "It has to be the .zip that ChatGPT sends (Settings, Data controls, Export). Unpack any other, and name its"
        " folder.",
        "Tiene que ser el .zip que envía ChatGPT (Ajustes, Controles de datos, Exportar). Descomprima cualquier otro e"
        " indique su carpeta.",
    ),
    "imports.bad_archive": Text(
        "The archive {path} cannot be read: {reason}.", "No se puede leer el archivo {path}: {reason}."
    ),
    "imports.bad_archive.hint": Text(
        "Download it again, or unpack it and name conversations.json.",
        "Descárguelo otra vez, o descomprímalo e indique conversations.json.",
    ),
}
