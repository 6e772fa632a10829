"""What the library ``click`` says by itself: the English is its own, letter by letter, by which it is found."""

from jarvis.texts import Text

TEXTS = {
    "click.usage": Text("Usage:", "Uso:"),
    "click.options": Text("Options", "Opciones"),
    "click.commands": Text("Commands", "Órdenes"),
    "click.help": Text("Show this message and exit.", "Muestra este mensaje y termina."),
    "click.version_option": Text("Show the version and exit.", "Muestra la versión y termina."),
    "click.version": Text("%(prog)s, version %(version)s", "%(prog)s, versión %(version)s"),
    "click.default": Text("default: {default}", "por defecto: {default}"),
    "click.error": Text("Error: {message}", "Error: {message}"),
    "click.try_help": Text("Try '{command} {option}' for help.", "Pruebe '{command} {option}' para ver la ayuda."),
    "click.did_you_mean": Text("Did you mean {possibility}?", "¿Quiso decir {possibility}?"),
    "click.did_you_mean_one": Text(
        "(Did you mean one of: {possibilities}?)", "(¿Quiso decir una de estas: {possibilities}?)"
    ),
    "click.no_command": Text("No such command {name!r}.", "No existe la orden {name!r}."),
    "click.missing_command": Text("Missing command.", "Falta la orden."),
    "click.no_option": Text("No such option {name!r}.", "No existe la opción {name!r}."),
    "click.missing_option": Text("Missing option", "Falta la opción"),
    "click.missing_argument": Text("Missing argument", "Falta el argumento"),
    "click.extra_argument": Text("Got unexpected extra argument ({args})", "Sobra un argumento ({args})"),
    "click.extra_arguments": Text("Got unexpected extra arguments ({args})", "Sobran argumentos ({args})"),
    "click.takes_no_value": Text("Option {name!r} does not take a value.", "La opción {name!r} no lleva valor."),
    "click.needs_value": Text("Option {name!r} requires an argument.", "A la opción {name!r} le falta su valor."),
    "click.invalid": Text("Invalid value: {message}", "Valor no válido: {message}"),
    "click.invalid_for": Text(
        "Invalid value for {param_hint}: {message}", "Valor no válido para {param_hint}: {message}"
    ),
    "click.not_a_number": Text(
        "{value!r} is not a valid {number_type}.", "{value!r} no es un número de los que valen ({number_type})."
    ),
    "click.out_of_range": Text("{value} is not in the range {range}.", "{value} no está en el intervalo {range}."),
}
