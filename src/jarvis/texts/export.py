from jarvis.texts import Text

TEXTS = {
    "export.option.everyone": Text(
        "Also what other persons of this house said and told.", "También lo que dijeron otras personas de la casa."
    ),
    "export.done": Text(
        "Keys, tokens, documents themselves and models are not in it. `jarvis import` reads conversations.jsonl back;"
        " to move Jarvis itself, use `jarvis backup`.",
        "No incluye claves, tokens, los propios documentos ni modelos. `jarvis import` vuelve a leer conversations.jsonl;"
        " para mudar Jarvis, use `jarvis backup`.",
    ),
    "export.memory": Text("What Jarvis remembers", "Lo que Jarvis recuerda"),
    "export.readme": Text(
        "Written by Jarvis {version} at {day}. Lines of `.jsonl` are JSON; moments in them are seconds since 1970-01-01"
        " UTC.",
        "Escrito por Jarvis {version} el {day}. Las líneas de `.jsonl` son JSON; sus momentos son segundos desde el"
        " 1970-01-01 UTC.",
    ),
    "export.file.conversations_jsonl": Text("conversations, one a line", "conversaciones, una por línea"),
    "export.file.conversations": Text("the same to read, one a file", "lo mismo para leer, una por fichero"),
    "export.file.memory_jsonl": Text("remembered facts", "datos recordados"),
    "export.file.memory_md": Text("the same to read", "lo mismo para leer"),
    "export.file.documents_jsonl": Text(
        "documents that were read: where, and their sums", "documentos leídos: dónde, y sus sumas"
    ),
    "export.file.folders_jsonl": Text("folders that are followed", "carpetas que se siguen"),
    "export.file.feedback_jsonl": Text("what was said of answers", "lo que se dijo de las respuestas"),
    "export.file.decisions_jsonl": Text("why who answered", "por qué respondió quién"),
    "export.file.timers_jsonl": Text("timers and reminders", "temporizadores y recordatorios"),
    "export.file.spending_csv": Text("calls of paid models", "llamadas a modelos de pago"),
    "export.file.exchanges_csv": Text(
        "every answer: who, how long, how much, without a word of it",
        "cada respuesta: quién, cuánto tardó y costó, sin texto",
    ),
    "export.file.settings": Text("configuration and own model cards", "configuración y fichas propias de modelos"),
    "export.not_empty": Text("There is already something in {path}.", "Ya hay algo en {path}."),
    "export.not_empty.hint": Text("Name a folder that is new or empty.", "Indique una carpeta nueva o vacía."),
    "export.nothing": Text(
        "There is nothing to export yet: no {path}.", "Aún no hay nada que exportar: no existe {path}."
    ),
    "export.nothing.hint": Text(
        'Ask something first (`jarvis ask "hello"`), or set JARVIS_HOME to the folder that you mean.',
        'Pregunte algo antes (`jarvis ask "hola"`), o ponga en JARVIS_HOME la carpeta que quiere.',
    ),
}
