"""The commands about backups, exports and imports; a part of ``cli``."""

from jarvis.texts import Text

OF_BACKUP = {
    "cli.backup": Text(
        "Back up everything but the models; list, check and delete backups.",
        "Copia de seguridad de todo salvo los modelos; las lista, comprueba y borra.",
    ),
    "cli.restore": Text(
        "Put a backup back; what was there is set aside. Without FILE: the latest.",
        "Restaura una copia; lo que había se aparta. Sin FILE: la última.",
    ),
    "cli.export": Text(
        "Write everything into a folder in open formats: JSON lines, Markdown, CSV.",
        "Escribe todo en una carpeta en formatos abiertos: JSON por líneas, Markdown, CSV.",
    ),
    "cli.import": Text(
        "Take over conversations (ChatGPT, Open WebUI, plain histories) and Ollama's models.",
        "Incorpora conversaciones (ChatGPT, Open WebUI, historiales) y los modelos de Ollama.",
    ),
    "cli.rollback": Text(
        "Return the data to before the last upgrade of Jarvis.",
        "Devuelve los datos a como estaban antes de la última actualización de Jarvis.",
    ),
}
