from jarvis.texts import Text

TEXTS = {
    "token.there": Text("There is a token named {name} already.", "Ya hay un código de acceso llamado {name}."),
    "token.there.hint": Text(
        "Choose another name, or `jarvis token remove {name}` first.",
        "Elija otro nombre, o antes `jarvis token remove {name}`.",
    ),
    "token.unknown": Text("There is no token named {name}.", "No hay ningún código llamado {name}."),
    "token.unknown.hint": Text("`jarvis token list` shows them.", "`jarvis token list` los muestra."),
    "token.of_owner": Text(
        "The owner's token cannot be removed, only replaced.",
        "El código del dueño no se puede quitar, solo renovar.",
    ),
    "token.of_owner.hint": Text("`jarvis token --rotate`.", "`jarvis token --rotate`."),
    "token.cli.add": Text(
        "Make a token for a program or a person of the house, and print it once.",
        "Crea un código para un programa o una persona de la casa, y lo muestra una vez.",
    ),
    "token.cli.list": Text("The tokens that are valid.", "Los códigos válidos."),
    "token.cli.remove": Text("Make one invalid, at once.", "Invalida uno, al momento."),
    "token.cli.option.person": Text(
        "Whose questions they are (history, cache, feedback); default: the token's name.",
        "De quién son las preguntas (historial, caché, valoraciones); por omisión, el nombre del código.",
    ),
    "token.cli.month": Text(
        "The most that paid models may cost it a month.", "Lo más que le pueden costar al mes los modelos de pago."
    ),
    "token.cli.days": Text("After how many days it ends.", "A los cuántos días caduca."),
    "token.cli.may": Text("What it may do; several times for several.", "Qué puede hacer; repetible."),
    "token.cli.made": Text(
        "It is shown this once and kept nowhere. It goes into the program as its API key.",
        "Se muestra solo esta vez y no se guarda. Va en el programa como su clave de API.",
    ),
    "token.cli.removed": Text("{name} is not valid any more.", "{name} ya no es válido."),
    "token.cli.column.name": Text("token", "código"),
    "token.cli.column.person": Text("person", "persona"),
    "token.cli.column.may": Text("may", "puede"),
    "token.cli.column.month": Text("USD a month", "USD al mes"),
    "token.cli.column.used": Text("last used", "último uso"),
    "token.cli.column.ends": Text("ends", "caduca"),
}
