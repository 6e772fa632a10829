from jarvis.texts import Text

TEXTS = {
    "store.not_scrubbed": Text(
        "It was deleted, but another program reads {path}: until it closes the database the old text stays on the disk.",
        "Se borró, pero otro programa está leyendo {path}: hasta que cierre la base de datos, el texto sigue en el disco.",
    ),
    "store.not_scrubbed.hint": Text(
        "Close that program (`fuser {path}` names it) and delete any conversation, or restart Jarvis: `jarvis stop`.",
        "Cierre ese programa (`fuser {path}` dice cuál es) y borre otra conversación, o reinicie Jarvis: `jarvis stop`.",
    ),
    "store.newer": Text(
        "The database {path} was written by a newer Jarvis (room {room}: version {found}, known {known}).",
        "La base de datos {path} la escribió un Jarvis más nuevo (módulo {room}: versión {found}, conocida {known}).",
    ),
    "store.newer.hint": Text(
        "Update Jarvis; or `jarvis rollback` returns the data to before the upgrade, and sets aside what is there now.",
        "Actualice Jarvis; o `jarvis rollback` devuelve los datos a antes de actualizar, y aparta lo que hay ahora.",
    ),
    "store.full": Text(
        "The disk is full: nothing more could be written to {path}. What was stored before is intact.",
        "El disco está lleno: no se pudo escribir más en {path}. Lo guardado antes está intacto.",
    ),
    "store.full.hint": Text(
        "Free some space (`df -h`) and ask again.", "Libere espacio (`df -h`) y vuelva a preguntar."
    ),
    "store.damaged": Text("The database {path} is damaged.", "La base de datos {path} está dañada."),
    "store.damaged.hint": Text(
        "Jarvis has not touched it. `jarvis restore` puts the last backup back and sets it aside (`jarvis backup list`"
        " shows them all). Without one: `mv {path} {path}.damaged` starts anew; most of it can be recovered with `sqlite3"
        " {path}.damaged .recover`.",
        "Jarvis no la ha tocado. `jarvis restore` restaura la última copia y la aparta (`jarvis backup list` las muestra"
        " todas). Sin copia: `mv {path} {path}.damaged` empieza de nuevo; casi todo se recupera con `sqlite3"
        " {path}.damaged .recover`.",
    ),
    "store.locked": Text(
        "Another program holds the database {path}.", "Otro programa tiene ocupada la base de datos {path}."
    ),
    "store.locked.hint": Text("Close the other program and try again.", "Cierre el otro programa y pruebe de nuevo."),
    "store.failed": Text("The database {path} failed: {reason}.", "La base de datos {path} falló: {reason}."),
    "store.failed.hint": Text(
        "Check the folder's permissions and free space: `ls -ld {path}; df -h`.",
        "Revise los permisos de la carpeta y el espacio libre: `ls -ld {path}; df -h`.",
    ),
}
