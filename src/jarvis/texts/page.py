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
    "page.number_range": Text(
        "{name} must be a whole number from {least} to {most}, not {value!r}.",
        "{name} debe ser un número entero de {least} a {most}, no {value!r}.",
    ),
    "page.number_range.hint": Text(
        "Ask for one in that range, or leave {name} out.", "Pida uno de ese intervalo, o quite {name}."
    ),
    # --- what the page itself says
    "page.ui.chat": Text("Chat", "Conversación"),
    "page.ui.question": Text("Your question", "Su pregunta"),
    "page.ui.model": Text("Who answers", "Quién responde"),
    "page.ui.send": Text("Ask", "Preguntar"),
    "page.ui.stop": Text("Stop", "Detener"),
    "page.ui.keys": Text(
        "Enter asks, Shift+Enter starts a line, Esc stops.",
        "Intro pregunta, Mayús+Intro cambia de línea, Esc detiene.",
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
    # --- talking
    "page.ui.talk.start": Text("Talk", "Hablar"),
    "page.ui.talk.stop": Text("Stop talking", "Dejar de hablar"),
    "page.ui.talk.press": Text("Hold and speak", "Mantener y hablar"),
    "page.ui.talk.level": Text("Microphone", "Micrófono"),
    "page.ui.talk.manner": Text("How we talk", "Cómo hablamos"),
    "page.ui.talk.language": Text("Language", "Idioma"),
    "page.ui.talk.any": Text("as it is spoken", "el que se hable"),
    "page.ui.talk.push": Text("Hold a button to speak", "Mantener un botón para hablar"),
    "page.ui.talk.incognito": Text("Keep nothing of it", "No guardar nada"),
    "page.ui.talk.connecting": Text("Connecting...", "Conectando..."),
    "page.ui.talk.loading": Text("Getting ready to listen...", "Preparándose para escuchar..."),
    "page.ui.talk.listening": Text("Listening", "Escuchando"),
    "page.ui.talk.waiting": Text("Hold the button and speak", "Mantenga el botón y hable"),
    "page.ui.talk.hearing": Text("Hearing you", "Oyéndole"),
    "page.ui.talk.thinking": Text("Thinking", "Pensando"),
    "page.ui.talk.speaking": Text("Speaking", "Hablando"),
    "page.ui.talk.off": Text("Not connected", "Sin conexión"),
    "page.ui.talk.interrupted": Text("Interrupted.", "Interrumpido."),
    "page.ui.talk.half": Text(
        "Jarvis heard itself: from now on it does not listen while it speaks. Headphones help.",
        "Jarvis se ha oído a sí mismo: desde ahora no escucha mientras habla. Unos auriculares ayudan.",
    ),
    "page.ui.talk.lost": Text(
        "The connection was lost. It is tried again in {seconds} s; if Jarvis is not running, `jarvis open` starts it.",
        "Se ha perdido la conexión. Se reintenta en {seconds} s; si Jarvis no está en marcha, `jarvis open` lo arranca.",
    ),
    "page.ui.talk.insecure": Text(
        "The browser gives its microphone only to pages that came over TLS or from this machine itself. Start Jarvis with"
        " `jarvis serve --tls auto` and open the https:// address that it prints.",
        "El navegador solo da su micrófono a páginas que llegan por TLS o de esta misma máquina. Arranque Jarvis con"
        " `jarvis serve --tls auto` y abra la dirección https:// que muestra.",
    ),
    "page.ui.talk.denied": Text(
        "The browser does not let this page hear. Allow it the microphone (the symbol beside the address) and press Talk"
        " again.",
        "El navegador no deja oír a esta página. Permítale el micrófono (el símbolo junto a la dirección) y pulse Hablar"
        " otra vez.",
    ),
    "page.ui.talk.none": Text(
        "No microphone was found. Connect one and press Talk again; writing works without.",
        "No se encuentra ningún micrófono. Conecte uno y pulse Hablar otra vez; escribir funciona sin él.",
    ),
    "page.ui.talk.taken": Text(
        "The microphone cannot be opened; another program may be using it. Close that and press Talk again.",
        "No se puede abrir el micrófono; quizá lo usa otro programa. Ciérrelo y pulse Hablar otra vez.",
    ),
    "page.ui.talk.gone": Text(
        "The microphone is gone. Connect it and press Talk again.",
        "El micrófono ha desaparecido. Conéctelo y pulse Hablar otra vez.",
    ),
    "page.ui.talk.broken": Text(
        "This browser cannot record or play sound here: {reason}. Try a current Chrome, Firefox or Safari.",
        "Este navegador no puede grabar o reproducir sonido aquí: {reason}. Pruebe con un Chrome, Firefox o Safari actual.",
    ),
    # --- the machine
    "page.ui.machine": Text("This machine", "Esta máquina"),
    "page.ui.declared": Text(
        "This is the machine that `hardware.file` declares.", "Esta es la máquina que declara `hardware.file`."
    ),
    "page.ui.others": Text("other programs", "otros programas"),
    "page.ui.reserve": Text("reserve", "reserva"),
    "page.ui.free": Text("free", "libre"),
    "page.ui.models": Text("Loaded models", "Modelos cargados"),
    "page.ui.nothing": Text("No model is loaded.", "No hay ningún modelo cargado."),
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
