from jarvis.texts import Text

TEXTS = {
    "router.by_name": Text("asked for by name", "pedido por su nombre"),
    "router.best_of": Text("best of {count} on this machine", "el mejor de {count} en esta máquina"),
    "router.only_one": Text("the only model on this machine", "el único modelo de esta máquina"),
    "router.model_not_found": Text(
        "The model {model!r} is not on this machine. Here: {known}.",
        "El modelo {model!r} no está en esta máquina. Están: {known}.",
    ),
    "router.model_not_found.hint": Text(
        "Download it with `jarvis pull {model}`, or see `jarvis models`.",
        "Descárguelo con `jarvis pull {model}`, o mire `jarvis models`.",
    ),
    "router.no_model": Text(
        "No model on this machine can do this ({kind}).", "Ningún modelo de esta máquina puede hacerlo ({kind})."
    ),
    "router.no_model.hint": Text(
        "`jarvis models` lists them, `jarvis models show ID` says what one can do, `jarvis pull ID` downloads it"
        " (the smallest to talk with: `jarvis pull smollm2-135m-instruct`).",
        "`jarvis models` los muestra, `jarvis models show ID` dice qué sabe hacer uno y `jarvis pull ID` lo descarga"
        " (el más pequeño para conversar: `jarvis pull smollm2-135m-instruct`).",
    ),
    "router.cannot": Text("The model {model} cannot do this: {lack}.", "El modelo {model} no puede hacerlo: {lack}."),
    "router.cannot.hint": Text(
        "Ask `auto`, or a model that can (`jarvis models show ID` says so).",
        "Pregunte a `auto`, o a un modelo que sepa (lo dice `jarvis models show ID`).",
    ),
}
