from jarvis.texts import Text

TEXTS = {
    "daemon.already": Text(
        "Jarvis already runs here (process {pid}, {url}).", "Jarvis ya está funcionando aquí (proceso {pid}, {url})."
    ),
    "daemon.already.hint": Text(
        "Use it as it is, or stop it first with `jarvis stop`.", "Úselo tal cual, o deténgalo antes con `jarvis stop`."
    ),
    "daemon.refused": Text("{path}: {reason}.", "{path}: {reason}."),
    "daemon.refused.hint": Text(
        "Make it readable and writable for you (`ls -ld {there}`), or put Jarvis elsewhere with JARVIS_HOME;"
        " `jarvis doctor` checks all folders.",
        "Déjelo legible y escribible para usted (`ls -ld {there}`), o ponga Jarvis en otro sitio con JARVIS_HOME;"
        " `jarvis doctor` revisa todas las carpetas.",
    ),
    "daemon.refused_unnamed": Text("The system refused: {reason}.", "El sistema no lo permitió: {reason}."),
    "daemon.refused_unnamed.hint": Text(
        "Do it again in a folder that exists; `jarvis doctor` checks the others.",
        "Repítalo en una carpeta que exista; `jarvis doctor` revisa las demás.",
    ),
    "daemon.failed": Text(
        "Jarvis could not start in the background: {reason}", "Jarvis no pudo arrancar en segundo plano: {reason}"
    ),
    "daemon.failed.hint": Text(
        "Run `jarvis doctor`, or see the whole log: `tail -50 {log}`.",
        "Ejecute `jarvis doctor`, o vea el registro completo: `tail -50 {log}`.",
    ),
    "daemon.failed_because": Text(
        "Jarvis could not start in the background. {reason}", "Jarvis no pudo arrancar en segundo plano. {reason}"
    ),
    "daemon.failed_because.hint": Text("{hint}", "{hint}"),
    "daemon.started": Text(
        "Jarvis now runs in the background and leaves by itself after {minutes:.0f} idle minutes (`jarvis stop` ends it).",
        "Jarvis funciona ahora en segundo plano y se irá solo tras {minutes:.0f} minutos sin uso (`jarvis stop` lo"
        " termina).",
    ),
    "daemon.started_for_good": Text(
        "Jarvis now runs in the background (`jarvis stop` ends it).",
        "Jarvis funciona ahora en segundo plano (`jarvis stop` lo termina).",
    ),
    "daemon.other_version": Text(
        "The Jarvis in the background is version {running}, this one is {mine}: restart it with `jarvis stop`.",
        "El Jarvis de segundo plano es la versión {running} y este la {mine}: reinícielo con `jarvis stop`.",
    ),
    "daemon.stopped": Text("Jarvis has stopped (process {pid}).", "Jarvis se ha detenido (proceso {pid})."),
    "daemon.not_running": Text("Jarvis is not running.", "Jarvis no está en marcha."),
    "daemon.listening": Text("Jarvis listens on {url}", "Jarvis escucha en {url}"),
    "daemon.wont_stop": Text(
        "Jarvis (process {pid}) has not stopped in {seconds:.0f} seconds.",
        "Jarvis (proceso {pid}) no se ha detenido en {seconds:.0f} segundos.",
    ),
    "daemon.wont_stop.hint": Text("End it by force: `kill -9 {pid}`.", "Termínelo a la fuerza: `kill -9 {pid}`."),
    "daemon.lost": Text(
        "Jarvis (process {pid}) ended in the middle of the answer.",
        "Jarvis (proceso {pid}) terminó en mitad de la respuesta.",
    ),
    "daemon.lost.hint": Text(
        "Ask again: it is started anew. What it wrote last: `tail {log}`.",
        "Vuelva a preguntar: se arranca de nuevo. Lo último que escribió: `tail {log}`.",
    ),
    "daemon.unreachable": Text("Jarvis at {url} does not answer: {reason}.", "Jarvis en {url} no contesta: {reason}."),
    "daemon.unreachable.hint": Text(
        "Restart it: `jarvis stop`, then ask again. The log is {log}.",
        "Reinícielo: `jarvis stop`, y vuelva a preguntar. El registro es {log}.",
    ),
}
