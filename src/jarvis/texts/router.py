from jarvis.texts import Text

TEXTS = {
    "router.by_name": Text("asked for by name", "pedido por su nombre"),
    "router.best_of": Text("best of {count} on this machine", "el mejor de {count} en esta máquina"),
    "router.faster_than": Text(
        "best of {count} on this machine that writes as fast as people read ({slow} was measured at {speed:.1f} tokens/s)",
        "el mejor de {count} en esta máquina que escribe tan rápido como se lee ({slow} se midió a {speed:.1f} tokens/s)",
    ),
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
        "`jarvis pull {name}` gets the smallest of the catalog that can ({size}); `jarvis models` lists all.",
        "`jarvis pull {name}` trae el más pequeño del catálogo que sabe hacerlo ({size}); `jarvis models` los muestra"
        " todos.",
    ),
    "router.nobody": Text(
        "No model on this machine can do this ({kind}), and none of the catalog.",
        "Ningún modelo de esta máquina puede hacerlo ({kind}), y del catálogo tampoco.",
    ),
    "router.nobody.hint": Text(
        "A model of your own needs a card in the folder `models` beside the file that `jarvis config path` names.",
        "Un modelo propio necesita una ficha en la carpeta `models` junto al fichero que indica `jarvis config path`.",
    ),
    "router.no_eyes": Text(
        "No model on this machine can do this ({kind}), and none of the catalog without a projector.",
        "Ningún modelo de esta máquina puede hacerlo ({kind}), y ninguno del catálogo sin un proyector.",
    ),
    "router.no_eyes.hint": Text(
        "Download the projector (mmproj) of a model that you have, then `jarvis config set model.ID.projector FILE`.",
        "Descargue el proyector (mmproj) de un modelo que tenga y ponga `jarvis config set model.ID.projector FICHERO`.",
    ),
    "router.cannot": Text("The model {model} cannot do this: {lack}.", "El modelo {model} no puede hacerlo: {lack}."),
    "router.cannot.hint": Text(
        "Ask `auto`, or a model that can (`jarvis models show ID` says so).",
        "Pregunte a `auto`, o a un modelo que sepa (lo dice `jarvis models show ID`).",
    ),
}
