from jarvis.texts import Text

TEXTS = {
    "speak.not_installed": Text(
        "{model} needs the library {library}, which is not installed.",
        "{model} necesita la biblioteca {library}, que no está instalada.",
    ),
    "speak.not_installed.hint": Text(
        "Install it: `pip install 'jarvis-ia[{extra}]'`, or in a copy of the repository `.venv/bin/pip install -e '.[{extra}]'`.",
        "Instálela: `pip install 'jarvis-ia[{extra}]'`, o en una copia del repositorio `.venv/bin/pip install -e '.[{extra}]'`.",
    ),
}
