from jarvis.texts import Text

TEXTS = {
    "models.option.set": Text(
        "A named list of models, for example `plan`; without a name, show the lists.",
        "Una lista con nombre, por ejemplo `plan`; sin nombre, muestra las listas.",
    ),
    "models.set.starter": Text("the smallest that answers, a demonstration", "el más pequeño que responde, de muestra"),
    "models.set.small": Text("for a machine without a GPU", "para una máquina sin GPU"),
    "models.set.gpu-6gb": Text(
        "for a card of 6 GB (embeddings on the CPU)", "para una tarjeta de 6 GB (los vectores, en la CPU)"
    ),
    "models.set.gpu-16gb": Text(
        "for a card of 16 GB (one large model at a time)", "para una tarjeta de 16 GB (un modelo grande a la vez)"
    ),
    "models.set.plan": Text(
        "the owner's plan, in quantisations that 16 GB and 6 GB hold together",
        "el plan, en cuantizaciones que caben entre 16 GB y 6 GB",
    ),
    "models.here": Text("here", "aquí"),
    "models.option.quantization": Text(
        "Which quantisation; default: the first of its card.", "Qué cuantización; por defecto, la primera de su ficha."
    ),
    "models.option.community": Text(
        "Also use the community catalog (re-uploads by third parties).",
        "Usar también el catálogo de la comunidad (copias subidas por terceros).",
    ),
    "models.option.yes": Text("Do not ask.", "No preguntar."),
    "models.option.all": Text("Every quantisation of every model.", "Todas las cuantizaciones de todos los modelos."),
    "models.option.installed": Text("Only what is on this disk.", "Solo lo que está en este disco."),
    "models.option.json": Text("As JSON.", "En JSON."),
    "models.show": Text("All that is known of a model.", "Todo lo que se sabe de un modelo."),
    "models.verify": Text(
        "Check the files again, without the network.", "Comprueba de nuevo los ficheros, sin usar la red."
    ),
    "models.remove": Text("Delete a model from this disk.", "Borra un modelo de este disco."),
    "models.which": Text(
        "Name a model or a set, for example `jarvis pull starter`. Sets: {sets}.",
        "Nombre un modelo o una lista, por ejemplo `jarvis pull starter`. Listas: {sets}.",
    ),
    "models.already": Text("{name} is here already.", "{name} ya está aquí."),
    "models.done": Text("{name} is here: {path}", "{name} ya está: {path}"),
    "models.stopped": Text(
        "Stopped. What arrived of {name} is kept: the same command continues.",
        "Detenido. Lo que llegó de {name} se conserva: la misma orden continúa.",
    ),
    "models.begin": Text("Downloading {name} ({size})", "Descargando {name} ({size})"),
    "models.at": Text(
        "{name}: {percent} %, {done} of {total}, {speed}/s, {left} left",
        "{name}: {percent} %, {done} de {total}, {speed}/s, quedan {left}",
    ),
    "models.verifying": Text("{name}: checking {file}", "{name}: comprobando {file}"),
    "models.waiting": Text(
        "{name}: another process is downloading it; waiting", "{name}: otro proceso lo está descargando; se espera"
    ),
    "models.left": Text("{time} left", "quedan {time}"),
    "models.stage.verify": Text("checking", "comprobando"),
    "models.stage.wait": Text("waiting for another download of it", "esperando a otra descarga suya"),
    "models.not_commercial": Text(
        "{name}: its licence ({licence}) does not allow commercial use.",
        "{name}: su licencia ({licence}) no permite el uso comercial.",
    ),
    "models.no_engine": Text(
        "{name} can be kept, but not run yet: this Jarvis has no engine {engines}.",
        "{name} se puede guardar, pero todavía no usar: este Jarvis no tiene el motor {engines}.",
    ),
    "models.community": Text(
        "{name} comes from a re-upload by a third party; only what has the sum of its card is used.",
        "{name} viene de una copia subida por un tercero; solo se usa lo que tiene la suma de su ficha.",
    ),
    "models.community_off": Text(
        "{name} is used once the community catalog is on: `jarvis config set models.community true; jarvis stop`.",
        "{name} se usa con el catálogo de la comunidad activado: `jarvis config set models.community true; jarvis stop`.",
    ),
    "models.remove_sure": Text("Delete {name} ({size})?", "¿Borrar {name} ({size})?"),
    "models.sum": Text("{count} models, {size} to download.", "{count} modelos, {size} por descargar."),
    "models.go_on": Text("Download them?", "¿Descargarlos?"),
    "models.failed": Text(
        "{failed} of {count} could not be downloaded.", "No se pudieron descargar {failed} de {count}."
    ),
    "models.column.id": Text("MODEL", "MODELO"),
    "models.column.quantization": Text("QUANT", "CUANT"),
    "models.column.size": Text("SIZE", "TAMAÑO"),
    "models.column.context": Text("CONTEXT", "CONTEXTO"),
    "models.column.languages": Text("LANGUAGES", "IDIOMAS"),
    "models.column.licence": Text("LICENCE", "LICENCIA"),
    "models.column.here": Text("HERE", "AQUÍ"),
    "models.column.provider": Text("PROVIDER", "PROVEEDOR"),
    "models.column.capabilities": Text("CAN DO", "SABE HACER"),
    "models.column.state": Text("STATE", "ESTADO"),
    "models.option.api": Text("Only paid models elsewhere.", "Solo modelos de pago de otros."),
    "models.api_title": Text(
        "Paid models elsewhere; none is asked without a key (`jarvis key set PROVIDER`) and a budget"
        " (`jarvis config set budget.day_usd 1`):",
        "Modelos de pago de otros; a ninguno se le pregunta sin clave (`jarvis key set PROVEEDOR`) y presupuesto"
        " (`jarvis config set budget.day_usd 1`):",
    ),
    "models.api_state.ready": Text("ready", "listo"),
    "models.api_state.no_key": Text("needs key", "falta clave"),
    "models.api_state.no_budget": Text("needs budget", "falta presupuesto"),
    "models.api_state.wrong": Text("misconfigured", "mal configurado"),
    "models.api_unknown": Text(
        "`api.{id}` names no model of the catalog, and does not say whose it is. {meant}",
        "`api.{id}` no nombra ningún modelo del catálogo, ni dice de quién es. {meant}",
    ),
    "models.api_unknown.hint": Text(
        "`jarvis config set api.{id}.provider PROVIDER` and `jarvis config set api.{id}.model NAME`.",
        "`jarvis config set api.{id}.provider PROVEEDOR` y `jarvis config set api.{id}.model NOMBRE`.",
    ),
    "models.field.provider": Text("Provider", "Proveedor"),
    "models.field.called": Text("Called there", "Allí se llama"),
    "models.field.max_output": Text("Longest answer (tokens)", "Respuesta más larga (tokens)"),
    "models.field.released": Text("Released", "Publicado"),
    "models.field.state": Text("State", "Estado"),
    "models.yes": Text("yes", "sí"),
    "models.damaged_short": Text("damaged", "dañado"),
    "models.own": Text("yours", "suyo"),
    "models.none": Text(
        "No model is here yet. `jarvis pull starter` fetches the smallest.",
        "Aún no hay ningún modelo. `jarvis pull starter` trae el más pequeño.",
    ),
    "models.sets": Text("Sets for `jarvis pull --set`: {sets}", "Listas para `jarvis pull --set`: {sets}"),
    "models.intact": Text("{name} is intact.", "{name} está intacto."),
    "models.damaged": Text(
        "{name}: {file} is damaged (sha256 {found}).", "{name}: {file} está dañado (sha256 {found})."
    ),
    "models.gone": Text("{name}: {file} is gone.", "{name}: falta {file}."),
    "models.mend": Text(
        "`jarvis pull {name}` fetches only that again.", "`jarvis pull {name}` vuelve a traer solo eso."
    ),
    "models.own_unchecked": Text(
        "{name} is your own file; there is no sum to check it against.",
        "{name} es un fichero suyo; no hay suma con que compararlo.",
    ),
    "models.removed": Text("{name} was removed: {size} freed.", "{name} se ha borrado: {size} liberados."),
    "models.field.family": Text("Family", "Familia"),
    "models.field.kind": Text("Kind", "Clase"),
    "models.field.licence": Text("Licence", "Licencia"),
    "models.field.languages": Text("Languages", "Idiomas"),
    "models.field.context": Text("Context (tokens)", "Contexto (tokens)"),
    "models.field.parameters": Text("Parameters", "Parámetros"),
    "models.field.aliases": Text("Also called", "También llamado"),
    "models.field.capabilities": Text("Can do", "Sabe hacer"),
    "models.field.specialties": Text("Good at", "Destaca en"),
    "models.field.difficulty_range": Text("Difficulty", "Dificultad"),
    "models.field.architecture": Text("Architecture", "Arquitectura"),
    "models.field.sampling": Text("Sampling", "Muestreo"),
    "models.field.template_notes": Text("Template", "Plantilla"),
    "models.field.notes": Text("Notes", "Notas"),
    "models.field.scores": Text("Published scores", "Puntuaciones publicadas"),
    "models.field.files": Text("Files", "Ficheros"),
    "models.field.catalog": Text("Catalog", "Catálogo"),
    "models.not_commercial_short": Text("not for commercial use", "sin uso comercial"),
    "models.gated_short": Text("to be accepted on its page first", "antes hay que aceptarlo en su página"),
}
