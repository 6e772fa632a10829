"""The settings of backups; a part of ``settings``."""

from jarvis.texts import Text

OF_BACKUP = {
    "settings.backup": Text(
        "Copies of what cannot be made anew (see docs/backup.md).",
        "Copias de lo que no se puede volver a hacer (véase docs/backup.md).",
    ),
    "settings.backup.daily": Text("Make one a day while Jarvis runs.", "Hacer una al día mientras Jarvis funciona."),
    "settings.backup.keep_days": Text(
        "Of how many days the daily ones are kept.", "De cuántos días se guardan las diarias."
    ),
    "settings.backup.keep_weeks": Text("Of how many weeks one is kept.", "De cuántas semanas se guarda una."),
    "settings.backup.folder": Text(
        "Where they go; default: `backups` beside the database.",
        "Adónde van; por defecto, `backups` junto a la base de datos.",
    ),
}
