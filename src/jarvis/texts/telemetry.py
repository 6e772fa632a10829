from jarvis.texts import Text

TEXTS = {
    "telemetry.not_installed": Text(
        "telemetry.otlp names a collector of traces, but what speaks to it is not installed.",
        "telemetry.otlp indica un recolector de trazas, pero no está instalado lo que habla con él.",
    ),
    "telemetry.not_installed.hint": Text(
        "Install it (`pip install 'jarvis-ia[otel]'`), or do without: `jarvis config set telemetry.otlp none`.",
        "Instálelo (`pip install 'jarvis-ia[otel]'`), o prescinda de él: `jarvis config set telemetry.otlp none`.",
    ),
}
