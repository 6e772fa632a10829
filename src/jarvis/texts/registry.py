from jarvis.texts import Text

TEXTS = {
    "registry.unknown_part": Text(
        "There is no part named {name!r} in {room}. Known: {known}.",
        "No existe la pieza {name!r} en {room}. Conocidas: {known}.",
    ),
    "registry.unknown_part.hint": Text("Use one of those names.", "Use uno de esos nombres."),
}
