from jarvis.texts import Text

TEXTS = {
    "backup.cmd.make": Text(
        "Back up now, also while Jarvis runs. FILE: where to, a file or a folder.",
        "Hace una copia ahora, también con Jarvis en marcha. FILE: adónde, fichero o carpeta.",
    ),
    "backup.cmd.list": Text(
        "The backups that there are, and what restores have set aside.",
        "Las copias que hay, y lo que han apartado las restauraciones.",
    ),
    "backup.cmd.verify": Text(
        "Really restore a backup in a scratch place and compare.",
        "Restaura de verdad una copia en un lugar aparte y compara.",
    ),
    "backup.cmd.prune": Text(
        "Delete backups: those that the settings no longer keep, or older ones, or all.",
        "Borra copias: las que los ajustes ya no guardan, las más viejas, o todas.",
    ),
    "backup.option.encrypt": Text(
        "Encrypt it with a passphrase (age); then keys and tokens are in it too.",
        "La cifra con una contraseña (age); entonces incluye también claves y tokens.",
    ),
    "backup.option.passphrase_file": Text(
        "File whose first line is the passphrase, instead of asking for it.",
        "Fichero cuya primera línea es la contraseña, en vez de preguntarla.",
    ),
    "backup.option.before": Text(
        "Everything made before this day (2026-03-31), whoever made it.",
        "Todo lo hecho antes de este día (2026-03-31), lo hiciera quien lo hiciera.",
    ),
    "backup.option.all": Text(
        "All of them, and what was set aside.", "Todas, y lo que se apartó."
    ),
    "backup.passphrase": Text("Passphrase", "Contraseña"),
    "backup.holds": Text(
        "Data of {made}, of Jarvis {version}: {conversations} {conversations:conversation|conversations}, {facts} remembered {facts:fact|facts},"
        " {documents} {documents:document|documents}.",
        "Datos del {made}, de Jarvis {version}: {conversations} {conversations:conversación|conversaciones}, {facts}"
        " {facts:dato recordado|datos recordados}, {documents} {documents:documento|documentos}.",
    ),
    "backup.secrets_in": Text(
        "Keys and tokens that Jarvis keeps in files are in it. Without the passphrase nobody reads it, you neither.",
        "Incluye las claves y los tokens que Jarvis guarda en ficheros. Sin la contraseña nadie la lee, usted tampoco.",
    ),
    "backup.secrets_out": Text(
        "Keys and tokens are not in it (`--encrypt` puts them in), nor are models. Whoever has the file reads the rest.",
        "No incluye claves ni tokens (`--encrypt` los incluye) ni modelos. Quien tenga el fichero lee lo demás.",
    ),
    "backup.secrets_stay": Text(
        "The keys and tokens that are here stayed: none were in the backup.",
        "Las claves y los tokens de aquí siguen: la copia no tenía ninguno.",
    ),
    "backup.not_carried": Text(
        "The database that was here cannot be read: tokens that were removed since the backup are valid again (`jarvis token"
        " list`), and what was spent since no longer counts in budgets (`jarvis budget`).",
        "La base de datos que había no se puede leer: los tokens retirados después de la copia vuelven a valer (`jarvis token"
        " list`), y lo gastado desde entonces ya no cuenta en los presupuestos (`jarvis budget`).",
    ),
    "backup.no_folder": Text("The folder for backups, {path}, is not there.", "La carpeta de las copias, {path}, no está."),
    "backup.no_folder.hint": Text(
        "Mount its disk, or make it: `mkdir {path}`. `jarvis config set backup.folder FOLDER` chooses another.",
        "Monte su disco, o créela: `mkdir {path}`. `jarvis config set backup.folder CARPETA` elige otra.",
    ),
    "backup.verified": Text(
        "It is whole: {files} {files:file|files} with their sums, {tables} tables with {rows} rows, read by Jarvis's own stores.",
        "Está entera: {files} {files:fichero|ficheros} con sus sumas, {tables} tablas con {rows} filas, leídas por los propios almacenes de Jarvis.",
    ),
    "backup.none_yet": Text(
        "There is no backup yet: `jarvis backup` makes one.", "Todavía no hay ninguna copia: `jarvis backup` hace una."
    ),
    "backup.column.file": Text("File", "Fichero"),
    "backup.column.made": Text("Made", "Hecha"),
    "backup.column.why": Text("Why", "Motivo"),
    "backup.column.size": Text("Size", "Tamaño"),
    "backup.why.own": Text("asked for", "pedida"),
    "backup.why.daily": Text("daily", "diaria"),
    "backup.why.upgrade": Text("before an upgrade", "antes de actualizar"),
    "backup.why.aside": Text("set aside by a restore", "apartado al restaurar"),
    "backup.sure_prune": Text(
        "Delete {count} {count:backup|backups}? It cannot be undone.",
        "¿Borrar {count} {count:copia|copias}? No se puede deshacer.",
    ),
    "backup.pruned": Text(
        "{count} {count:backup|backups} deleted, {left} left.",
        "{count} {count:copia borrada|copias borradas}, {left:queda|quedan} {left}.",
    ),
    "backup.sure_restore": Text(
        "Put {path} in the place of what is here now, and set that aside?",
        "¿Poner {path} en lugar de lo que hay ahora, y apartar eso?",
    ),
    "backup.still_in": Text(
        "{count} {count:backup|backups} made before (the last on {latest}) may still have it: those made daily go by and by (`backup.keep_days`,"
        " `keep_weeks`), `jarvis backup prune --all` deletes all of them now.",
        "{count} {count:copia hecha|copias hechas} antes (la última el {latest}) {count:puede|pueden} conservarlo: las diarias desaparecen con el"
        " tiempo (`backup.keep_days`, `keep_weeks`); `jarvis backup prune --all` las borra todas ahora.",
    ),
    "backup.comes_back": Text(
        "Since then you had things forgotten, {count} {count:time|times}: what the backup still has of them comes back. `jarvis"
        " memory forgotten` shows when, `jarvis memory forget` does it again.",
        "Desde entonces hizo olvidar cosas, {count} {count:vez|veces}: lo que la copia aún tenga de ellas vuelve. `jarvis memory"
        " forgotten` dice cuándo, `jarvis memory forget` lo repite.",
    ),
    "backup.restored": Text(
        "Restored. Any command starts Jarvis again; its index of meanings is made anew.",
        "Restaurado. Cualquier orden arranca Jarvis otra vez; su índice de significados se rehace.",
    ),
    "backup.set_aside": Text(
        "What was here is in {path}; `jarvis restore {path}` goes back to it.",
        "Lo que había está en {path}; `jarvis restore {path}` vuelve a ello.",
    ),
    "backup.rolled_back": Text(
        "The data is that of before the upgrade (Jarvis {version}). Install that Jarvis before you start it; a newer one upgrades the"
        " data again, after another backup.",
        "Los datos son los de antes de actualizar (Jarvis {version}). Instale ese Jarvis antes de arrancarlo; uno más nuevo vuelve a"
        " actualizar los datos, tras otra copia.",
    ),
    "backup.doctor.nothing": Text("nothing to back up yet", "aún no hay nada que copiar"),
    "backup.doctor.none_yet": Text(
        "no backup yet; the first is made while Jarvis runs", "aún no hay copia; la primera se hace con Jarvis en marcha"
    ),
    "backup.doctor.none": Text("no backup was ever made in {path}", "nunca se ha hecho una copia en {path}"),
    "backup.doctor.none.hint": Text(
        "`jarvis backup` makes one now; `jarvis config set backup.daily true` one a day.",
        "`jarvis backup` hace una ahora; `jarvis config set backup.daily true`, una al día.",
    ),
    "backup.doctor.old": Text(
        "the last backup is of {day}, {count} {count:day|days} ago", "la última copia es del {day}, hace {count} {count:día|días}"
    ),
    "backup.doctor.old.hint": Text(
        "`jarvis backup` makes one now. Daily ones are made only while Jarvis runs: `jarvis serve`.",
        "`jarvis backup` hace una ahora. Las diarias solo se hacen con Jarvis en marcha: `jarvis serve`.",
    ),
    "backup.doctor.failed": Text(
        "the last daily backup could not be made: {reason}", "la última copia diaria no se pudo hacer: {reason}"
    ),
    "backup.doctor.failed.hint": Text(
        "Look at the folder and the free space (`ls -ld {path}; df -h`), then `jarvis backup`.",
        "Mire la carpeta y el espacio libre (`ls -ld {path}; df -h`); después `jarvis backup`.",
    ),
    "backup.doctor.fresh": Text(
        "{count} {count:backup|backups}, the last of {day}", "{count} {count:copia|copias}, la última del {day}"
    ),
    "backup.doctor.no_room": Text(
        "{free} free where backups go ({path}); the last took {size}, and making one needs room to unpack it",
        "{free} libres donde van las copias ({path}); la última ocupó {size}, y hacer otra necesita sitio para desempaquetar",
    ),
    "backup.doctor.no_room.hint": Text(
        "`jarvis backup prune --before DAY` deletes old ones; `jarvis config set backup.folder FOLDER` puts them on another disk.",
        "`jarvis backup prune --before DÍA` borra las viejas; `jarvis config set backup.folder CARPETA` las lleva a otro disco.",
    ),
    "backup.exists": Text("There is already something at {path}.", "Ya hay algo en {path}."),
    "backup.exists.hint": Text(
        "Name another file, or a folder: then the backup gets a name with its time.",
        "Indique otro fichero, o una carpeta: la copia recibe entonces un nombre con su hora.",
    ),
    "backup.no_file": Text("There is no backup {path}.", "No hay ninguna copia {path}."),
    "backup.no_file.hint": Text("`jarvis backup list` shows those that there are.", "`jarvis backup list` muestra las que hay."),
    "backup.nothing_there": Text("There is nothing to restore in {path}.", "No hay nada que restaurar en {path}."),
    "backup.nothing_there.hint": Text(
        "Name a backup, or a folder that an earlier restore has set aside: `jarvis backup list`.",
        "Indique una copia, o una carpeta que apartó una restauración: `jarvis backup list`.",
    ),
    "backup.nothing_to_restore": Text("There is no backup in {path}.", "No hay ninguna copia en {path}."),
    "backup.nothing_to_restore.hint": Text(
        "If there is one elsewhere: `jarvis restore FILE`.", "Si la hay en otro sitio: `jarvis restore FILE`."
    ),
    "backup.no_upgrade": Text(
        "There is no backup of before an upgrade in {path}.", "No hay ninguna copia de antes de actualizar en {path}."
    ),
    "backup.no_upgrade.hint": Text(
        "Jarvis makes one whenever another version first opens the data. `jarvis backup list` shows the other backups, `jarvis"
        " restore FILE` puts one back.",
        "Jarvis hace una cada vez que otra versión abre los datos por primera vez. `jarvis backup list` muestra las demás,"
        " `jarvis restore FILE` restaura una.",
    ),
    "backup.nothing_before": Text(
        "The data is already that of before the upgrade, or no backup in {path} is of a version that this Jarvis can open.",
        "Los datos ya son los de antes de actualizar, o ninguna copia de {path} es de una versión que este Jarvis pueda abrir.",
    ),
    "backup.nothing_before.hint": Text(
        "`jarvis backup list` shows all backups, `jarvis restore FILE` puts one back.",
        "`jarvis backup list` muestra todas las copias, `jarvis restore FILE` restaura una.",
    ),
    "backup.none": Text("{path} is no backup of Jarvis.", "{path} no es una copia de Jarvis."),
    "backup.none.hint": Text(
        "`jarvis backup list` shows the backups that there are.", "`jarvis backup list` muestra las copias que hay."
    ),
    "backup.no_manifest": Text("What the backup says of itself cannot be read.", "No se puede leer lo que la copia dice de sí misma."),
    "backup.no_manifest.hint": Text(
        "Try another one: `jarvis backup list`. Its files can still be unpacked by hand: `tar xzf FILE`.",
        "Pruebe con otra: `jarvis backup list`. Sus ficheros aún se pueden extraer a mano: `tar xzf FILE`.",
    ),
    "backup.newer": Text(
        "The backup is of a newer Jarvis ({made_by}; this is {mine}).",
        "La copia es de un Jarvis más nuevo ({made_by}; este es {mine}).",
    ),
    "backup.newer.hint": Text("Update Jarvis, then restore it.", "Actualice Jarvis y después restáurela."),
    "backup.newer_tables": Text(
        "The backup {path} has newer tables ({room}, of Jarvis {made_by}) than this Jarvis knows. Nothing was changed.",
        "La copia {path} tiene tablas más nuevas ({room}, de Jarvis {made_by}) que las que conoce este Jarvis. No se cambió nada.",
    ),
    "backup.newer_tables.hint": Text(
        "Update Jarvis, or restore an older backup: `jarvis backup list`.",
        "Actualice Jarvis, o restaure una copia más vieja: `jarvis backup list`.",
    ),
    "backup.unreadable": Text("The backup {path} is damaged: {reason}.", "La copia {path} está dañada: {reason}."),
    "backup.unreadable.hint": Text(
        "Nothing was changed. Use another one: `jarvis backup list`.", "No se cambió nada. Use otra: `jarvis backup list`."
    ),
    "backup.otherwise": Text(
        "The backup {path} is damaged: {name} is missing, or not what was put in.",
        "La copia {path} está dañada: falta {name}, o no es lo que se guardó.",
    ),
    "backup.otherwise.hint": Text(
        "Nothing was changed. Use another one: `jarvis backup list`.", "No se cambió nada. Use otra: `jarvis backup list`."
    ),
    "backup.other_rows": Text(
        "The database in the backup {path} does not have the rows that it had when it was made.",
        "La base de datos de la copia {path} no tiene las filas que tenía cuando se hizo.",
    ),
    "backup.other_rows.hint": Text(
        "Nothing was changed. Use another one: `jarvis backup list`.", "No se cambió nada. Use otra: `jarvis backup list`."
    ),
    "backup.damaged": Text(
        "The database {path} is damaged, and no backup of it can be put back: {reason}.",
        "La base de datos {path} está dañada y ninguna copia de ella serviría: {reason}.",
    ),
    "backup.damaged.hint": Text(
        "`jarvis restore` puts the last good backup back and sets the damaged database aside; `jarvis backup list` shows"
        " them all.",
        "`jarvis restore` restaura la última copia buena y aparta la base dañada; `jarvis backup list` las muestra todas.",
    ),
    "backup.not_copied": Text("The database {path} could not be copied: {reason}.", "No se pudo copiar la base de datos {path}: {reason}."),
    "backup.not_copied.hint": Text(
        "Check its permissions and the free space: `ls -l {path}; df -h`.",
        "Revise sus permisos y el espacio libre: `ls -l {path}; df -h`.",
    ),
    "backup.in_use": Text(
        "Another program (process {pid}) has the database {path} open.",
        "Otro programa (proceso {pid}) tiene abierta la base de datos {path}.",
    ),
    "backup.in_use.hint": Text(
        "Close it (`ps {pid}` says what it is) and try again. Nothing was changed.",
        "Ciérrelo (`ps {pid}` dice cuál es) y pruebe de nuevo. No se cambió nada.",
    ),
    "backup.encrypted": Text("The backup {path} is encrypted.", "La copia {path} está cifrada."),
    "backup.encrypted.hint": Text(
        "Give its passphrase at the terminal, or with --passphrase-file FILE.",
        "Dé su contraseña en la terminal, o con --passphrase-file FILE.",
    ),
    "backup.wrong_passphrase": Text(
        "That passphrase does not open {path}, or the file is damaged ({reason}).",
        "Esa contraseña no abre {path}, o el fichero está dañado ({reason}).",
    ),
    "backup.wrong_passphrase.hint": Text(
        "Try again. `age -d {path} | tar tz` tries it with the program age.",
        "Pruebe de nuevo. `age -d {path} | tar tz` lo intenta con el programa age.",
    ),
    "backup.no_passphrase": Text(
        "A passphrase is needed, and there is no terminal to ask for it at.",
        "Hace falta una contraseña, y no hay terminal donde preguntarla.",
    ),
    "backup.no_passphrase.hint": Text("Use --passphrase-file FILE.", "Use --passphrase-file FILE."),
    "backup.short_passphrase": Text(
        "The passphrase has fewer than {count} characters.", "La contraseña tiene menos de {count} caracteres."
    ),
    "backup.short_passphrase.hint": Text(
        "Whoever has the file can try millions: take several words, and write them down somewhere else.",
        "Quien tenga el fichero puede probar millones: use varias palabras, y apúntelas en otro sitio.",
    ),
    "backup.passphrase_unreadable": Text(
        "The passphrase cannot be read from {path}: {reason}.", "No se puede leer la contraseña de {path}: {reason}."
    ),
    "backup.passphrase_unreadable.hint": Text(
        "Its first line is the passphrase, in UTF-8.", "Su primera línea es la contraseña, en UTF-8."
    ),
}  # fmt: skip
