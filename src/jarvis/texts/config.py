from jarvis.texts import Text

TEXTS = {
    "config.unknown_key": Text(
        "There is no setting {key} ({origin}).{meant}", "No existe el ajuste {key} ({origin}).{meant}"
    ),
    "config.unknown_key.hint": Text("{mend}", "{mend}"),
    "config.mend.remove": Text("Take it away: `{command}`.", "Quite eso: `{command}`."),
    "config.mend.meaning": Text(
        "See what it means and its initial value: `jarvis config show {key}`.",
        "Vea qué significa y su valor inicial: `jarvis config show {key}`.",
    ),
    "config.mend.typed": Text("`jarvis config show` lists all settings.", "`jarvis config show` los muestra todos."),
    "config.mend.edit": Text("Correct line {line}: `{command}`.", "Corrija la línea {line}: `{command}`."),
    "config.mend.back": Text(
        "Correct line {line}, or go back to the last version that was in order: `{command}`.",
        "Corrija la línea {line}, o vuelva a la última versión correcta: `{command}`.",
    ),
    "config.unknown_variable": Text(
        "The environment variable {name} is no setting of Jarvis.{meant}",
        "La variable de entorno {name} no es un ajuste de Jarvis.{meant}",
    ),
    "config.unknown_variable.hint": Text(
        "Correct it, or remove it: `unset {name}`.", "Corríjala o quítela: `unset {name}`."
    ),
    "config.bad_language": Text(
        "The environment variable JARVIS_LANG cannot be {value!r}: it must be en or es.",
        "La variable de entorno JARVIS_LANG no puede ser {value!r}: debe ser en o es.",
    ),
    "config.bad_language.hint": Text("Take it away: `unset JARVIS_LANG`.", "Quítela: `unset JARVIS_LANG`."),
    "config.did_you_mean": Text("Did you mean {name}?", "¿Quiso decir {name}?"),
    "config.bad_value": Text(
        "{key} cannot be {value}: it must be {allowed} ({origin}).",
        "{key} no puede ser {value}: debe ser {allowed} ({origin}).",
    ),
    "config.bad_value.hint": Text("{mend}", "{mend}"),
    "config.not_a_section": Text(
        "{key} is a section: write its settings below [{key}] ({origin}).",
        "{key} es una sección: escriba sus ajustes debajo de [{key}] ({origin}).",
    ),
    "config.not_a_section.hint": Text("{mend}", "{mend}"),
    "config.invalid": Text("The configuration has {count} mistakes:", "La configuración tiene {count} errores:"),
    "config.invalid.hint": Text(
        "`jarvis config show` lists all settings and what they mean.",
        "`jarvis config show` muestra todos los ajustes y qué significan.",
    ),
    "config.syntax": Text(
        "{path} is not valid TOML: line {line}, column {column}: {reason}.",
        "{path} no es TOML válido: línea {line}, columna {column}: {reason}.",
    ),
    "config.syntax.hint": Text("{mend}", "{mend}"),
    "config.toml.statement": Text("this is no setting and no [section]", "esto no es ni un ajuste ni una [sección]"),
    "config.toml.key": Text("a name cannot begin like this", "un nombre no puede empezar así"),
    "config.toml.equals": Text("an = should follow the name", "tras el nombre debería ir un ="),
    "config.toml.value": Text(
        "this is no value: texts go in quotes", "esto no es un valor: los textos van entre comillas"
    ),
    "config.toml.newline": Text("the line should end here", "la línea debería terminar aquí"),
    "config.toml.unclosed": Text("a bracket is not closed", "falta cerrar un corchete o una llave"),
    "config.toml.text": Text("a text is not closed", "falta cerrar un texto"),
    "config.toml.backslash": Text(
        "a backslash must be doubled, or the text go in single quotes",
        "la barra invertida debe ir doble, o el texto entre comillas simples",
    ),
    "config.toml.character": Text("a character that may not be here", "un carácter que no puede estar aquí"),
    "config.toml.twice": Text("this is written twice", "esto está escrito dos veces"),
    "config.toml.other": Text("{reason}", "{reason}"),
    "config.not_utf8": Text("{path} is not UTF-8 text (line {line}).", "{path} no es texto UTF-8 (línea {line})."),
    "config.not_utf8.hint": Text("Save it as UTF-8.", "Guárdelo como UTF-8."),
    "config.unreadable": Text("{path} cannot be read: {reason}.", "No se puede leer {path}: {reason}."),
    "config.unreadable.hint": Text(
        "`chmod u+rw {path}`, or see who owns it: `ls -ld {path}`.",
        "`chmod u+rw {path}`, o vea de quién es: `ls -ld {path}`.",
    ),
    "config.is_a_folder": Text(
        "{path} should be a file and is a folder.", "{path} debería ser un fichero y es una carpeta."
    ),
    "config.is_a_folder.hint": Text("Move it away: `mv {path} {path}.aside`.", "Apártela: `mv {path} {path}.aside`."),
    "config.not_in_a_folder": Text(
        "{path} cannot be there: a part of that path is a file, not a folder.",
        "{path} no puede estar ahí: una parte de esa ruta es un fichero, no una carpeta.",
    ),
    "config.not_in_a_folder.hint": Text(
        "JARVIS_HOME, where it is set, must name a folder: `unset JARVIS_HOME`.",
        "JARVIS_HOME, si está puesta, debe nombrar una carpeta: `unset JARVIS_HOME`.",
    ),
    "config.too_large": Text(
        "{path} is larger than {mib} MiB: it is no configuration.",
        "{path} ocupa más de {mib} MiB: no es una configuración.",
    ),
    "config.too_large.hint": Text("Move it away: `mv {path} {path}.aside`.", "Apártelo: `mv {path} {path}.aside`."),
    "config.missing_key": Text("{key} is missing ({origin}).", "Falta {key} ({origin})."),
    "config.syntax_odd": Text(
        "{path} cannot be edited by a command: {reason}.", "Una orden no puede modificar {path}: {reason}."
    ),
    "config.syntax_odd.hint": Text("Edit it by hand: `$EDITOR {path}`.", "Edítelo a mano: `$EDITOR {path}`."),
    "config.unwritable": Text(
        "{path} cannot be written: {reason}. It is as it was.",
        "No se puede escribir {path}: {reason}. Sigue como estaba.",
    ),
    "config.unwritable.hint": Text(
        "Check its permissions and the free space: `ls -ld {path}; df -h`.",
        "Revise sus permisos y el espacio libre: `ls -ld {path}; df -h`.",
    ),
    "config.missing": Text("There is no file {path}.", "No existe el fichero {path}."),
    "config.missing.hint": Text("Check its name: `ls -d {path}*`.", "Revise su nombre: `ls -d {path}*`."),
    "config.plan_no_file": Text(
        "{path} is a folder, or much too large for a plan.", "{path} es una carpeta, o demasiado grande para un plan."
    ),
    "config.plan_no_file.hint": Text(
        "Name the plan's own file (models_v2.json): `ls -l {path}`.",
        "Indique el fichero del propio plan (models_v2.json): `ls -l {path}`.",
    ),
    "config.mcp_one_way": Text(
        "{origin}: an MCP server needs either a command or a url.",
        "{origin}: un servidor MCP necesita o un command o una url.",
    ),
    "config.mcp_one_way.hint": Text(
        'Give it one of them, and not both: command = ["uvx", "mcp-server-time"], or url = "https://...".',
        'Dele uno de los dos, y no ambos: command = ["uvx", "mcp-server-time"], o url = "https://...".',
    ),
    "config.tls_twice": Text(
        "server.tls is auto, and server.tls_cert names a certificate: it has to be one of them.",
        "server.tls es auto, y server.tls_cert indica un certificado: tiene que ser uno de los dos.",
    ),
    "config.tls_twice.hint": Text(
        "For Jarvis's own certificate leave out tls_cert and tls_key (`jarvis config unset server.tls_cert"
        " server.tls_key`), for yours leave out tls (`jarvis config unset server.tls`).",
        "Para el certificado propio de Jarvis quite tls_cert y tls_key (`jarvis config unset server.tls_cert"
        " server.tls_key`); para el suyo quite tls (`jarvis config unset server.tls`).",
    ),
    "config.tls_whole": Text(
        "server.tls_cert and server.tls_key go together: set both or neither.",
        "server.tls_cert y server.tls_key van juntos: ponga los dos o ninguno.",
    ),
    "config.tls_whole.hint": Text(
        "`jarvis config set server.tls_cert FILE server.tls_key FILE`, or"
        " `jarvis config unset server.tls_cert server.tls_key`.",
        "`jarvis config set server.tls_cert FICHERO server.tls_key FICHERO`, o"
        " `jarvis config unset server.tls_cert server.tls_key`.",
    ),
    "config.origin.default": Text("default", "valor inicial"),
    "config.origin.file": Text("file {what}", "fichero {what}"),
    "config.origin.environment": Text("environment {what}", "variable {what}"),
    "config.origin.flag": Text("flag {what}", "opción {what}"),
    "config.origin.typed": Text("as typed", "tal como se escribió"),
    "config.is_a_section": Text("{key} is a section, not a setting.", "{key} es una sección, no un ajuste."),
    "config.is_a_section.hint": Text(
        "See its settings: `jarvis config show {key}`.", "Vea sus ajustes: `jarvis config show {key}`."
    ),
    "config.allowed.choice": Text("one of {choices}", "uno de {choices}"),
    "config.allowed.choice_or": Text("one of {choices}, or {other}", "uno de {choices}, o {other}"),
    "config.allowed.range": Text(
        "two whole numbers from 0 to 100, the lower first", "dos números enteros de 0 a 100, primero el menor"
    ),
    "config.allowed.list": Text("a list of texts", "una lista de textos"),
    "config.allowed.bool": Text("true or false", "true o false"),
    "config.allowed.int": Text("a whole number", "un número entero"),
    "config.allowed.float": Text("a number", "un número"),
    "config.allowed.path": Text("a path", "una ruta"),
    "config.allowed.table": Text(
        "a table of texts, numbers, true or false", "una tabla de textos, números, true o false"
    ),
    "config.allowed.scalar": Text("a text, a number, true or false", "un texto, un número, true o false"),
    "config.allowed.text": Text("a text", "un texto"),
    "config.limit.between": Text("from {low} to {high}", "de {low} a {high}"),
    "config.limit.ge": Text("not below {value}", "no menor que {value}"),
    "config.limit.gt": Text("above {value}", "mayor que {value}"),
    "config.limit.le": Text("not above {value}", "no mayor que {value}"),
    "config.limit.lt": Text("below {value}", "menor que {value}"),
    "config.plan_syntax": Text(
        "{path} is not valid JSON: line {line}, column {column}: {reason}.",
        "{path} no es JSON válido: línea {line}, columna {column}: {reason}.",
    ),
    "config.plan_syntax.hint": Text(
        "Correct that line and try again: `$EDITOR +{line} {path}`.",
        "Corrija esa línea y pruebe otra vez: `$EDITOR +{line} {path}`.",
    ),
    "config.plan_not_one": Text(
        "{path} is not the plan's format: it has none of models, api_models, routing.",
        "{path} no tiene el formato del plan: le faltan models, api_models y routing.",
    ),
    "config.plan_not_one.hint": Text(
        "Give the plan's own file (models_v2.json).", "Indique el fichero del propio plan (models_v2.json)."
    ),
    "config.plan_twice": Text("{path} has the name {key!r} twice.", "{path} tiene dos veces el nombre {key!r}."),
    "config.plan_twice.hint": Text("Remove one of the two.", "Quite uno de los dos."),
    "config.plan_unknown_key": Text(
        "The plan's format has no {key} ({origin}).{meant}", "El formato del plan no tiene {key} ({origin}).{meant}"
    ),
    "config.plan_unknown_key.hint": Text(
        "Correct its name, or remove it: nothing of the file was used.",
        "Corrija su nombre o quítelo: no se ha usado nada del fichero.",
    ),
    "config.plan_bad_value": Text(
        "{key} cannot be {value}: it must be {allowed} ({origin}).",
        "{key} no puede ser {value}: debe ser {allowed} ({origin}).",
    ),
    "config.plan_bad_value.hint": Text(
        "Correct it: nothing of the file was used.", "Corríjalo: no se ha usado nada del fichero."
    ),
    "config.plan_same_model": Text(
        "{first} and {second} are the same model, {model}.", "{first} y {second} son el mismo modelo, {model}."
    ),
    "config.plan_same_model.hint": Text("Keep one of the two in the file.", "Deje en el fichero solo uno de los dos."),
    "config.plan_unknown_model": Text(
        "{key}: the catalog does not know {name}. It is kept as a model of yours, {model}; to be used it needs a card"
        " (a file {model}.toml in the folder `models` beside the configuration).",
        "{key}: el catálogo no conoce {name}. Queda como modelo suyo, {model}; para usarlo necesita una ficha (un fichero"
        " {model}.toml en la carpeta `models` junto a la configuración).",
    ),
    "config.plan_fuller": Text("{key}: {name} is {model} in the catalog.", "{key}: {name} es {model} en el catálogo."),
    "config.plan_version": Text(
        "{key}: there is no {name} in the catalog; the model of that family and size is {model}, and that is used.",
        "{key}: no existe {name} en el catálogo; el modelo de esa familia y tamaño es {model}, y es el que se usa.",
    ),
    "config.plan_no_files": Text(
        "{key}: there is nothing at {path}. The path is left out; `jarvis pull {model}` gets the model.",
        "{key}: no hay nada en {path}. Se omite la ruta; `jarvis pull {model}` descarga el modelo.",
    ),
    "config.plan_engine": Text(
        "{keys}: this Jarvis has no engine {engine} (it has {known}); the model's card chooses the engine.",
        "{keys}: este Jarvis no tiene el motor {engine} (tiene {known}); el motor lo elige la ficha del modelo.",
    ),
    "config.plan_no_quantization": Text(
        "{key}: the catalog has no {quantization} of {model}; it has {listed}.",
        "{key}: el catálogo no tiene {model} en {quantization}; lo tiene en {listed}.",
    ),
    "config.plan_weights": Text(
        "{key}: the weights of {model} {quantization} alone take {size}, not the {planned} of the plan. There is: {listed}.",
        "{key}: solo los pesos de {model} {quantization} ocupan {size}, no los {planned} del plan. Hay: {listed}.",
    ),
    "config.plan_left_to_jarvis": Text(
        "{key}: left out: {left}. Jarvis takes a quantisation and an engine that work on this machine.",
        "{key}: se omite: {left}. Jarvis elige una cuantización y un motor que funcionen en esta máquina.",
    ),
    "config.plan_vram": Text(
        "vram_required ({keys}) is not kept: what a model takes is worked out from its files and measured.",
        "vram_required ({keys}) no se conserva: lo que ocupa un modelo se calcula de sus ficheros y se mide.",
    ),
    "config.plan_gpu": Text(
        "gpu_id ({keys}) becomes gpu: a preference, not an order. The driver's numbers can change, and a model that does"
        " not fit there goes elsewhere.",
        "gpu_id ({keys}) pasa a ser gpu: una preferencia, no una orden. Los números del controlador pueden cambiar, y un"
        " modelo que no quepa ahí irá a otro sitio.",
    ),
    "config.plan_price": Text(
        "cost_per_1k ({keys}) is not kept: what is read and what is written have different prices, and they change, so a price list is used. Your own price: `jarvis config set api.MODEL.input_usd_per_million USD`.",
        "cost_per_1k ({keys}) no se conserva: lo que se lee y lo que se escribe tienen precios distintos, y cambian, así que se usa una lista de precios. Su propio precio: `jarvis config set api.MODELO.input_usd_per_million USD`.",
    ),
    "config.plan_ends": Text(
        "{key}: its provider's last day for this model is {date}. The name is kept and will stand for its successor.",
        "{key}: el último día de este modelo en su proveedor es {date}. El nombre se conserva y servirá para su sucesor.",
    ),
    "config.plan_replaced": Text("{key}: was {old}, is now {new}.", "{key}: era {old}, ahora es {new}."),
    "config.example": Text(
        "Jarvis's configuration. Every setting is here with its meaning and its initial value.\nTake away the # of those you want to change; `jarvis config check` looks it over.",
        "Configuración de Jarvis. Aquí está cada ajuste con su significado y su valor inicial.\nQuite el # de los que quiera cambiar; `jarvis config check` lo revisa.",
    ),
    "config.none": Text("(nothing)", "(nada)"),
    "config.detail": Text(
        "  {about}\n  May be: {allowed}. Initial value: {default}.\n  Comes from: {origin}.",
        "  {about}\n  Puede ser: {allowed}. Valor inicial: {default}.\n  Viene de: {origin}.",
    ),
    "config.detail_variable": Text("  Environment variable: {name}", "  Variable de entorno: {name}"),
    "config.checked": Text(
        "{path} is in order; {count} settings are not at their initial value.",
        "{path} está en orden; {count} ajustes no tienen su valor inicial.",
    ),
    "config.checked_no_file": Text(
        "There is no {path}; {count} settings are not at their initial value.",
        "No existe {path}; {count} ajustes no tienen su valor inicial.",
    ),
    "config.stored": Text("{key} = {value} ({path})", "{key} = {value} ({path})"),
    "config.removed": Text("{key} has its initial value again ({path}).", "{key} vuelve a su valor inicial ({path})."),
    "config.taken_away": Text("{key} was taken away ({path}).", "{key} se ha quitado ({path})."),
    "config.still_wrong": Text("Still wrong in {path}:", "Sigue mal en {path}:"),
    "config.not_set": Text("{key} was not set in {path}.", "{key} no estaba puesto en {path}."),
    "config.shadowed": Text(
        "The environment variable {name} wins over it: `unset {name}` to let the file count.",
        "La variable de entorno {name} tiene prioridad: `unset {name}` para que valga el fichero.",
    ),
    "config.daemon_holds": Text(
        "The Jarvis in the background holds to it from now on: {names}.",
        "El Jarvis de segundo plano lo respeta desde ahora: {names}.",
    ),
    "config.daemon_keeps": Text(
        "The Jarvis in the background takes it up when it starts again: `jarvis stop`.",
        "El Jarvis de segundo plano lo aplicará cuando vuelva a arrancar: `jarvis stop`.",
    ),
    "config.no_value": Text("{key} lacks its value.", "A {key} le falta su valor."),
    "config.no_value.hint": Text("Write `jarvis config set KEY VALUE`.", "Escriba `jarvis config set CLAVE VALOR`."),
    "config.imported": Text(
        "{path}: {models} models and {apis} paid models taken over into {file}, {count} corrections.",
        "{path}: {models} modelos y {apis} modelos de pago pasados a {file}, {count} correcciones.",
    ),
    "config.import_unchanged": Text(
        "{file} already says all of {path}; nothing was changed.",
        "{file} ya dice todo lo de {path}; no se ha cambiado nada.",
    ),
    "config.cmd.show": Text(
        "Every setting with its value and where that comes from, or one, or a section.",
        "Cada ajuste con su valor y de dónde viene; o uno, o una sección.",
    ),
    "config.cmd.path": Text("Where the configuration file is.", "Dónde está el fichero de configuración."),
    "config.cmd.check": Text("Look the configuration over.", "Revisa la configuración."),
    "config.cmd.set": Text(
        "Change settings in the file: one or more KEY VALUE; lists with commas.",
        "Cambia ajustes en el fichero: uno o más CLAVE VALOR; las listas, con comas.",
    ),
    "config.cmd.unset": Text("Give settings their initial value again.", "Devuelve ajustes a su valor inicial."),
    "config.cmd.import": Text(
        "Take over the plan's own file (models_v2.json), saying what had to be corrected.",
        "Importa el fichero del propio plan (models_v2.json) y dice qué hubo que corregir.",
    ),
    "config.cmd.example": Text("A commented file with every setting.", "Un fichero comentado con todos los ajustes."),
    "config.cmd.dry_run": Text(
        "Print the file that would be written, write nothing.", "Muestra el fichero resultante, sin escribir nada."
    ),
}
