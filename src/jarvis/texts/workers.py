from jarvis.texts import Text

TEXTS = {
    "workers.no_process": Text(
        "No process could be started for {name}: {reason}.", "No se pudo crear un proceso para {name}: {reason}."
    ),
    "workers.no_process.hint": Text(
        "Check the limits of this user and the free memory: `ulimit -u; free -m`.",
        "Revise los límites de este usuario y la memoria libre: `ulimit -u; free -m`.",
    ),
    "workers.died": Text(
        "The engine of {name} ended unexpectedly ({exit}).", "El motor de {name} terminó de improviso ({exit})."
    ),
    "workers.died.hint": Text(
        "Ask again: it is loaded anew. What it wrote is in {log}.",
        "Vuelva a preguntar: se carga de nuevo. Lo que escribió está en {log}.",
    ),
    "workers.ending": Text(
        "The engine of {name} hung and is being ended.", "El motor de {name} se quedó parado y se está cerrando."
    ),
    "workers.ending.hint": Text(
        "Ask again: it is loaded anew. What it wrote is in {log}.",
        "Vuelva a preguntar: se carga de nuevo. Lo que escribió está en {log}.",
    ),
    "workers.not_ready": Text(
        "{name} was not ready after {seconds:.0f} s.", "{name} no estuvo listo en {seconds:.0f} s."
    ),
    "workers.not_ready.hint": Text(
        "Give it longer with `models.load_timeout_seconds` (now {seconds:.0f}), or see {log}.",
        "Dele más tiempo con `models.load_timeout_seconds` (ahora {seconds:.0f}), o mire {log}.",
    ),
    "workers.damaged": Text(
        "{path} is not what {name} needs: {reason}.", "{path} no es lo que {name} necesita: {reason}."
    ),
    "workers.damaged.hint": Text(
        "Check it, and fetch it again if it is damaged: `jarvis models verify {name}; jarvis pull {name}`.",
        "Compruébelo y, si está dañado, tráigalo otra vez: `jarvis models verify {name}; jarvis pull {name}`.",
    ),
    "workers.failed": Text("{name} could not compute a text: {reason}.", "{name} no pudo calcular un texto: {reason}."),
    "workers.failed.hint": Text("What it wrote is in {log}.", "Lo que escribió está en {log}."),
    "workers.no_memory": Text(
        "There is not enough memory for {name}, which reads texts on the processor.",
        "No hay memoria suficiente para {name}, que lee textos en el procesador.",
    ),
    "workers.no_memory.hint": Text(
        "It needs about 200 MB. Free some: `jarvis ps` shows what is loaded, `jarvis unload MODEL` frees it.",
        "Necesita unos 200 MB. Libere memoria: `jarvis ps` muestra lo cargado, `jarvis unload MODELO` lo descarga.",
    ),
    "workers.hung": Text("{name} has not answered for {seconds:.0f} s.", "{name} lleva {seconds:.0f} s sin responder."),
    "workers.hung.hint": Text(
        "Ask again: it is started anew. What it wrote is in {log}.",
        "Vuelva a preguntar: se inicia de nuevo. Lo que escribió está en {log}.",
    ),
}
