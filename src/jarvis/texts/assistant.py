from jarvis.texts import Text

TEXTS = {
    "assistant.no_conversation": Text(
        "There is no conversation {conversation!r}.", "No existe la conversación {conversation!r}."
    ),
    "assistant.no_conversation.hint": Text(
        "See which there are with `jarvis history`.", "Vea cuáles hay con `jarvis history`."
    ),
    "assistant.ambiguous": Text(
        "More than one conversation begins with {conversation!r}.",
        "Más de una conversación empieza por {conversation!r}.",
    ),
    "assistant.ambiguous.hint": Text(
        "Give more of its id (`jarvis history`).", "Dé más caracteres de su código (`jarvis history`)."
    ),
    "assistant.no_turn": Text(
        "That conversation was deleted while it was being answered.",
        "Esa conversación se borró mientras se respondía.",
    ),
    "assistant.history_left_out": Text(
        "The conversation no longer fits in {context} tokens: the {count} oldest messages were left out.",
        "La conversación ya no cabe en {context} tokens: se dejaron fuera los {count} mensajes más antiguos.",
    ),
    "assistant.too_long": Text(
        "The question takes {tokens} tokens and the model reads {context}.",
        "La pregunta ocupa {tokens} tokens y el modelo lee {context}.",
    ),
    "assistant.too_long.hint": Text(
        "Shorten it, or give the model more context: `jarvis config set models.context {tokens}` (up to the model's own"
        " limit, see `jarvis models`).",
        "Acórtela, o dé más contexto al modelo: `jarvis config set models.context {tokens}` (hasta el límite del"
        " modelo, vea `jarvis models`).",
    ),
    "assistant.retried": Text(
        "The engine of {model} failed before it said anything; it was started again.",
        "El motor de {model} falló antes de decir nada; se arrancó otra vez.",
    ),
}
