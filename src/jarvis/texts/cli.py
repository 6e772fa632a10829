from jarvis.texts import Text
from jarvis.texts._commands_of_backup import OF_BACKUP

TEXTS = {
    **OF_BACKUP,
    "cli.stopped_unstored": Text("Stopped.", "Detenido."),
    "cli.ask.waiting_for_stdin": Text(
        "Reading what is piped in; with nothing to read, end it with Ctrl-D or start with `< /dev/null`.",
        "Leyendo lo que llega por la entrada; si no hay nada, ciérrela con Ctrl-D o empiece con `< /dev/null`.",
    ),
    "cli.unwritable": Text(
        "Nothing can be written to stdout: {reason}.", "No se puede escribir en la salida: {reason}."
    ),
    "cli.unwritable.hint": Text(
        "Look at where stdout goes: is it open, and is there room (`df -h`)?",
        "Mire adónde va la salida: ¿está abierta, y queda sitio (`df -h`)?",
    ),
    "cli.unencodable": Text(
        "This cannot be written to stdout, which is said to take only {encoding}: {text!r}.",
        "Esto no se puede escribir en la salida, que según se indica solo admite {encoding}: {text!r}.",
    ),
    "cli.unencodable.hint": Text(
        "Run it again with `PYTHONIOENCODING=utf-8`, or with `PYTHONIOENCODING={encoding}:replace` to see ? instead.",
        "Repítalo con `PYTHONIOENCODING=utf-8`, o con `PYTHONIOENCODING={encoding}:replace` para ver ? en su lugar.",
    ),
    "cli.jarvis": Text(
        'A private assistant on your own machine. Start with: jarvis ask "What is the capital of France?"',
        'Un asistente privado en su propia máquina. Empiece con: jarvis ask "¿Cuál es la capital de Francia?"',
    ),
    "cli.commands": Text("Commands", "Órdenes"),
    "cli.ask": Text("Ask one question.", "Hace una pregunta."),
    "cli.chat": Text("Talk in the terminal.", "Conversa en la terminal."),
    "cli.feedback": Text("Say that an answer was good or bad.", "Dice si una respuesta fue buena o mala."),
    "cli.feedback.help": Text(
        "Say what an answer was like: up, down, or undo to take that back. ID is the one that `jarvis why` shows; without"
        " it, the last answer.",
        "Dice cómo fue una respuesta: up (buena), down (mala), o undo para retirarlo. ID es el que muestra `jarvis why`;"
        " sin él, la última respuesta.",
    ),
    "cli.feedback.option.model": Text(
        "The model that should have answered.", "El modelo que debería haber respondido."
    ),
    "cli.feedback.up": Text(
        "Noted: {model} did well. `jarvis feedback undo` takes it back.",
        "Anotado: {model} lo hizo bien. `jarvis feedback undo` lo retira.",
    ),
    "cli.feedback.down": Text(
        "Noted: {model} did badly. `jarvis feedback undo` takes it back.",
        "Anotado: {model} lo hizo mal. `jarvis feedback undo` lo retira.",
    ),
    "cli.feedback.undo": Text(
        "Taken back: what was said of {model} counts no more.", "Retirado: lo dicho de {model} ya no cuenta."
    ),
    "cli.feedback.off": Text(
        "Nothing was learned: `jarvis config set routing.learn true` turns learning on.",
        "No se ha aprendido nada: `jarvis config set routing.learn true` activa el aprendizaje.",
    ),
    "cli.open": Text("Open the page in the browser.", "Abre la página en el navegador."),
    "cli.open.option.print": Text(
        "Print its address instead, for a browser elsewhere.", "Muestra su dirección, para un navegador en otro sitio."
    ),
    "cli.open.option.qr": Text("A code that a phone scans.", "Un código que escanea un móvil."),
    "cli.open.opened": Text(
        "The page is open in your browser. If you do not see it: `jarvis open --print`.",
        "La página está abierta en su navegador. Si no la ve: `jarvis open --print`.",
    ),
    "cli.open.no_browser": Text(
        "No browser was found here; open this address:", "No hay navegador aquí; abra esta dirección:"
    ),
    "cli.open.once": Text(
        "It opens the page once, within {seconds:.0f} seconds: keep it to yourself.",
        "Abre la página una vez, antes de {seconds:.0f} segundos: no la comparta.",
    ),
    "cli.history": Text(
        "List, show, search, export or delete conversations.",
        "Lista, muestra, busca, exporta o borra conversaciones.",
    ),
    "cli.tools": Text("Show what Jarvis can do besides answering.", "Muestra qué sabe hacer además de responder."),
    "cli.reminders": Text("Timers, alarms and reminders.", "Temporizadores, alarmas y recordatorios."),
    "cli.models": Text("List the models of the catalog.", "Lista los modelos del catálogo."),
    "cli.pull": Text("Download models.", "Descarga modelos."),
    "cli.convert": Text(
        "Make a Whisper of Hugging Face's run here.", "Hace que un Whisper de Hugging Face funcione aquí."
    ),
    "cli.inspect": Text("Show the header of a model file.", "Muestra la cabecera de un fichero de modelo."),
    "cli.serve": Text("Run the server (OpenAI-compatible).", "Arranca el servidor (compatible con OpenAI)."),
    "cli.token": Text("Print or replace the access token.", "Muestra o renueva el código de acceso."),
    "cli.key": Text("Keep, list or remove keys of paid models.", "Guarda, lista o quita claves de modelos de pago."),
    "cli.connect": Text("Connect Home Assistant, Google, ...", "Conecta Home Assistant, Google..."),
    "cli.mcp": Text("Serve other programs over MCP.", "Atiende a otros programas por MCP."),
    "cli.wyoming": Text("Serve Home Assistant over Wyoming.", "Atiende a Home Assistant por Wyoming."),
    "cli.config": Text("Show, check or import the configuration.", "Muestra, revisa o importa la configuración."),
    "cli.doctor": Text("Check this machine and say what to mend.", "Revisa esta máquina y dice qué arreglar."),
    "cli.install": Text("Install an engine (vLLM, ...).", "Instala un motor (vLLM...)."),
    "cli.plan": Text(
        "Show which models fit where, how fast they would be, and why some do not.",
        "Muestra qué modelos caben dónde, a qué velocidad, y por qué otros no.",
    ),
    "cli.bench": Text("Measure this machine.", "Mide esta máquina."),
    "cli.bench.models": Text(
        "Load each model, ask it something, and keep how fast it was, what it took, and how well it answers.",
        "Carga cada modelo, le pregunta algo y guarda lo rápido que fue, lo que ocupó y lo bien que responde.",
    ),
    "cli.bench.minutes": Text(
        "Most minutes of questions for each model; 0 measures speed alone.",
        "Minutos de preguntas como máximo por modelo; con 0 se mide solo la velocidad.",
    ),
    "cli.bench.quick": Text(
        "Ask {count} questions at most, of every specialty as many.",
        "Hace {count} preguntas como máximo, las mismas de cada especialidad.",
    ),
    "cli.bench.asking": Text(
        "{model}: {right} of {asked} right, {minutes:.1f} min", "{model}: {right} de {asked} bien, {minutes:.1f} min"
    ),
    "cli.bench.column.specialty": Text("Specialty", "Especialidad"),
    "cli.bench.column.english": Text("English", "Inglés"),
    "cli.bench.column.spanish": Text("Spanish", "Español"),
    "cli.bench.column.ability": Text("Ability", "Capacidad"),
    "cli.bench.column.middling": Text("Middling", "Medianas"),
    "cli.bench.legend": Text(
        "Right of asked, with 90 % intervals. Ability: logits above Llama 3.1 8B, whatever was asked; middling: the share"
        " that it is expected to answer of questions of which that model answers half.",
        "Aciertos de las preguntas hechas, con intervalos del 90 %. Capacidad: logits por encima de Llama 3.1 8B, sea lo"
        " que sea lo preguntado; medianas: la parte que se espera que responda de las preguntas de las que ese"
        " modelo responde la mitad.",
    ),
    "cli.bench.specialty.math": Text("math", "matemáticas"),
    "cli.bench.specialty.code": Text("code", "código"),
    "cli.bench.specialty.reasoning": Text("reasoning", "razonamiento"),
    "cli.bench.specialty.writing": Text("writing", "redacción"),
    "cli.bench.specialty.analysis": Text("analysis", "análisis"),
    "cli.bench.specialty.technical": Text("technical", "técnica"),
    "cli.bench.specialty.chat": Text("chat", "conversación"),
    "cli.bench.specialty.command": Text("command", "órdenes"),
    "cli.bench.tokens": Text("Tokens of the answer that is measured.", "Tokens de la respuesta que se mide."),
    "cli.bench.running": Text("Measuring {model}...", "Midiendo {model}..."),
    "cli.bench.nothing": Text(
        "No model is here: `jarvis setup` or `jarvis pull ID`.",
        "No hay ningún modelo: `jarvis setup` o `jarvis pull ID`.",
    ),
    "cli.bench.column.model": Text("Model", "Modelo"),
    "cli.bench.column.device": Text("On", "En"),
    "cli.bench.column.context": Text("Context", "Contexto"),
    "cli.bench.column.load": Text("Load", "Carga"),
    "cli.bench.column.first": Text("First token", "Primer token"),
    "cli.bench.column.reads": Text("Reads", "Lee"),
    "cli.bench.column.writes": Text("Writes", "Escribe"),
    "cli.bench.column.memory": Text("Memory", "Memoria"),
    "cli.bench.column.error": Text("Predicted", "Previsto"),
    "cli.setup": Text(
        "Propose models that fit this machine, and fetch them.",
        "Propone modelos que caben en esta máquina y los descarga.",
    ),
    "cli.setup.option.json": Text(
        "Print the proposal as JSON and fetch nothing.", "Imprime la propuesta en JSON y no descarga nada."
    ),
    "cli.ps": Text(
        "Show loaded models, who waits, and what is free.",
        "Muestra los modelos cargados, quién espera y qué queda libre.",
    ),
    "cli.top": Text("Models, requests and money, live.", "Modelos, peticiones y dinero, en vivo."),
    "cli.ps.beside": Text(
        "{model} runs by itself on the processor: {mib:,} MiB of those of other programs.",
        "{model} funciona por su cuenta en el procesador: {mib:,} MiB de los de otros programas.",
    ),
    "cli.ps.nothing": Text("No model is loaded.", "No hay ningún modelo cargado."),
    "cli.ps.column.model": Text("Model", "Modelo"),
    "cli.ps.column.state": Text("State", "Estado"),
    "cli.ps.column.device": Text("On", "En"),
    "cli.ps.column.context": Text("Context", "Contexto"),
    "cli.ps.column.answering": Text("Answers", "Respuestas"),
    "cli.ps.column.waiting": Text("Waiting", "En espera"),
    "cli.ps.column.idle": Text("Idle", "Sin uso"),
    "cli.ps.state.loading": Text("loading", "cargando"),
    "cli.ps.state.ready": Text("ready", "listo"),
    "cli.ps.state.busy": Text("answering", "respondiendo"),
    "cli.ps.state.going": Text("leaving", "saliendo"),
    "cli.ps.state.asleep": Text("asleep", "dormido"),
    "cli.ps.pinned": Text("pinned", "fijado"),
    "cli.load": Text("Load a model.", "Carga un modelo."),
    "cli.load.done": Text(
        "{model} is loaded on {device} ({seconds:.1f} s).", "{model} está cargado en {device} ({seconds:.1f} s)."
    ),
    "cli.unload": Text("Unload a model.", "Descarga un modelo de la memoria."),
    "cli.unload.option.force": Text("Also when it is answering.", "También si está respondiendo."),
    "cli.unload.done": Text("{model} is unloaded.", "{model} ya no está en memoria."),
    "cli.unload.was_not": Text("{model} was not loaded.", "{model} no estaba cargado."),
    "cli.pin": Text(
        "Keep a model loaded whatever others need.", "Deja cargado un modelo necesiten lo que necesiten los demás."
    ),
    "cli.pin.option.off": Text("No longer.", "Ya no."),
    "cli.pin.on": Text("{model} stays loaded.", "{model} se queda cargado."),
    "cli.pin.off": Text("{model} may be unloaded again.", "{model} puede volver a descargarse."),
    "cli.plan.option.hardware": Text("A machine described in a TOML file.", "Una máquina descrita en un fichero TOML."),
    "cli.plan.option.from": Text("The models of a models_v2.json.", "Los modelos de un models_v2.json."),
    "cli.plan.option.context": Text("Tokens of context for each model.", "Tokens de contexto de cada modelo."),
    "cli.why": Text("How it was decided who answered.", "Cómo se decidió quién contestó."),
    "cli.route": Text(
        "Who would answer a question, and why; it is not answered.",
        "Quién contestaría una pregunta y por qué; no se contesta.",
    ),
    "cli.bad_quality": Text(
        "{text!r} is no quality: economy, balanced, best, or 0 to 1.",
        "{text!r} no es una calidad: economy, balanced, best, o de 0 a 1.",
    ),
    "cli.why.question": Text(
        "Difficulty {difficulty:.0f} of 100 · {specialties} · {language}",
        "Dificultad {difficulty:.0f} de 100 · {specialties} · {language}",
    ),
    "cli.why.seen": Text("seen: {seen}", "visto: {seen}"),
    "cli.why.chosen": Text("Chosen: {model} - {reason}", "Elegido: {model} - {reason}"),
    "cli.why.became": Text(
        "In the end {model} answered; asked before: {tried}", "Al final contestó {model}; se preguntó antes a: {tried}"
    ),
    "cli.why.took": Text("Decided in {ms:.1f} ms. Decision {id}", "Decidido en {ms:.1f} ms. Decisión {id}"),
    "cli.why.column.model": Text("model", "modelo"),
    "cli.why.column.quality": Text("right", "acierta"),
    "cli.why.column.first": Text("first word, s", "primera palabra, s"),
    "cli.why.column.seconds": Text("whole, s", "entera, s"),
    "cli.why.column.usd": Text("USD", "USD"),
    "cli.why.column.why_not": Text("why not", "por qué no"),
    "cli.memory": Text(
        "What is remembered: shown, changed, forgotten.", "Lo que se recuerda: verlo, cambiarlo, olvidarlo."
    ),
    "cli.voice": Text("Talk with Jarvis, by microphone and loudspeaker.", "Habla con Jarvis, por micrófono y altavoz."),
    "cli.transcribe": Text("Write down what is said in recordings.", "Pone por escrito lo que se dice en grabaciones."),
    "cli.bench.voice": Text(
        "How well speech is heard: word error rate, latency, processor time, text out of silence.",
        "Cómo de bien se oye el habla: tasa de error por palabra, latencia, tiempo de procesador, texto del silencio.",
    ),
    "cli.bench.voice.data": Text(
        "Lines of JSON: audio (a file), text, language (es, en, or none: nobody speaks).",
        "Líneas de JSON: audio (un fichero), text, language (es, en, o none: nadie habla).",
    ),
    "cli.bench.voice.hints": Text(
        "File with the owner's names and devices, one a line.",
        "Fichero con los nombres y aparatos del dueño, uno por línea.",
    ),
    "cli.learn": Text("Read documents, to answer from them.", "Lee documentos, para responder con ellos."),
    "cli.sources": Text(
        "Documents that were read: list, remove, again.", "Documentos leídos: verlos, quitarlos, releerlos."
    ),
    "cli.eval": Text("Measure how well Jarvis decides.", "Mide lo bien que decide Jarvis."),
    "cli.budget": Text(
        "What paid models cost and may cost; `set` changes it.",
        "Lo que cuestan los modelos de pago y lo que pueden costar; `set` lo cambia.",
    ),
    "cli.cache": Text(
        "Answers kept to be given again: `show`, `clear`.",
        "Respuestas guardadas para volver a darlas: `show`, `clear`.",
    ),
    "cli.stats": Text("Questions, latency, tokens and cost.", "Preguntas, latencia, tokens y coste."),
    "cli.stats.saving": Text(
        "Saved {saved_usd:.4f} USD of the {always_usd:.4f} that {against} would have cost for all ({share:.0%});"
        " {local} of {answered} were answered here, {kept} from the cache.",
        "Ahorrados {saved_usd:.4f} USD de los {always_usd:.4f} que habría costado todo con {against} ({share:.0%});"
        " {local} de {answered} se contestaron aquí y {kept} desde la caché.",
    ),
    "cli.unknown_command": Text("There is no command {name!r}. {meant}", "No existe la orden {name!r}. {meant}"),
    "cli.did_you_mean": Text("Did you mean {name!r}?", "¿Quiso decir {name!r}?"),
    "cli.service": Text("Jarvis as a service of systemd.", "Jarvis como servicio de systemd."),
    "cli.stop": Text("Stop the Jarvis that runs in the background.", "Detiene el Jarvis de segundo plano."),
    "cli.option.model": Text("Model: a catalog id, auto, or jarvis.", "Modelo: un id del catálogo, auto o jarvis."),
    "cli.option.system": Text("System prompt for this time.", "Instrucciones de sistema para esta vez."),
    "cli.option.max_tokens": Text("Longest answer, tokens.", "Longitud máxima de la respuesta, en tokens."),
    "cli.option.temperature": Text("0 (always the same) to 2.", "De 0 (siempre igual) a 2."),
    "cli.option.continue": Text(
        "Go on with a conversation: its id, or last.", "Sigue una conversación: su código, o last."
    ),
    "cli.option.reasoning": Text("Show the model's reasoning too.", "Muestra también el razonamiento del modelo."),
    "cli.option.quality": Text(
        "How good the answer must be: economy, balanced, best, or 0 to 1.",
        "Lo buena que debe ser la respuesta: economy, balanced, best, o de 0 a 1.",
    ),
    "cli.option.no_cache": Text(
        "No earlier answer, and do not keep this one.", "Sin respuestas anteriores, y sin guardar esta."
    ),
    "cli.option.no_store": Text("Do not keep this conversation.", "No guarda esta conversación."),
    "cli.option.json": Text("Print JSON.", "Imprime JSON."),
    "cli.option.no_daemon": Text(
        "Run everything inside this command, start nothing in the background.",
        "Ejecuta todo dentro de esta orden, sin nada en segundo plano.",
    ),
    "cli.yes_or_no": Text("y/N", "s/N"),
    "cli.unanswered": Text(
        "Nobody answered, which is no. To say yes beforehand: `-y`.",
        "Nadie respondió, y eso es que no. Para decir que sí de antemano: `-y`.",
    ),
    "cli.option.yes": Text("Do not ask.", "No pregunta."),
    "cli.ask.nothing": Text(
        'Nothing was asked. Try: jarvis ask "What is the capital of France?"',
        'No se ha preguntado nada. Pruebe: jarvis ask "¿Cuál es la capital de Francia?"',
    ),
    "cli.ask.piped_too_long": Text(
        "More than {mib} MiB were piped in: send less, for example with `tail -200`.",
        "Se han enviado más de {mib} MiB: envíe menos, por ejemplo con `tail -200`.",
    ),
    "cli.stopped": Text("Stopped. What was said is kept.", "Detenido. Lo dicho queda guardado."),
    "cli.reasoning": Text(
        "Thinking... ({count} pieces; --reasoning shows them)", "Pensando... ({count} trozos; --reasoning los muestra)"
    ),
    "cli.progress.queue": Text("Waiting for {model}...", "Esperando a {model}..."),
    "cli.progress.load": Text("Loading {model}...", "Cargando {model}..."),
    "cli.progress.pull": Text("Downloading {model}...", "Descargando {model}..."),
    "cli.progress.retry": Text("Trying {model} again...", "Probando {model} otra vez..."),
    "cli.first.pull": Text(
        "No model is here yet. Fetching {model} ({mb:.0f} MB), a small one, to begin with...",
        "Aún no hay ningún modelo. Descargando {model} ({mb:.0f} MB), uno pequeño, para empezar...",
    ),
    "cli.first.demonstration": Text(
        "{model} is a demonstration: tiny, often wrong, weak in Spanish. This machine can run {better} ({gb:.1f} GB):"
        " `jarvis pull {id}`; `jarvis setup` proposes a whole set.",
        "{model} es una demostración: diminuto, se equivoca a menudo y apenas sabe español. Esta máquina puede con"
        " {better} ({gb:.1f} GB): `jarvis pull {id}`; `jarvis setup` propone un conjunto entero.",
    ),
    "cli.chat.welcome": Text(
        "Write and press Enter; Alt-Enter for a new line, Ctrl-C stops an answer, /help for more, /quit to leave.",
        "Escriba y pulse Intro; Alt-Intro para otra línea, Ctrl-C detiene una respuesta, /help para más, /quit para salir.",
    ),
    "cli.chat.help": Text(
        "/yes do what was asked about · /model [ID] who answers · /new conversation · /why this answer · /good or /bad"
        " it was · /stats of this session · /reasoning show or fold it · /remember TEXT · /forget WORDS · /memory"
        " [WORDS] · /incognito · /quit",
        "/yes hacer lo que se preguntó · /model [ID] quién responde · /new conversación nueva · /why esta respuesta ·"
        " /good o /bad si fue buena o mala · /stats de esta sesión · /reasoning mostrarlo o no · /recuerda TEXTO ·"
        " /olvida PALABRAS · /memoria [PALABRAS] · /incognito · /quit salir",
    ),
    "cli.chat.unknown": Text("There is no {name}. Did you mean {close}?", "No existe {name}. ¿Quiso decir {close}?"),
    "cli.chat.new": Text("New conversation.", "Conversación nueva."),
    "cli.chat.model": Text("{model} answers from now on.", "A partir de ahora responde {model}."),
    "cli.chat.models": Text("Answering: {now}. Known: {known}.", "Responde: {now}. Conocidos: {known}."),
    "cli.chat.nothing_asked": Text("Nothing waits for a yes.", "Nada espera un sí."),
    "cli.chat.nothing_yet": Text("Nothing was answered yet.", "Aún no se ha respondido nada."),
    "cli.chat.why": Text(
        "{model} answered ({engine}, {device}): {why}; asked for {asked}. Waited {queue:.2f} s, loaded {load:.2f} s,"
        " first word after {first:.2f} s, all in {total:.2f} s. Read {prompt} tokens, wrote {completion}."
        " Cost {cost} USD.",
        "Respondió {model} ({engine}, {device}): {why}; se pidió {asked}. Espera {queue:.2f} s, carga {load:.2f} s,"
        " primera palabra a los {first:.2f} s, todo en {total:.2f} s. Leyó {prompt} tokens, escribió {completion}."
        " Coste {cost} USD.",
    ),
    "cli.chat.stats": Text(
        "{count} answers, {tokens} tokens in {seconds:.1f} s ({rate:.1f} tokens/s), {cost:.4f} USD.",
        "{count} respuestas, {tokens} tokens en {seconds:.1f} s ({rate:.1f} tokens/s), {cost:.4f} USD.",
    ),
    "cli.chat.reasoning_on": Text("Reasoning is shown.", "El razonamiento se muestra."),
    "cli.chat.reasoning_off": Text("Reasoning is folded.", "El razonamiento se oculta."),
    "cli.history.option.limit": Text("How many, newest first.", "Cuántas, primero las más nuevas."),
    "cli.history.list": Text("The latest conversations.", "Las últimas conversaciones."),
    "cli.history.show": Text("One conversation (default: the last).", "Una conversación (por defecto, la última)."),
    "cli.history.search": Text("Find words in what was said.", "Busca palabras en lo dicho."),
    "cli.history.export": Text("All of it, or one, as JSON lines.", "Todo, o una, como líneas JSON."),
    "cli.history.delete": Text("Delete a conversation for good.", "Borra una conversación para siempre."),
    "cli.history.empty": Text("No conversation is stored yet.", "Aún no hay conversaciones guardadas."),
    "cli.history.none_found": Text("Nothing found.", "No se encontró nada."),
    "cli.history.you": Text("You", "Usted"),
    "cli.history.state.limited": Text("cut at its limit", "cortada en su límite"),
    "cli.history.state.partial": Text("cut off", "cortada"),
    "cli.history.state.stopped": Text("stopped", "detenida"),
    "cli.history.state.error": Text("failed", "falló"),
    "cli.history.part.image": Text(
        "picture; `jarvis history export` has it", "imagen; está en `jarvis history export`"
    ),
    "cli.history.part.audio": Text("sound; `jarvis history export` has it", "sonido; está en `jarvis history export`"),
    "cli.history.sure": Text(
        "Delete «{title}» ({turns} messages) for good?", "¿Borrar «{title}» ({turns} mensajes) para siempre?"
    ),
    "cli.history.deleted": Text("Deleted {id}.", "Borrada {id}."),
    "cli.stats.option.since": Text("How far back: 30m, 24h, 7d, 2w.", "Desde cuándo: 30m, 24h, 7d, 2w."),
    "cli.stats.since": Text(
        "{text!r} is not a time: write 30m, 24h, 7d or 2w.", "{text!r} no es un tiempo: escriba 30m, 24h, 7d o 2w."
    ),
    "cli.stats.total": Text(
        "Last {since}: {queries} requests ({errors} failed; with what is heard and said), {prompt} tokens read, {completion} written,"
        " {cost:.4f} USD.",
        "Últimos {since}: {queries} peticiones ({errors} con error; también lo oído y lo dicho), {prompt} tokens leídos, {completion} escritos,"
        " {cost:.4f} USD.",
    ),
    "cli.stats.column.model": Text("model", "modelo"),
    "cli.stats.column.queries": Text("requests", "peticiones"),
    "cli.stats.column.errors": Text("failed", "errores"),
    "cli.stats.column.p50_s": Text("p50 s", "p50 s"),
    "cli.stats.column.p95_s": Text("p95 s", "p95 s"),
    "cli.stats.column.first_p50_s": Text("first p50 s", "primera p50 s"),
    "cli.stats.column.tokens_s": Text("tokens/s", "tokens/s"),
    "cli.stats.column.tokens": Text("tokens", "tokens"),
    "cli.stats.column.usd": Text("USD", "USD"),
    "cli.serve.option.host": Text("Address to listen on.", "Dirección en la que escucha."),
    "cli.serve.option.port": Text("Port; 0 picks a free one.", "Puerto; 0 elige uno libre."),
    "cli.serve.option.tls": Text(
        "auto: with a certificate of its own, for the phones of the house.",
        "auto: con certificado propio, para los móviles de la casa.",
    ),
    "cli.serve.option.tls_cert": Text("Certificate file (PEM).", "Fichero de certificado (PEM)."),
    "cli.serve.option.tls_key": Text("Private key file (PEM).", "Fichero de clave privada (PEM)."),
    "cli.serve.option.behind_proxy": Text(
        "A TLS proxy on this host forwards to Jarvis.", "Un proxy TLS de esta máquina reenvía a Jarvis."
    ),
}
