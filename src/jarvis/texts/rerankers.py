from jarvis.texts import Text

TEXTS = {
    "rerankers.busy": Text(
        "{waiting} pairs of question and text already wait to be judged.",
        "Ya hay {waiting} pares de pregunta y texto esperando a ser juzgados.",
    ),
    "rerankers.busy.hint": Text("Ask again in {retry_after:.0f} s.", "Vuelva a preguntar en {retry_after:.0f} s."),
    "rerankers.other_kind": Text(
        "{name} is a model of kind {kind}: it cannot judge how well texts answer a question.",
        "{name} es un modelo de tipo {kind}: no puede juzgar si un texto responde a una pregunta.",
    ),
    "rerankers.other_kind.hint": Text(
        "Choose one that can, or none: `jarvis models --all`, then `jarvis config set memory.reranker none`.",
        "Elija uno que pueda, o ninguno: `jarvis models --all`, y luego `jarvis config set memory.reranker none`.",
    ),
}
