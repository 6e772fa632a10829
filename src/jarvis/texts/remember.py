"""What ``jarvis eval remember`` says."""

from __future__ import annotations

from jarvis.texts import Text

TEXTS = {
    "remember.help": Text(
        "Measure what Jarvis keeps of what is said: whether it is right, whole, and about the right person.",
        "Mide lo que Jarvis guarda de lo que se dice: si es correcto, si está todo y si es de quien es.",
    ),
    "remember.data": Text(
        "Folder with memory_extraction.dataset.jsonl, .dataset.es.jsonl and .labels.jsonl.",
        "Carpeta con memory_extraction.dataset.jsonl, .dataset.es.jsonl y .labels.jsonl.",
    ),
    "remember.model": Text("The local model that reads along.", "El modelo local que lee además."),
    "remember.patterns_only": Text("By the rules alone.", "Solo con las reglas."),
    "remember.done": Text("{done} of {of} texts read", "{done} de {of} textos leídos"),
    "remember.embedder": Text(
        "What was kept is compared by the vectors of {model}, which is not here.",
        "Lo guardado se compara con los vectores de {model}, que no está aquí.",
    ),
    "remember.embedder.hint": Text("Fetch it: jarvis pull {model}", "Tráigalo: jarvis pull {model}"),
    "remember.all": Text("all", "todo"),
    "remember.junk": Text("turns with nothing to keep", "turnos sin nada que guardar"),
    "remember.column.kind": Text("Texts", "Textos"),
    "remember.column.n": Text("Number", "Número"),
    "remember.column.labels": Text("Labels", "Etiquetas"),
    "remember.column.stored": Text("Kept", "Guardados"),
    "remember.column.precision": Text("Right", "Correctos"),
    "remember.column.found": Text("Found", "Hallados"),
    "remember.column.wrong_person": Text("Wrong person", "De otro"),
}
