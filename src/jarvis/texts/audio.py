"""What the audio endpoints say."""

from __future__ import annotations

from jarvis.texts import Text

TEXTS = {
    "audio.speaks_not": Text(
        "Jarvis speaks Spanish and English, not {language}.", "Jarvis habla español e inglés, no {language}."
    ),
    "audio.speaks_not.hint": Text(
        "Send a text in one of them; with `language` es or en it is read as that, whatever it is.",
        "Envíe un texto en uno de ellos; con `language` es o en se lee como tal, sea lo que sea.",
    ),
    "audio.blank": Text("There is nothing to say in `input`.", "No hay nada que decir en `input`."),
    "audio.blank.hint": Text("Send a text.", "Envíe un texto."),
    "audio.not_a_form": Text(
        "The body must be a form with a file.", "El cuerpo debe ser un formulario con un fichero."
    ),
    "audio.not_a_form.hint": Text(
        "Send multipart/form-data, as `curl -F file=@FILE` does.",
        "Envíe multipart/form-data, como hace `curl -F file=@FICHERO`.",
    ),
    "audio.no_file": Text("There is no file in the form.", "No hay ningún fichero en el formulario."),
    "audio.no_file.hint": Text(
        "Send the recording as the part `file`, with a file name.",
        "Envíe la grabación en la parte `file`, con un nombre de fichero.",
    ),
    "audio.broken_form": Text("The form cannot be read: {reason}.", "No se puede leer el formulario: {reason}."),
    "audio.broken_form.hint": Text(
        "Send multipart/form-data as OpenAI's clients do.", "Envíe multipart/form-data como los clientes de OpenAI."
    ),
    "audio.no_stream": Text(
        "A stream has only the formats json and text, not {format}.",
        "Un flujo solo tiene los formatos json y text, no {format}.",
    ),
    "audio.no_stream.hint": Text("Leave out `stream`, or ask for json.", "Quite `stream`, o pida json."),
}
