from jarvis.texts import Text

TEXTS = {
    "providers.busy": Text(
        "{provider} asks to slow down ({model}, HTTP {status}).",
        "{provider} pide ir más despacio ({model}, HTTP {status}).",
    ),
    "providers.busy.hint": Text(
        "Try again in a moment, or ask `auto`.", "Inténtelo dentro de un momento, o pregunte a `auto`."
    ),
    "providers.overloaded": Text(
        "{provider} has no room for {model} right now (HTTP {status}).",
        "{provider} no tiene sitio ahora para {model} (HTTP {status}).",
    ),
    "providers.overloaded.hint": Text(
        "Try again in a moment, or ask `auto`.", "Inténtelo dentro de un momento, o pregunte a `auto`."
    ),
    "providers.broken": Text(
        "{provider} failed with {model} (HTTP {status}): {said}", "{provider} falló con {model} (HTTP {status}): {said}"
    ),
    "providers.broken.hint": Text("Try again later, or ask `auto`.", "Inténtelo más tarde, o pregunte a `auto`."),
    "providers.too_slow": Text(
        "{provider} sent nothing of {model}'s answer for {seconds:.3g} s.",
        "{provider} no envió nada de la respuesta de {model} durante {seconds:.3g} s.",
    ),
    "providers.too_slow.hint": Text(
        "`jarvis config set provider.{provider}.timeout_seconds SECONDS` waits longer.",
        "`jarvis config set provider.{provider}.timeout_seconds SEGUNDOS` espera más.",
    ),
    "providers.silent": Text(
        "{provider} did not answer in time ({model}).", "{provider} no respondió a tiempo ({model})."
    ),
    "providers.silent.hint": Text(
        "`jarvis config set provider.{provider}.timeout_seconds SECONDS` waits longer.",
        "`jarvis config set provider.{provider}.timeout_seconds SEGUNDOS` espera más.",
    ),
    "providers.cut": Text(
        "The connection to {provider} broke off before {model}'s answer was complete.",
        "La conexión con {provider} se cortó antes de que la respuesta de {model} estuviera completa.",
    ),
    "providers.cut.hint": Text("Ask again.", "Pregunte de nuevo."),
    "providers.no_connection": Text(
        "{provider} cannot be reached ({model}).", "No se puede conectar con {provider} ({model})."
    ),
    "providers.no_connection.hint": Text(
        "Check the network and `jarvis config get provider.{provider}.address`.",
        "Compruebe la red y `jarvis config get provider.{provider}.address`.",
    ),
    "providers.garbage": Text(
        "{provider} answered something that is no answer of {model} ({reason}).",
        "{provider} respondió algo que no es una respuesta de {model} ({reason}).",
    ),
    "providers.garbage.hint": Text(
        "Check that `provider.{provider}.address` and `provider.{provider}.kind` belong together.",
        "Compruebe que `provider.{provider}.address` y `provider.{provider}.kind` casan.",
    ),
    "providers.too_much": Text(
        "{provider}'s answer was larger than any answer of {model} can be; it was not read to its end.",
        "La respuesta de {provider} era mayor de lo que puede ser una de {model}; no se leyó entera.",
    ),
    "providers.too_much.hint": Text(
        "Check `provider.{provider}.address`, or ask another model.",
        "Compruebe `provider.{provider}.address`, o pregunte a otro modelo.",
    ),
    "providers.bad_key": Text(
        "{provider} does not accept the key, or not for {model} (HTTP {status}).",
        "{provider} no acepta la clave, o no para {model} (HTTP {status}).",
    ),
    "providers.bad_key.hint": Text(
        "`jarvis key set {provider}` keeps a new one; `jarvis key list` says where the present one is from.",
        "`jarvis key set {provider}` guarda una nueva; `jarvis key list` dice de dónde sale la actual.",
    ),
    "providers.no_credit": Text(
        "The account at {provider} has no credit left for {model}.",
        "La cuenta de {provider} no tiene saldo para {model}.",
    ),
    "providers.no_credit.hint": Text(
        "Add credit on the provider's own page, or ask `auto`.",
        "Añada saldo en la página del proveedor, o pregunte a `auto`.",
    ),
    "providers.unknown_model": Text(
        "{provider} has no model {model}, or not for this key.",
        "{provider} no tiene el modelo {model}, o no con esta clave.",
    ),
    "providers.unknown_model.hint": Text(
        "Give its present name: `jarvis config set api.ID.model NAME`.",
        "Indique su nombre actual: `jarvis config set api.ID.model NOMBRE`.",
    ),
    "providers.rejected": Text(
        "{provider} did not accept the request for {model} (HTTP {status}): {said}",
        "{provider} no aceptó la petición para {model} (HTTP {status}): {said}",
    ),
    "providers.rejected.hint": Text(
        "Ask without what it complains of, or ask another model.",
        "Pregunte sin aquello de lo que se queja, o a otro modelo.",
    ),
    "providers.redirected": Text(
        "{provider} sent the request elsewhere; Jarvis does not follow, the key would go along ({model}).",
        "{provider} mandó la petición a otra parte; Jarvis no la sigue, pues llevaría la clave ({model}).",
    ),
    "providers.redirected.hint": Text(
        "Give the final address: `jarvis config set provider.{provider}.address URL`.",
        "Indique la dirección definitiva: `jarvis config set provider.{provider}.address URL`.",
    ),
    "providers.filtered": Text(
        "{provider}'s filter does not let {model} answer this.",
        "El filtro de {provider} no deja que {model} responda a esto.",
    ),
    "providers.filtered.hint": Text(
        "Say it otherwise, or ask a model of your own.", "Dígalo de otro modo, o pregunte a un modelo propio."
    ),
    "providers.context_too_long": Text(
        "This is longer than {model} of {provider} can read: {said}",
        "Esto es más largo de lo que {model} de {provider} puede leer: {said}",
    ),
    "providers.context_too_long.hint": Text(
        "Shorten it, or ask a model with a longer context (`jarvis models`).",
        "Acórtelo, o pregunte a un modelo con más contexto (`jarvis models`).",
    ),
    "providers.cannot": Text(
        "{model} of {provider} cannot be asked this: {reason}",
        "A {model} de {provider} no se le puede pedir esto: {reason}",
    ),
    "providers.cannot.hint": Text("Ask another model (`jarvis models`).", "Pregunte a otro modelo (`jarvis models`)."),
    "providers.one_answer": Text(
        "{provider} gives one answer a request, not {n}.", "{provider} da una respuesta por petición, no {n}."
    ),
    "providers.one_answer.hint": Text("Ask with `n` 1, several times.", "Pregunte con `n` 1, varias veces."),
    "providers.no_grammar": Text(
        "{provider} takes no grammar; its models elsewhere are not ours to force.",
        "{provider} no admite gramáticas; sus modelos no se dejan forzar desde aquí.",
    ),
    "providers.no_grammar.hint": Text(
        "Use `response_format` with a JSON schema, or a local model.",
        "Use `response_format` con un esquema JSON, o un modelo local.",
    ),
    "providers.image": Text(
        "An image or a sound is no base64: only `data:` URLs are sent on.",
        "Una imagen o un sonido no está en base64: solo se envían URL `data:`.",
    ),
    "providers.image.hint": Text(
        "Send it as `data:image/png;base64,...`.", "Envíelo como `data:image/png;base64,...`."
    ),
    "providers.tool_choice": Text("`tool_choice` names no function.", "`tool_choice` no nombra ninguna función."),
    "providers.tool_choice.hint": Text(
        'Use "auto", "none", "required" or {{"type": "function", "function": {{"name": "NAME"}}}}.',
        'Use "auto", "none", "required" o {{"type": "function", "function": {{"name": "NOMBRE"}}}}.',
    ),
    "providers.effort": Text(
        "`reasoning_effort` {value!r} is not known.", "No se conoce el `reasoning_effort` {value!r}."
    ),
    "providers.effort.hint": Text("Known: none, {known}.", "Se conocen: none, {known}."),
    "providers.no_kind": Text(
        "Which API the provider {name} speaks is not known.", "No se sabe qué API habla el proveedor {name}."
    ),
    "providers.no_kind.hint": Text(
        "`jarvis config set provider.{name}.kind KIND`: {known}.",
        "`jarvis config set provider.{name}.kind CLASE`: {known}.",
    ),
    "providers.no_address": Text(
        "Where the provider {name} is, is not known.", "No se sabe dónde está el proveedor {name}."
    ),
    "providers.no_address.hint": Text(
        "`jarvis config set provider.{name}.address https://HOST/v1`.",
        "`jarvis config set provider.{name}.address https://SERVIDOR/v1`.",
    ),
    "providers.bad_address": Text(
        "The address of the provider {name} is none.", "La dirección del proveedor {name} no lo es."
    ),
    "providers.bad_address.hint": Text(
        "`jarvis config set provider.{name}.address https://HOST/v1`.",
        "`jarvis config set provider.{name}.address https://SERVIDOR/v1`.",
    ),
    "providers.key_in_address": Text(
        "The address of the provider {name} holds a name or a password; addresses are shown.",
        "La dirección del proveedor {name} lleva un nombre o una contraseña; las direcciones se muestran.",
    ),
    "providers.key_in_address.hint": Text(
        "Take it out and use `jarvis key set {name}`.", "Quítelo y use `jarvis key set {name}`."
    ),
    "providers.in_clear": Text(
        "The provider {name} has a key and an address without TLS: everybody on the way could read it.",
        "El proveedor {name} tiene una clave y una dirección sin TLS: cualquiera en el camino podría leerla.",
    ),
    "providers.in_clear.hint": Text(
        "Use an https:// address, or remove the key (`jarvis key remove {name}`).",
        "Use una dirección https://, o quite la clave (`jarvis key remove {name}`).",
    ),
    "providers.no_such_key": Text(
        "This is no key: one has no spaces, no line breaks and only ASCII.",
        "Esto no es una clave: no llevan espacios ni saltos de línea, y solo ASCII.",
    ),
    "providers.no_such_key.hint": Text(
        "Copy it again from the provider's page.", "Cópiela de nuevo de la página del proveedor."
    ),
    "providers.key_file_missing": Text("There is no key file {path}.", "No existe el fichero de clave {path}."),
    "providers.key_file_missing.hint": Text(
        "Put the key there with mode 0600, or use `jarvis key set PROVIDER` and unset `key_file`.",
        "Ponga ahí la clave con permisos 0600, o use `jarvis key set PROVEEDOR` y quite `key_file`.",
    ),
    "providers.key_file_damaged": Text("The file {path} holds no key.", "El fichero {path} no contiene ninguna clave."),
    "providers.key_file_damaged.hint": Text(
        "It must hold the key and nothing else, on one line.", "Debe contener la clave y nada más, en una línea."
    ),
    "providers.key_exposed": Text(
        "Others can read the key file {path} (mode {mode}).",
        "Otros pueden leer el fichero de clave {path} (permisos {mode}).",
    ),
    "providers.key_exposed.hint": Text("chmod 600 {path}", "chmod 600 {path}"),
    "providers.key_not_yours": Text(
        "The key file {path} belongs to somebody else.", "El fichero de clave {path} es de otra persona."
    ),
    "providers.key_not_yours.hint": Text(
        "Use a file of your own, mode 0600.", "Use un fichero propio, con permisos 0600."
    ),
    "providers.key_unreadable": Text(
        "The key file {path} cannot be read: {reason}.", "No se puede leer el fichero de clave {path}: {reason}."
    ),
    "providers.key_unreadable.hint": Text("ls -l {path}", "ls -l {path}"),
    "providers.fake_failed": Text(
        "The stand-in provider {provider} did not start.", "El proveedor de prueba {provider} no arrancó."
    ),
    "providers.fake_failed.hint": Text("Ask again.", "Pregunte de nuevo."),
    "providers.key_help": Text(
        "Keys of paid models: keep, list, remove.", "Claves de modelos de pago: guardar, listar, quitar."
    ),
    "providers.key_set_help": Text(
        "Keep the key of a provider (asked for, or read from stdin).",
        "Guarda la clave de un proveedor (se pregunta, o se lee de stdin).",
    ),
    "providers.key_list_help": Text(
        "Where the key of each provider comes from.", "De dónde sale la clave de cada proveedor."
    ),
    "providers.key_remove_help": Text("Take a kept key away.", "Quita una clave guardada."),
    "providers.key_ask": Text("Key of {name} (not shown)", "Clave de {name} (no se muestra)"),
    "providers.key_kept.keyring": Text("Kept in the keyring.", "Guardada en el llavero."),
    "providers.key_kept.file": Text(
        "There is no keyring: kept in {where}, which only you can read.",
        "No hay llavero: guardada en {where}, que solo usted puede leer.",
    ),
    "providers.key_shadowed": Text(
        "But `provider.{name}.key_file` comes first: {path}", "Pero `provider.{name}.key_file` va primero: {path}"
    ),
    "providers.key_removed": Text("The key of {name} was taken away.", "Se quitó la clave de {name}."),
    "providers.key_still": Text(
        "There is still one, which Jarvis did not keep: {where}.", "Aún hay una que no guardó Jarvis: {where}."
    ),
    "providers.key_not_kept": Text("No key of {name} is kept.", "No hay ninguna clave guardada de {name}."),
    "providers.key_from.key_file": Text("file {where}", "fichero {where}"),
    "providers.key_from.keyring": Text("keyring", "llavero"),
    "providers.key_from.file": Text("file {where}", "fichero {where}"),
    "providers.key_from.environment": Text("environment, {where}", "entorno, {where}"),
    "providers.key_from.none": Text("no key", "sin clave"),
    "providers.key_from.needless": Text("no key needed", "no hace falta clave"),
    "providers.bad_name": Text("{name!r} is no name for a provider.", "{name!r} no sirve como nombre de un proveedor."),
    "providers.bad_name.hint": Text(
        "Use up to 64 letters, digits, dots and dashes: `jarvis config set provider.NAME.address URL`.",
        "Use hasta 64 letras, cifras, puntos y guiones: `jarvis config set provider.NOMBRE.address URL`.",
    ),
    "providers.unknown": Text("There is no provider {name!r}.", "No existe el proveedor {name!r}."),
    "providers.unknown.hint": Text(
        "Known: {known}. Any other is made with `jarvis config set provider.{name}.address URL`.",
        "Se conocen: {known}. Cualquier otro se crea con `jarvis config set provider.{name}.address URL`.",
    ),
    "providers.column.provider": Text("PROVIDER", "PROVEEDOR"),
    "providers.column.key": Text("KEY", "CLAVE"),
    "providers.no_key": Text("There is no key of {provider} for {model}.", "No hay clave de {provider} para {model}."),
    "providers.no_key.hint": Text(
        "`jarvis key set {provider}` takes one; `jarvis budget set --month USD` says what it may spend.",
        "`jarvis key set {provider}` la guarda; `jarvis budget set --month USD` dice cuánto puede gastar.",
    ),
    "providers.chat_only": Text(
        "{model} is a paid model and only answers conversations.",
        "{model} es un modelo de pago y solo contesta conversaciones.",
    ),
    "providers.chat_only.hint": Text(
        "Send it to /v1/chat/completions, or name a model on this machine.",
        "Envíelo a /v1/chat/completions, o nombre un modelo de esta máquina.",
    ),
    "providers.no_keys": Text(
        "There is no key of a paid model: everything is answered here.",
        "No hay ninguna clave de un modelo de pago: todo se responde aquí.",
    ),
    "providers.ready": Text("Key and budget for: {providers}", "Clave y presupuesto para: {providers}"),
    "providers.no_budget": Text(
        "There is a key but no budget for {providers}: nothing is asked there.",
        "Hay clave pero no presupuesto para {providers}: no se pregunta nada ahí.",
    ),
    "providers.no_budget.hint": Text("`jarvis budget set --month 10`", "`jarvis budget set --month 10`"),
}
