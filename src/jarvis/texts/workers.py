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
    "workers.not_ready": Text(
        "{name} was not ready after {seconds:.0f} s.", "{name} no estuvo listo en {seconds:.0f} s."
    ),
    "workers.not_ready.hint": Text(
        "Give it longer with `models.load_timeout_seconds` (now {seconds:.0f}), or see {log}.",
        "Dele más tiempo con `models.load_timeout_seconds` (ahora {seconds:.0f}), o mire {log}.",
    ),
}
