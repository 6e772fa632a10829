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
