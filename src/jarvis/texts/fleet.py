from jarvis.texts import Text

TEXTS = {
    "fleet.does_not_fit": Text(
        "{model} does not fit. Even with every idle model unloaded, this is missing: {short}.",
        "{model} no cabe. Aun descargando todos los modelos inactivos, falta esto: {short}.",
    ),
    "fleet.does_not_fit.hint": Text(
        "Close other programs, choose a smaller model (`jarvis models`), or less context"
        " (`jarvis config set models.context 2048`). `jarvis plan {model}` shows what would fit.",
        "Cierre otros programas, elija un modelo menor (`jarvis models`) o menos contexto"
        " (`jarvis config set models.context 2048`). `jarvis plan {model}` muestra qué cabría.",
    ),
    "fleet.pinned": Text(
        "{model} does not fit beside what is pinned: {pinned}.", "{model} no cabe junto a lo que está fijado: {pinned}."
    ),
    "fleet.pinned.hint": Text("Let it leave: {commands}", "Permita que se descargue: {commands}"),
    "fleet.no_device": Text(
        "Nothing on this machine can run {model} with the engine that it needs.",
        "Nada en esta máquina puede ejecutar {model} con el motor que necesita.",
    ),
    "fleet.no_device.hint": Text(
        "`jarvis plan {model}` shows what would fit, `jarvis doctor` what each GPU can do.",
        "`jarvis plan {model}` muestra qué cabría; `jarvis doctor`, qué puede hacer cada GPU.",
    ),
    "fleet.crash_loop": Text(
        "{model} has died again and again; it is left alone for {retry_after:.0f} s.",
        "{model} ha fallado una y otra vez; se deja en paz {retry_after:.0f} s.",
    ),
    "fleet.crash_loop.hint": Text(
        "See why in {log} and ask again in {retry_after:.0f} seconds, or use another model.",
        "Mire la causa en {log} y pregunte otra vez en {retry_after:.0f} segundos, o use otro modelo.",
    ),
    "fleet.queue_full": Text(
        "{waiting} requests already wait for {model}.", "Ya hay {waiting} peticiones esperando a {model}."
    ),
    "fleet.queue_full.hint": Text(
        "Ask again in {retry_after:.0f} seconds, or let more of them wait: `jarvis config set models.queue N`.",
        "Vuelva a preguntar en {retry_after:.0f} segundos, o deje esperar a más: `jarvis config set models.queue N`.",
    ),
    "fleet.closing": Text("Jarvis is stopping.", "Jarvis se está deteniendo."),
    "fleet.closing.hint": Text("Ask again when it runs again.", "Vuelva a preguntar cuando esté en marcha."),
    "fleet.defect": Text(
        "Loading {model} failed because of a defect in Jarvis: {reason}",
        "La carga de {model} falló por un defecto de Jarvis: {reason}",
    ),
    "fleet.defect.hint": Text(
        "Please report it, with the log that `jarvis doctor` names.",
        "Por favor, comuníquelo, con el registro que indica `jarvis doctor`.",
    ),
    "fleet.memory_busy": Text(
        "{model} has to wait for memory: the models that hold it are answering others.",
        "{model} tiene que esperar a que haya memoria: los modelos que la ocupan están respondiendo a otros.",
    ),
    "fleet.memory_busy.hint": Text(
        "Ask again in {retry_after:.0f} seconds.", "Vuelva a preguntar en {retry_after:.0f} segundos."
    ),
    "fleet.forced": Text("{model} was unloaded while it answered.", "Se descargó {model} mientras respondía."),
    "fleet.forced.hint": Text("Ask again: it is loaded anew.", "Vuelva a preguntar: se carga de nuevo."),
    "fleet.writes_nothing": Text(
        "{model} is a model of kind {kind}: it writes no answers whose speed could be measured.",
        "{model} es un modelo de tipo {kind}: no escribe respuestas cuya velocidad se pueda medir.",
    ),
    "fleet.writes_nothing.hint": Text(
        "Measure one that answers: `jarvis models --installed`. What hears is measured by `jarvis bench voice`.",
        "Mida uno que responda: `jarvis models --installed`. Lo que oye se mide con `jarvis bench voice`.",
    ),
    "fleet.in_use": Text("{model} is answering somebody.", "{model} está respondiendo a alguien."),
    "fleet.in_use.hint": Text(
        "Try again in {retry_after:.0f} seconds.", "Pruebe otra vez en {retry_after:.0f} segundos."
    ),
    "fleet.died_at_once": Text(
        "The engine of {model} ended right after it was loaded.",
        "El motor de {model} terminó justo después de cargarse.",
    ),
    "fleet.died_at_once.hint": Text("Ask again: it is loaded anew.", "Vuelva a preguntar: se carga de nuevo."),
    "fleet.plan.fits": Text(
        "{quantization}, {weights:.2f} GB of weights, on {on}: {context:,} tokens of context with a {cache} cache,"
        " {parallel} at once, about {speed:.0f} tokens/s.",
        "{quantization}, {weights:.2f} GB de pesos, en {on}: {context:,} tokens de contexto con caché {cache},"
        " {parallel} a la vez, unos {speed:.0f} tokens/s.",
    ),
    "fleet.plan.sits": Text(
        "{quantization}, {weights:.2f} GB of weights, on {on}.", "{quantization}, {weights:.2f} GB de pesos, en {on}."
    ),
    "fleet.plan.short": Text(
        "{quantization} has {weights:.2f} GB of weights and needs {kv} KiB per token of context; for {context:,} tokens"
        " with {engine}{only} this is missing: {short}.",
        "{quantization} tiene {weights:.2f} GB de pesos y necesita {kv} KiB por token de contexto; para {context:,} tokens"
        " con {engine}{only} falta esto: {short}.",
    ),
    "fleet.plan.only_on": Text(" on {card} alone", " solo en {card}"),
    "fleet.plan.too_old": Text(
        "{engine} runs {quantization} from compute capability {needed} on; {card} has {has}.",
        "{engine} ejecuta {quantization} a partir de la capacidad de cómputo {needed}; {card} tiene {has}.",
    ),
    "fleet.plan.no_engine": Text(
        "{engine} cannot run {quantization} on any device of this machine.",
        "{engine} no puede ejecutar {quantization} en ningún dispositivo de esta máquina.",
    ),
    "fleet.plan.unknown": Text("The catalog knows no model {name!r}.", "El catálogo no conoce ningún modelo {name!r}."),
    "fleet.plan.used": Text("other programs", "otros programas"),
    "fleet.plan.reserve": Text("reserve", "reserva"),
    "fleet.plan.free": Text("free {mib:,}", "libre {mib:,}"),
    "fleet.plan.experts": Text(" (experts of {count} layers in RAM)", " (expertos de {count} capas en RAM)"),
    "fleet.plan.alternative": Text(
        "{model} {quantization} ({size:.1f} GB), {context:,} tokens, {cache} cache: {where}, about {speed:.1f} tokens/s",
        "{model} {quantization} ({size:.1f} GB), {context:,} tokens, caché {cache}: {where}, unos {speed:.1f} tokens/s",
    ),
    "fleet.plan.in_turns": Text(
        "Loaded when they are asked for, in turn with the others: {models}.",
        "Se cargan cuando se les pregunta, por turnos con los demás: {models}.",
    ),
    "fleet.plan.context_cut": Text(
        "{model}: {context:,} tokens of context, not {asked:,}: it reads no more.",
        "{model}: {context:,} tokens de contexto, no {asked:,}: no lee más.",
    ),
    "fleet.plan.no_gpu": Text(
        "{model}: this machine has no GPU {gpu}; it may go anywhere. `jarvis doctor` lists those of this computer.",
        "{model}: esta máquina no tiene ninguna GPU {gpu}; puede ir a cualquier sitio. `jarvis doctor` muestra las de"
        " este equipo.",
    ),
    "fleet.plan.nothing": Text(
        "No model was named and none is here: `jarvis plan ID` or `jarvis models`.",
        "No se nombró ningún modelo ni hay ninguno aquí: `jarvis plan ID` o `jarvis models`.",
    ),
    "fleet.role.chat": Text("answers", "responde"),
    "fleet.role.big": Text("hard questions", "preguntas difíciles"),
    "fleet.role.small": Text("always there, quick answers", "siempre listo, respuestas rápidas"),
    "fleet.role.embedding": Text("memory and documents", "memoria y documentos"),
    "fleet.role.hear": Text("hearing", "oído"),
    "fleet.setup.head": Text("For this machine Jarvis proposes:", "Para esta máquina Jarvis propone:"),
    "fleet.setup.line": Text(
        "{role}: {model} {quantization} ({size:.1f} GB) on {on}{speed}",
        "{role}: {model} {quantization} ({size:.1f} GB) en {on}{speed}",
    ),
    "fleet.setup.speed": Text(", about {speed:.0f} tokens/s", ", unos {speed:.0f} tokens/s"),
    "fleet.setup.here": Text(" - is here", " - ya está"),
    "fleet.setup.later": Text(
        " - not fetched: this Jarvis has no engine for it yet",
        " - no se descarga: este Jarvis aún no tiene motor para él",
    ),
    "fleet.setup.foreign": Text(
        "It speaks no English (only: {languages}): none that does fits here.",
        "No habla español (solo: {languages}): aquí no cabe ninguno que lo hable.",
    ),
    "fleet.setup.nothing": Text(
        "No model of the catalog fits this machine.", "Ningún modelo del catálogo cabe en esta máquina."
    ),
    "fleet.setup.ask": Text("Fetch {size:.1f} GB now?", "¿Descargar {size:.1f} GB ahora?"),
    "fleet.setup.done": Text("Everything is here.", "Todo está aquí."),
    "fleet.setup.engine": Text(
        "There is a GPU and no engine here that can use it: `{command}` first.",
        "Hay una GPU y aquí ningún motor que pueda usarla: antes, `{command}`.",
    ),
    "fleet.inside": Text(
        "{name} is not loaded by hand: Jarvis starts it by itself, on the processor, when something needs it.",
        "{name} no se carga a mano: Jarvis lo inicia solo, en el procesador, cuando algo lo necesita.",
    ),
    "fleet.inside.hint": Text(
        "Nothing is to be done: it is used as soon as it is here (`jarvis models --installed`).",
        "No hay que hacer nada: se usa en cuanto está aquí (`jarvis models --installed`).",
    ),
}
