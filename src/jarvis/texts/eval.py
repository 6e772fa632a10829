"""What `jarvis eval` says."""

from jarvis.texts import Text

TEXTS = {
    "eval.router": Text(
        "Measure the router on questions with judged answers, beside random, length and oracle.",
        "Mide el enrutador con preguntas de respuesta juzgada, junto al azar, la longitud y el oráculo.",
    ),
    "eval.data": Text(
        "JSONL file of questions (plain or gzip); may be repeated.",
        "Fichero JSONL de preguntas (sin comprimir o gzip); se puede repetir.",
    ),
    "eval.weak": Text("The cheap model, as the file names it.", "El modelo barato, como lo llama el fichero."),
    "eval.strong": Text("The strong model, as the file names it.", "El modelo fuerte, como lo llama el fichero."),
    "eval.frozen": Text(
        "File of other questions, from which the operating point is taken; may be repeated.",
        "Fichero de otras preguntas, de las que se toma el punto de trabajo; se puede repetir.",
    ),
    "eval.plots": Text("Folder for the curves (SVG).", "Carpeta para las curvas (SVG)."),
    "eval.no_embedder": Text(
        "Without the embedding model the features alone decide: `jarvis pull {model}` fetches it.",
        "Sin el modelo de vectores deciden solo los rasgos: `jarvis pull {model}` lo trae.",
    ),
    "eval.cache": Text(
        "How often kept answers are given to other wordings, and how often wrongly.",
        "Con qué frecuencia se dan respuestas guardadas a otras formas de preguntar, y cuántas veces mal.",
    ),
    "eval.pairs": Text(
        "JSONL (also .gz): id, lang, a, b, duplicate, kind on each line; more files may follow.",
        "JSONL (también .gz): id, lang, a, b, duplicate, kind en cada línea; pueden seguir más ficheros.",
    ),
    "eval.words_only": Text("Without the embedding model.", "Sin el modelo de vectores."),
    "eval.embedded": Text("{done} of {of} texts embedded", "{done} de {of} textos convertidos en vectores"),
    "eval.together": Text("all kept at once", "todas guardadas a la vez"),
    "eval.column.kind": Text("Kind", "Clase"),
    "eval.column.n": Text("Pairs", "Pares"),
    "eval.column.hits": Text("Hits", "Aciertos de caché"),
    "eval.column.wrong": Text("Wrong", "Erróneos"),
    "eval.column.wrong_share": Text("Wrong of all", "Erróneos del total"),
    "eval.column.recall": Text("Duplicates found", "Duplicados hallados"),
    "eval.memory": Text(
        "How well what answers is found: in documents and questions whose truth is known.",
        "Lo bien que se encuentra lo que responde: en documentos y preguntas de verdad conocida.",
    ),
    "eval.memory.data": Text("Folder with docs.jsonl and queries.jsonl.", "Carpeta con docs.jsonl y queries.jsonl."),
    "eval.memory.docs": Text(
        "Documents of another folder: the same ones in another language.",
        "Documentos de otra carpeta: los mismos en otro idioma.",
    ),
    "eval.memory.unknown": Text(
        "{count} ids that are called relevant are of no document of the same person, and count as never found: {ids}.",
        "{count} ids que figuran como relevantes no son de ningún documento de esa persona y cuentan como nunca"
        " hallados: {ids}.",
    ),
    "eval.memory.no_rerank": Text("Without the reranker.", "Sin el reordenador."),
    "eval.memory.row": Text("Way", "Modo"),
    "eval.memory.stage.embedded": Text("{done} of {of} documents embedded", "{done} de {of} documentos con vector"),
    "eval.memory.stage.asked": Text("{done} of {of} questions asked", "{done} de {of} preguntas hechas"),
    "eval.memory.latency": Text(
        "A search takes {p50} ms (median), {p95} ms (95th percentile), with {embedder}, index {index}.",
        "Una búsqueda tarda {p50} ms (mediana), {p95} ms (percentil 95), con {embedder}, índice {index}.",
    ),
    "eval.memory.nothing": Text(
        "Of {n} questions that nothing answers it said so for {said:.0f} %; of the others wrongly for {wrongly:.0f} %.",
        "De {n} preguntas sin respuesta lo dijo en el {said:.0f} %; de las otras, por error, en el {wrongly:.0f} %.",
    ),
}
