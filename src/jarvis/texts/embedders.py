from jarvis.texts import Text

TEXTS = {
    "embedders.damaged": Text(
        "{path} is not what {name} needs: {reason}.", "{path} no es lo que {name} necesita: {reason}."
    ),
    "embedders.damaged.hint": Text(
        "Check it, and fetch it again if it is damaged: `jarvis models verify {name}; jarvis pull {name}`.",
        "Compruébelo y, si está dañado, tráigalo otra vez: `jarvis models verify {name}; jarvis pull {name}`.",
    ),
    "embedders.failed": Text(
        "{name} could not make a vector of a text: {reason}.", "{name} no pudo hacer el vector de un texto: {reason}."
    ),
    "embedders.failed.hint": Text("What it wrote is in {log}.", "Lo que escribió está en {log}."),
    "embedders.no_memory": Text(
        "There is not enough memory to turn texts into vectors ({name}).",
        "No hay memoria suficiente para convertir textos en vectores ({name}).",
    ),
    "embedders.no_memory.hint": Text(
        "It needs about 200 MB. Free some: `jarvis ps` shows what is loaded, `jarvis unload MODEL` frees it.",
        "Necesita unos 200 MB. Libere memoria: `jarvis ps` muestra lo cargado, `jarvis unload MODELO` lo descarga.",
    ),
    "embedders.hung": Text(
        "{name} has made no vector for {seconds:.0f} s.", "{name} lleva {seconds:.0f} s sin hacer ningún vector."
    ),
    "embedders.hung.hint": Text(
        "Ask again: it is started anew. What it wrote is in {log}.",
        "Vuelva a preguntar: se inicia de nuevo. Lo que escribió está en {log}.",
    ),
    "embedders.busy": Text(
        "{waiting} texts already wait to become vectors.", "Ya hay {waiting} textos esperando convertirse en vectores."
    ),
    "embedders.busy.hint": Text("Ask again in {retry_after:.0f} s.", "Vuelva a preguntar en {retry_after:.0f} s."),
}
