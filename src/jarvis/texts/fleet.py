from jarvis.texts import Text

TEXTS = {
    "fleet.does_not_fit": Text(
        "{model} does not fit: it needs about {need_mib} MiB of memory and {free_mib} MiB are free.",
        "{model} no cabe: necesita unos {need_mib} MiB de memoria y hay {free_mib} MiB libres.",
    ),
    "fleet.does_not_fit.hint": Text(
        "Close other programs, choose a smaller model (`jarvis models`), or less context"
        " (`jarvis config set models.context 2048`).",
        "Cierre otros programas, elija un modelo menor (`jarvis models`) o menos contexto"
        " (`jarvis config set models.context 2048`).",
    ),
    "fleet.memory_busy": Text(
        "{model} has to wait for memory: the models that hold it are answering others.",
        "{model} tiene que esperar a que haya memoria: los modelos que la ocupan están respondiendo a otros.",
    ),
    "fleet.memory_busy.hint": Text(
        "Ask again in {retry_after:.0f} seconds.", "Vuelva a preguntar en {retry_after:.0f} segundos."
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
}
