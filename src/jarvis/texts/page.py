from jarvis.texts import Text

TEXTS = {
    # --- who comes in
    "page.wrong_code": Text(
        "That code was used already, is older than a minute, or never was one.",
        "Ese código ya se usó, tiene más de un minuto o nunca lo fue.",
    ),
    "page.wrong_code.hint": Text("Get another: `jarvis open`.", "Pida otro: `jarvis open`."),
    "page.too_many_codes": Text(
        "Too many wrong codes from this address.", "Demasiados códigos erróneos desde esta dirección."
    ),
    "page.too_many_codes.hint": Text(
        "`jarvis open` brings a right one, which works at once; guesses are answered again in {retry_after:.0f} seconds.",
        "`jarvis open` da uno correcto, que funciona al momento; los intentos se atienden de nuevo en"
        " {retry_after:.0f} segundos.",
    ),
    "page.codes_waiting": Text(
        "{most} codes wait to be used; there are no more of them for now.",
        "{most} códigos esperan a que alguien los use; por ahora no hay más.",
    ),
    "page.codes_waiting.hint": Text(
        "Open one of the addresses that were printed, or run `jarvis open` again in {retry_after:.0f} seconds.",
        "Abra una de las direcciones ya mostradas, o repita `jarvis open` en {retry_after:.0f} segundos.",
    ),
    "page.session_over": Text("The session of this page is over.", "La sesión de esta página ha terminado."),
    "page.session_over.hint": Text("Open it again: `jarvis open`.", "Ábrala de nuevo: `jarvis open`."),
    "page.other_page": Text(
        "The cookie of Jarvis's page was sent by another page, or by a program.",
        "La cookie de la página de Jarvis la envió otra página, o un programa.",
    ),
    "page.other_page.hint": Text(
        "Programs use a token (`jarvis token`); the page is opened by `jarvis open`.",
        "Los programas usan un código de acceso (`jarvis token`); la página se abre con `jarvis open`.",
    ),
    # --- what the page itself says
    "page.ui.chat": Text("Chat", "Conversación"),
    "page.ui.question": Text("Your question", "Su pregunta"),
    "page.ui.model": Text("Who answers", "Quién responde"),
    "page.ui.send": Text("Ask", "Preguntar"),
    "page.ui.stop": Text("Stop", "Detener"),
    "page.ui.keys": Text(
        "Enter asks, Shift+Enter starts a line, Esc stops. What is said here is not kept: it is gone when the page closes.",
        "Intro pregunta, Mayús+Intro cambia de línea, Esc detiene. Lo dicho aquí no se guarda: se pierde al cerrar la"
        " página.",
    ),
    "page.ui.you": Text("You", "Usted"),
    "page.ui.reasoning": Text("Reasoning", "Razonamiento"),
    "page.ui.account": Text("{model} · {why} · {seconds} s", "{model} · {why} · {seconds} s"),
    "page.ui.routed": Text("{model} answers: {why}", "Responde {model}: {why}"),
    "page.ui.stopped": Text("Stopped.", "Detenido."),
    "page.ui.cut": Text("The answer broke off.", "La respuesta se cortó."),
    "page.ui.queue": Text("Waiting for {model}...", "Esperando a {model}..."),
    "page.ui.load": Text("Loading {model}... {percent}", "Cargando {model}... {percent}"),
    "page.ui.pull": Text("Downloading {model}... {percent}", "Descargando {model}... {percent}"),
    "page.ui.retry": Text("Trying {model} again...", "Probando {model} otra vez..."),
    "page.ui.machine": Text("This machine", "Esta máquina"),
    "page.ui.declared": Text(
        "This is the machine that `hardware.file` declares.", "Esta es la máquina que declara `hardware.file`."
    ),
    "page.ui.others": Text("other programs", "otros programas"),
    "page.ui.reserve": Text("reserve", "reserva"),
    "page.ui.free": Text("free", "libre"),
    "page.ui.models": Text("Loaded models", "Modelos cargados"),
    "page.ui.nothing": Text("No model is loaded.", "No hay ningún modelo cargado."),
    "page.ui.waiting_for": Text("Waiting: {models}", "En espera: {models}"),
    "page.ui.column.model": Text("Model", "Modelo"),
    "page.ui.column.state": Text("State", "Estado"),
    "page.ui.column.device": Text("On", "En"),
    "page.ui.column.context": Text("Context", "Contexto"),
    "page.ui.column.answering": Text("Answers", "Respuestas"),
    "page.ui.column.waiting": Text("Waiting", "En espera"),
    "page.ui.state.loading": Text("loading", "cargando"),
    "page.ui.state.ready": Text("ready", "listo"),
    "page.ui.state.busy": Text("answering", "respondiendo"),
    "page.ui.state.going": Text("leaving", "saliendo"),
    "page.ui.state.asleep": Text("asleep", "dormido"),
    "page.ui.pinned": Text("{state}, pinned", "{state}, fijado"),
    "page.ui.locked": Text(
        "This page needs its key: run `jarvis open` in a terminal of its machine, for a phone `jarvis open --qr`.",
        "A esta página le falta su llave: ejecute `jarvis open` en una terminal de su máquina; para un móvil, `jarvis open --qr`.",
    ),
    "page.ui.trust": Text(
        "The certificate, so that this device trusts Jarvis", "El certificado, para que este aparato se fíe de Jarvis"
    ),
    "page.ui.gone": Text(
        "Jarvis does not answer; it leaves when nobody asks it anything. `jarvis open` brings it back.",
        "Jarvis no contesta; se va cuando nadie le pregunta nada. `jarvis open` lo trae de vuelta.",
    ),
}
