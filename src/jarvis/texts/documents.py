from jarvis.texts import Text

TEXTS = {
    "documents.gone": Text("{path} is not there.", "{path} no está."),
    "documents.gone.hint": Text("Check the name: `ls -la {path}`.", "Compruebe el nombre: `ls -la {path}`."),
    "documents.not_opened": Text("{path} could not be opened: {reason}.", "No se pudo abrir {path}: {reason}."),
    "documents.not_opened.hint": Text(
        "Let your user read it: `chmod u+r {path}`.", "Permita que su usuario lo lea: `chmod u+r {path}`."
    ),
    "documents.no_regular": Text("it is no regular file", "no es un archivo normal"),
    "documents.not_a_file": Text("{path} is not a regular file.", "{path} no es un archivo normal."),
    "documents.not_a_file.hint": Text(
        "Name a file or a folder with files.", "Indique un archivo o una carpeta con archivos."
    ),
    "documents.too_big": Text(
        "{path} has {size} MiB; more than {limit} MiB are not read.",
        "{path} ocupa {size} MiB; no se lee más de {limit} MiB.",
    ),
    "documents.too_big.hint": Text("Split it into smaller files.", "Divídalo en archivos más pequeños."),
    "documents.unknown_kind": Text(
        "{path} ({kind}) is no kind of document that can be read.",
        "{path} ({kind}) no es un tipo de documento que se pueda leer.",
    ),
    "documents.unknown_kind.hint": Text(
        "Save it as PDF, DOCX, HTML or text, unpack it if it is an archive, and learn that.",
        "Guárdelo como PDF, DOCX, HTML o texto, descomprímalo si es un archivo comprimido, y use eso.",
    ),
    "documents.old_office": Text(
        "{path} is in the format of Office before 2007.", "{path} está en el formato de Office anterior a 2007."
    ),
    "documents.old_office.hint": Text(
        "Save it as DOCX, XLSX or PPTX, in Office or with `libreoffice --headless --convert-to docx {path}` (xlsx, pptx).",
        "Guárdelo como DOCX, XLSX o PPTX, en Office o con `libreoffice --headless --convert-to docx {path}` (xlsx, pptx).",
    ),
    "documents.encrypted": Text("{path} is locked with a password.", "{path} está protegido con contraseña."),
    "documents.encrypted.hint": Text(
        "Open it, save a copy without a password, and learn the copy.",
        "Ábralo, guarde una copia sin contraseña y use la copia.",
    ),
    "documents.damaged": Text(
        "{path} is damaged, or is no {kind} ({reason}).", "{path} está dañado o no es {kind} ({reason})."
    ),
    "documents.cut_off": Text(
        "{path} breaks off: its end is missing, and pages may be. Fetch it again, and learn that.",
        "{path} está cortado: falta el final y puede que páginas. Descárguelo otra vez y use eso.",
    ),
    "documents.damaged.hint": Text(
        "Open it in its own program, save it anew, and learn that; or fetch it again.",
        "Ábralo en su programa, guárdelo de nuevo y use eso; o descárguelo otra vez.",
    ),
    "documents.bomb": Text(
        "{path} unpacks to {unpacked} MiB; no more than {limit} MiB are unpacked of it.",
        "{path} se descomprime en {unpacked} MiB; no se descomprimen más de {limit} MiB.",
    ),
    "documents.bomb.hint": Text(
        "It is likely made to do harm. If it is yours, save it anew without its pictures.",
        "Es probable que esté hecho para dañar. Si es suyo, guárdelo de nuevo sin imágenes.",
    ),
    "documents.too_many_parts": Text(
        "{path} is made of {parts} files; no more than {limit} are looked at.",
        "{path} se compone de {parts} archivos; no se miran más de {limit}.",
    ),
    "documents.too_many_parts.hint": Text(
        "Save it anew in its own program, or split it into smaller files.",
        "Guárdelo de nuevo en su programa o divídalo en archivos más pequeños.",
    ),
    "documents.picture_too_big": Text(
        "{path} is a picture of {width} x {height} points, which is too big.",
        "{path} es una imagen de {width} x {height} puntos, demasiado grande.",
    ),
    "documents.picture_too_big.hint": Text(
        "Save it smaller: 3000 points on its longer side are enough to read it.",
        "Guárdela más pequeña: bastan 3000 puntos en su lado mayor para leerla.",
    ),
    "documents.too_many_pages": Text("{path} has more than {limit} pages.", "{path} tiene más de {limit} páginas."),
    "documents.too_many_pages.hint": Text("Split it into smaller files.", "Divídalo en archivos más pequeños."),
    "documents.too_long": Text(
        "{path} has more than {limit} characters of text.", "{path} tiene más de {limit} caracteres de texto."
    ),
    "documents.too_long.hint": Text("Split it into smaller files.", "Divídalo en archivos más pequeños."),
    "documents.too_slow": Text("{path} was not read within {seconds:.0f} s.", "{path} no se leyó en {seconds:.0f} s."),
    "documents.too_slow.hint": Text(
        "Save it anew in its own program, or split it into smaller files.",
        "Guárdelo de nuevo en su programa o divídalo en archivos más pequeños.",
    ),
    "documents.no_memory": Text(
        "{path} takes more than {limit} MiB of memory to read.", "Leer {path} requiere más de {limit} MiB de memoria."
    ),
    "documents.no_memory.hint": Text("Split it into smaller files.", "Divídalo en archivos más pequeños."),
    "documents.crashed": Text(
        "Whatever reads such files broke down over {path} ({exit}).",
        "Lo que lee esos archivos falló con {path} ({exit}).",
    ),
    "documents.crashed.hint": Text(
        "It is damaged, or made to do harm. Open it in its own program, save it anew, and learn that.",
        "Está dañado o hecho para dañar. Ábralo en su programa, guárdelo de nuevo y use eso.",
    ),
    "documents.no_text": Text("{path} has no text in it.", "{path} no contiene texto."),
    "documents.no_ocr": Text(
        "{path}: pages {pages} are pictures, and nothing here reads pictures.",
        "{path}: las páginas {pages} son imágenes y aquí nada lee imágenes.",
    ),
    "documents.no_ocr.hint": Text(
        "Install it, and learn the file again: `{python} -m pip install rapidocr`.",
        "Instálelo y vuelva a leer el archivo: `{python} -m pip install rapidocr`.",
    ),
    "documents.ocr_limit": Text(
        "{path}: pages {pages} are pictures beyond the number that is read of one file.",
        "{path}: las páginas {pages} son imágenes por encima del número que se lee de un archivo.",
    ),
    "documents.ocr_limit.hint": Text("Split it into smaller files.", "Divídalo en archivos más pequeños."),
    "documents.pages_damaged": Text(
        "{path}: pages {pages} are damaged and were left out.",
        "{path}: las páginas {pages} están dañadas y se omitieron.",
    ),
    "documents.part_missing": Text("{path} lacks its part {part}.", "A {path} le falta su parte {part}."),
    "documents.skipped_hidden": Text("{count} hidden", "{count} ocultos"),
    "documents.skipped_made": Text("{count} folders that programs made", "{count} carpetas hechas por programas"),
    "documents.skipped_ignored": Text(
        "{count} ignored by .gitignore or .jarvisignore", "{count} ignorados por .gitignore o .jarvisignore"
    ),
    "documents.skipped_link": Text("{count} links", "{count} enlaces"),
    "documents.skipped_kind": Text("{count} of a kind that is not read", "{count} de un tipo que no se lee"),
    "documents.skipped_picture": Text(
        "{count} pictures, which nothing here reads", "{count} imágenes, que aquí nada lee"
    ),
    "documents.skipped_big": Text("{count} too big", "{count} demasiado grandes"),
    "documents.skipped_empty": Text("{count} empty", "{count} vacíos"),
    "documents.skipped_closed": Text("{count} that your user may not read", "{count} que su usuario no puede leer"),
}
