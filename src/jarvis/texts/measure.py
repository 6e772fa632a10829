from jarvis.texts import Text

TEXTS = {
    "measure.unreadable": Text("The file {file} cannot be read: {why}.", "No se puede leer el fichero {file}: {why}."),
    "measure.unreadable.hint": Text(
        "Name a file that you may read. Data is JSONL, plain or gzip.",
        "Indique un fichero que pueda leer. Los datos son JSONL, sin comprimir o con gzip.",
    ),
    "measure.empty": Text("The file {file} is empty.", "El fichero {file} está vacío."),
    "measure.empty.hint": Text(
        "One JSON object a line is expected: {expected}.", "Se espera un objeto JSON por línea: {expected}."
    ),
    "measure.line": Text(
        "{file}, line {line}: not as expected ({why}).", "{file}, línea {line}: no es lo esperado ({why})."
    ),
    "measure.line.hint": Text(
        "Mend that line; one JSON object a line is expected: {expected}.",
        "Corrija esa línea; se espera un objeto JSON por línea: {expected}.",
    ),
    "measure.no_model": Text(
        "{file} has no scores of {model}. It has: {known}.", "{file} no tiene notas de {model}. Tiene: {known}."
    ),
    "measure.no_model.hint": Text(
        "Give --weak and --strong names from that list, or leave them out.",
        "Dé a --weak y --strong nombres de esa lista, o no los ponga.",
    ),
    "measure.unwritable": Text("Nothing can be written to {file}: {why}.", "No se puede escribir en {file}: {why}."),
    "measure.unwritable.hint": Text(
        "Give --plots a folder that you may write to.", "Dé a --plots una carpeta en la que pueda escribir."
    ),
    "measure.plot.gap": Text("Gap recovered by share of strong calls", "Distancia recuperada por parte de llamadas"),
    "measure.plot.cost": Text("Quality by cost (USD per 1,000)", "Calidad por coste (USD por 1.000)"),
    "measure.plot.reliability": Text("Failures observed by predicted", "Fallos observados por previstos"),
}
