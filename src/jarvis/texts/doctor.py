from jarvis.texts import Text

TEXTS = {
    "doctor.crashed": Text(
        "The check {check} itself failed: {reason}.", "La propia comprobación {check} falló: {reason}."
    ),
    "doctor.crashed.hint": Text(
        "Please report it with what `jarvis doctor --json` prints.",
        "Por favor, comuníquelo con lo que imprime `jarvis doctor --json`.",
    ),
    "doctor.closed": Text("{path} cannot be looked at: {reason}.", "No se puede mirar {path}: {reason}."),
    "doctor.closed.hint": Text(
        "The check `permissions` says what to open; or see who may: `namei -l {path}`.",
        "La comprobación `permissions` dice qué abrir; o vea quién puede: `namei -l {path}`.",
    ),
    "doctor.failed": Text("{reason}", "{reason}"),
    "doctor.failed.hint": Text("See `jarvis doctor --json`.", "Vea `jarvis doctor --json`."),
    "doctor.python": Text("Python {version} ({path})", "Python {version} ({path})"),
    "doctor.python_old": Text(
        "Python {version} is too old: Jarvis needs {oldest}.",
        "Python {version} es demasiado antiguo: Jarvis necesita {oldest}.",
    ),
    "doctor.python_old.hint": Text(
        "Install a newer one: `sudo apt install python3` or `uv python install 3.13`.",
        "Instale uno más nuevo: `sudo apt install python3` o `uv python install 3.13`.",
    ),
    "doctor.jarvis": Text("Jarvis {version}, {kind}", "Jarvis {version}, {kind}"),
    "doctor.kind.uv": Text("installed with uv tool", "instalado con uv tool"),
    "doctor.kind.pipx": Text("installed with pipx", "instalado con pipx"),
    "doctor.kind.pip": Text("installed with pip", "instalado con pip"),
    "doctor.kind.checkout": Text("used from its source folder", "usado desde su carpeta de código"),
    "doctor.not_installed": Text(
        "Jarvis {version} runs from a folder and is not installed.",
        "Jarvis {version} se ejecuta desde una carpeta y no está instalado.",
    ),
    "doctor.not_installed.hint": Text(
        "From its folder: `{python} -m pip install .`, or use `./jarvis`.",
        "Desde su carpeta: `{python} -m pip install .`, o use `./jarvis`.",
    ),
    "doctor.other_version": Text(
        "The code is Jarvis {version}, but {installed} is what was installed.",
        "El código es Jarvis {version}, pero lo instalado es {installed}.",
    ),
    "doctor.other_version.hint": Text(
        "Install it again, from its folder: `{python} -m pip install --force-reinstall --no-deps .`",
        "Instálelo otra vez, desde su carpeta: `{python} -m pip install --force-reinstall --no-deps .`",
    ),
    "doctor.packages": Text(
        "Versions checked, all newer than those known to be vulnerable: {packages}",
        "Versiones comprobadas, todas posteriores a las vulnerables conocidas: {packages}",
    ),
    "doctor.vulnerable": Text(
        "{package} {version} is known to be vulnerable.", "{package} {version} tiene una vulnerabilidad conocida."
    ),
    "doctor.vulnerable.hint": Text(
        "`{python} -m pip install --upgrade '{package}{need}'`", "`{python} -m pip install --upgrade '{package}{need}'`"
    ),
    "doctor.disk": Text("{free} of {total} free for {folders}", "{free} de {total} libres para {folders}"),
    "doctor.disk_little": Text(
        "Only {free} of {total} are free for {folders}: little room for models.",
        "Solo quedan {free} de {total} para {folders}: poco sitio para modelos.",
    ),
    "doctor.disk_little.hint": Text(
        "See what takes the room (`du -sh {quoted}`), or keep models on another disk: `export HF_HOME=/other/disk JARVIS_HOME=/other/disk/jarvis`.",
        "Vea qué lo ocupa (`du -sh {quoted}`), o guarde los modelos en otro disco: `export HF_HOME=/otro/disco JARVIS_HOME=/otro/disco/jarvis`.",
    ),
    "doctor.disk_full": Text(
        "There is hardly any room: {free} of {total} free for {folders}.",
        "Apenas queda sitio: {free} de {total} libres para {folders}.",
    ),
    "doctor.disk_full.hint": Text(
        "Free some space; this shows what takes it: `du -sh {quoted}`.",
        "Libere espacio; esto muestra qué lo ocupa: `du -sh {quoted}`.",
    ),
    "doctor.disk_read_only": Text(
        "Nothing can be written to {folders}: the disk is read-only.",
        "No se puede escribir en {folders}: el disco es de solo lectura.",
    ),
    "doctor.disk_read_only.hint": Text(
        "Put them elsewhere, `export JARVIS_HOME=/other/disk HF_HOME=/other/disk/hub`, or see why: `findmnt -T {path}`.",
        "Póngalo en otro sitio, `export JARVIS_HOME=/otro/disco HF_HOME=/otro/disco/hub`, o vea por qué:"
        " `findmnt -T {path}`.",
    ),
    "doctor.memory": Text("{free} of {total} of memory free", "{free} de {total} de memoria libres"),
    "doctor.memory_limited": Text(
        "{free} of {total} of memory free (the limit of this container)",
        "{free} de {total} de memoria libres (el límite de este contenedor)",
    ),
    "doctor.memory_little": Text(
        "Only {free} of {total} of memory are free: enough for small models.",
        "Solo quedan {free} de {total} de memoria: suficiente para modelos pequeños.",
    ),
    "doctor.memory_little.hint": Text(
        "Close other programs; this shows the largest: `ps aux --sort=-rss | head`.",
        "Cierre otros programas; esto muestra los mayores: `ps aux --sort=-rss | head`.",
    ),
    "doctor.memory_full": Text(
        "Only {free} of {total} of memory are free: no model fits.",
        "Solo quedan {free} de {total} de memoria: no cabe ningún modelo.",
    ),
    "doctor.memory_full.hint": Text(
        "Close other programs; this shows the largest: `ps aux --sort=-rss | head`.",
        "Cierre otros programas; esto muestra los mayores: `ps aux --sort=-rss | head`.",
    ),
    "doctor.processor": Text(
        "{name}: {cores} cores, {usable} may be used; {features}",
        "{name}: {cores} núcleos, se pueden usar {usable}; {features}",
    ),
    "doctor.processor_lacks": Text(
        "{name} lacks {missing}, which the llama.cpp that comes with Jarvis needs.",
        "A {name} le falta {missing}, que el llama.cpp incluido con Jarvis necesita.",
    ),
    "doctor.processor_lacks.hint": Text(
        "Build llama.cpp for this machine and name it: `jarvis config set engines.llama_cpp.binary /path/to/llama-server`.",
        "Compile llama.cpp para esta máquina e indíquelo: `jarvis config set engines.llama_cpp.binary /ruta/a/llama-server`.",
    ),
    "doctor.gpu": Text(
        "{gpu}: {free} of {total} MiB free; driver {driver} (CUDA {cuda}), capability {capability}; used by {holders}; builds that serve it: llama.cpp {llama_cpp}, PyTorch {wheels}; has {has}; lacks {lacks}",
        "{gpu}: {free} de {total} MiB libres; controlador {driver} (CUDA {cuda}), capacidad {capability}; la usan {holders}; versiones que le sirven: llama.cpp {llama_cpp}, PyTorch {wheels}; tiene {has}; le falta {lacks}",
    ),
    "doctor.mig": Text(
        "{gpu} is in MIG mode: {instances} instances, each a device of its own",
        "{gpu} está en modo MIG: {instances} instancias, cada una un dispositivo propio",
    ),
    "doctor.declared": Text(
        "The machine is the one declared in {path}: processor, memory and GPUs below are its, not this computer's",
        "La máquina es la declarada en {path}: el procesador, la memoria y las GPU de abajo son suyos, no de este equipo",
    ),
    "doctor.declared_gpu": Text(
        "{gpu} (declared): {free} of {total} MiB free, {bandwidth} GB/s, capability {capability}",
        "{gpu} (declarada): {free} de {total} MiB libres, {bandwidth} GB/s, capacidad {capability}",
    ),
    "doctor.declared_no_gpu": Text("No GPU is declared.", "No hay ninguna GPU declarada."),
    "doctor.no_gpu": Text(
        "There is no NVIDIA driver, and no NVIDIA GPU: models run on the processor.",
        "No hay controlador de NVIDIA, ni GPU de NVIDIA: los modelos usan el procesador.",
    ),
    "doctor.gpu_without_driver": Text(
        "There is an NVIDIA GPU, but no driver for it: models run on the processor.",
        "Hay una GPU de NVIDIA, pero sin controlador: los modelos usan el procesador.",
    ),
    "doctor.gpu_without_driver.hint": Text(
        "Install the driver and restart: `{command}`.", "Instale el controlador y reinicie: `{command}`."
    ),
    "doctor.no_common_wheel": Text(
        "No PyTorch build serves all the GPUs ({wheels}): engines made with PyTorch need one environment for each.",
        "Ninguna versión de PyTorch sirve a todas las GPU ({wheels}): los motores hechos con PyTorch necesitan un entorno para cada una.",
    ),
    "doctor.no_common_wheel.hint": Text(
        "One for the first: `uv venv gpu0 && uv pip install --python gpu0 torch --torch-backend={first}`. llama.cpp serves all of them at once.",
        "Uno para la primera: `uv venv gpu0 && uv pip install --python gpu0 torch --torch-backend={first}`. llama.cpp sirve a todas a la vez.",
    ),
    "doctor.vulkan": Text(
        "A {makers} GPU is there: llama.cpp can use it (`jarvis install llama-vulkan`)",
        "Hay una GPU {makers}: llama.cpp puede usarla (`jarvis install llama-vulkan`)",
    ),
    "doctor.engine": Text("Engine {engine}: {what}", "Motor {engine}: {what}"),
    "doctor.engine_absent": Text("Engine {engine}: not installed", "Motor {engine}: no instalado"),
    "doctor.no_engine": Text(
        "No engine is installed: no model can run.", "No hay ningún motor instalado: ningún modelo puede funcionar."
    ),
    "doctor.no_engine.hint": Text(
        "`{python} -m pip install --force-reinstall xllamacpp`", "`{python} -m pip install --force-reinstall xllamacpp`"
    ),
    "doctor.silent": Text("{engine} answered nothing.", "{engine} no contestó nada."),
    "doctor.binary_unused": Text(
        "engines.llama_cpp.binary names {binary}, which does not run; the built-in one is used.",
        "engines.llama_cpp.binary indica {binary}, que no funciona; se usa el incluido.",
    ),
    "doctor.binary_unused.hint": Text(
        "See why: `{binary} --version`; or take the setting away: `jarvis config unset engines.llama_cpp.binary`.",
        "Vea por qué: `{binary} --version`; o quite el ajuste: `jarvis config unset engines.llama_cpp.binary`.",
    ),
    "doctor.gpu_engine": Text("{engine} can use {gpus}", "{engine} puede usar {gpus}"),
    "doctor.only_cpu_engine": Text(
        "{gpus} is there, but every engine is made for the processor.",
        "Hay {gpus}, pero todos los motores son para el procesador.",
    ),
    "doctor.only_cpu_engine.hint": Text("`{command}`", "`{command}`"),
    "doctor.no_card_to_try": Text("There is no card to try an engine on", "No hay tarjeta en la que probar un motor"),
    "doctor.card_computes": Text("{gpu} computes with {engine}", "{gpu} calcula con {engine}"),
    "doctor.card_answers": Text("{gpu} answers with {engine} ({model})", "{gpu} contesta con {engine} ({model})"),
    "doctor.card_fails": Text(
        "{gpu} does not work with {engine}: {reason}", "{gpu} no funciona con {engine}: {reason}"
    ),
    "doctor.card_fails.hint": Text(
        "`jarvis doctor` names driver and builds; `jarvis install` lists the engines that serve the card.",
        "`jarvis doctor` indica controlador y versiones; `jarvis install` lista los motores que sirven a la tarjeta.",
    ),
    "doctor.model_untouched": Text(
        "{model}: {size}, whole; its bytes were not read now (`--deep` does), nothing touched them since they were"
        " checked on {date}",
        "{model}: {size}, completo; sus bytes no se han leído ahora (`--deep` lo hace), nada los ha tocado desde que se"
        " comprobaron el {date}",
    ),
    "doctor.model_own": Text(
        "{model}: {size}, your own file {path}; no sum is known to check it by",
        "{model}: {size}, fichero suyo {path}; no se conoce una suma con que comprobarlo",
    ),
    "doctor.own_damaged": Text(
        "{model}, your own file, cannot be used: {reason}", "{model}, un fichero suyo, no se puede usar: {reason}"
    ),
    "doctor.own_damaged.hint": Text(
        "Put the right file there, or let Jarvis fetch its own: `jarvis config unset model.{model}.path; jarvis pull"
        " {model}`.",
        "Ponga ahí el fichero correcto, o deje que Jarvis traiga el suyo: `jarvis config unset model.{model}.path;"
        " jarvis pull {model}`.",
    ),
    "doctor.model_verified": Text("{model}: {size}, every sum is right", "{model}: {size}, todas las sumas coinciden"),
    "doctor.no_model": Text("No model to talk with is here yet.", "Todavía no hay ningún modelo con el que hablar."),
    "doctor.no_model.hint": Text(
        "The first question fetches a small one; or now: `jarvis pull {model}`.",
        "La primera pregunta trae uno pequeño; o ahora: `jarvis pull {model}`.",
    ),
    "doctor.model_half": Text(
        "{model} is half-downloaded: {have} of {total}.", "{model} está a medio descargar: {have} de {total}."
    ),
    "doctor.model_half.hint": Text(
        "Go on with it: `jarvis pull {model}`.", "Continúe la descarga: `jarvis pull {model}`."
    ),
    "doctor.model_other": Text(
        "{model} is here in another version than its card asks for.",
        "{model} está aquí en otra versión que la que pide su ficha.",
    ),
    "doctor.model_other.hint": Text(
        "Bring it up to date: `jarvis pull {model}`.", "Actualícelo: `jarvis pull {model}`."
    ),
    "doctor.model_unreadable": Text(
        "{model}: {path} cannot be read: {reason}.", "{model}: no se puede leer {path}: {reason}."
    ),
    "doctor.model_unreadable.hint": Text("`chmod u+rw {path}`", "`chmod u+rw {path}`"),
    "doctor.model_damaged": Text(
        "{model} is damaged: {path} has the SHA-256 {found}, not {wanted}.",
        "{model} está dañado: {path} tiene el SHA-256 {found}, no {wanted}.",
    ),
    "doctor.model_damaged.hint": Text(
        "Fetch what is wrong again: `jarvis models verify {model}; jarvis pull {model}`.",
        "Descargue otra vez lo dañado: `jarvis models verify {model}; jarvis pull {model}`.",
    ),
    "doctor.model_path": Text(
        "{model}: there is nothing at {path}, where the configuration says it is.",
        "{model}: no hay nada en {path}, donde dice la configuración.",
    ),
    "doctor.model_path.hint": Text(
        "Correct it (`jarvis config set model.{model}.path FILE`) or take it away: `jarvis config unset model.{model}.path`.",
        "Corríjalo (`jarvis config set model.{model}.path FICHERO`) o quítelo: `jarvis config unset model.{model}.path`.",
    ),
    "doctor.setting_names_a_folder": Text(
        "{key} should name a file, and {path} is a folder.", "{key} debería nombrar un fichero y {path} es una carpeta."
    ),
    "doctor.setting_names_a_folder.hint": Text("Take it away: `{command}`.", "Quite eso: `{command}`."),
    "doctor.setting_names_nothing": Text(
        "{key} names {path}, and there is nothing there.", "{key} nombra {path}, y ahí no hay nada."
    ),
    "doctor.setting_names_nothing.hint": Text("Take it away: `{command}`.", "Quite eso: `{command}`."),
    "doctor.permissions": Text(
        "{count} private files and folders are open to you alone",
        "{count} ficheros y carpetas privados, cerrados para los demás",
    ),
    "doctor.open_to_others": Text(
        "Other users can get at {path} (mode {mode}, not {wanted}).",
        "Otros usuarios pueden acceder a {path} (modo {mode}, no {wanted}).",
    ),
    "doctor.open_to_others.hint": Text("`{command}`", "`{command}`"),
    "doctor.closed_to_owner": Text(
        "You yourself cannot read and write {path} (mode {mode}).",
        "Usted mismo no puede leer y escribir {path} (modo {mode}).",
    ),
    "doctor.closed_to_owner.hint": Text("`{command}`", "`{command}`"),
    "doctor.foreign": Text("{path} belongs to another user.", "{path} es de otro usuario."),
    "doctor.foreign.hint": Text("`{command}`", "`{command}`"),
    "doctor.token": Text("The access token is in {path}", "El código de acceso está en {path}"),
    "doctor.no_token": Text(
        "There is no access token yet ({path}); it is made when it is needed",
        "Todavía no hay código de acceso ({path}); se crea cuando hace falta",
    ),
    "doctor.database": Text(
        "The database {path} is in order ({size})", "La base de datos {path} está en orden ({size})"
    ),
    "doctor.no_database": Text(
        "There is no database yet ({path}); it is made when it is needed",
        "Todavía no hay base de datos ({path}); se crea cuando hace falta",
    ),
    "doctor.database_damaged": Text(
        "The database {path} is damaged: {reason}.", "La base de datos {path} está dañada: {reason}."
    ),
    "doctor.database_damaged.hint": Text(
        "Move it away: `mv {quoted} {quoted}.damaged`; then `jarvis restore` puts the last backup back, or Jarvis starts anew. Most of it can be recovered with `sqlite3 {quoted}.damaged .recover`.",
        "Apártela: `mv {quoted} {quoted}.damaged`; después `jarvis restore` devuelve la última copia, o Jarvis empieza de nuevo. Casi todo se recupera con `sqlite3 {quoted}.damaged .recover`.",
    ),
    "doctor.database_failed": Text(
        "The database {path} cannot be read: {reason}.", "No se puede leer la base de datos {path}: {reason}."
    ),
    "doctor.database_failed.hint": Text(
        "See who owns it and who has it open: `ls -l {quoted}; fuser -v {quoted}`.",
        "Vea de quién es y quién la tiene abierta: `ls -l {quoted}; fuser -v {quoted}`.",
    ),
    "doctor.daemon": Text(
        "Jarvis runs in the background (process {pid}, {url})",
        "Jarvis funciona en segundo plano (proceso {pid}, {url})",
    ),
    "doctor.no_daemon": Text(
        "Jarvis is not running in the background; the first question starts it",
        "Jarvis no está en segundo plano; la primera pregunta lo arranca",
    ),
    "doctor.daemon_silent": Text(
        "The Jarvis in the background (process {pid}) does not answer at {url}: {reason}.",
        "El Jarvis de segundo plano (proceso {pid}) no contesta en {url}: {reason}.",
    ),
    "doctor.daemon_silent.hint": Text(
        "Restart it: `jarvis stop || kill {pid}`.", "Reinícielo: `jarvis stop || kill {pid}`."
    ),
    "doctor.daemon_other_version": Text(
        "The Jarvis in the background is version {running}, this one is {mine}.",
        "El Jarvis de segundo plano es la versión {running}, y este la {mine}.",
    ),
    "doctor.daemon_other_version.hint": Text(
        "Restart it: `jarvis stop`; the next question starts the new one.",
        "Reinícielo: `jarvis stop`; la siguiente pregunta arranca el nuevo.",
    ),
    "doctor.second_daemon": Text(
        "A second Jarvis runs with the same folders (process {pid}) and does not hold their lock.",
        "Un segundo Jarvis funciona con las mismas carpetas (proceso {pid}) sin tener su bloqueo.",
    ),
    "doctor.second_daemon.hint": Text("End it: `kill {pid}`.", "Ciérrelo: `kill {pid}`."),
    "doctor.port_any": Text("Any free port is used", "Se usa cualquier puerto libre"),
    "doctor.port_free": Text("Port {port} on {host} is free", "El puerto {port} de {host} está libre"),
    "doctor.port_ours": Text(
        "Port {port} on {host} is held by our own Jarvis (process {pid})",
        "El puerto {port} de {host} lo tiene nuestro propio Jarvis (proceso {pid})",
    ),
    "doctor.port_taken": Text(
        "Port {port} on {host} is held by another program ({who}).",
        "El puerto {port} de {host} lo tiene otro programa ({who}).",
    ),
    "doctor.port_taken.hint": Text(
        "Take another: `jarvis config set server.port {other}`.", "Use otro: `jarvis config set server.port {other}`."
    ),
    "doctor.port_other_jarvis": Text(
        "Port {port} on {host} is held by a Jarvis with other folders ({who}).",
        "El puerto {port} de {host} lo tiene un Jarvis con otras carpetas ({who}).",
    ),
    "doctor.port_other_jarvis.hint": Text(
        "Give this one a port of its own: `jarvis config set server.port {other}`.",
        "Dé a este un puerto propio: `jarvis config set server.port {other}`.",
    ),
    "doctor.port_forbidden": Text(
        "This user may not listen on port {port}.", "Este usuario no puede escuchar en el puerto {port}."
    ),
    "doctor.port_forbidden.hint": Text(
        "Take one above 1023: `jarvis config set server.port {other}`.",
        "Use uno mayor que 1023: `jarvis config set server.port {other}`.",
    ),
    "doctor.host_unknown": Text(
        "{host} is not an address of this machine: {reason}.", "{host} no es una dirección de esta máquina: {reason}."
    ),
    "doctor.host_unknown.hint": Text(
        "Listen on this machine only: `jarvis config set server.host 127.0.0.1`; its addresses: `ip address`.",
        "Escuche solo en esta máquina: `jarvis config set server.host 127.0.0.1`; sus direcciones: `ip address`.",
    ),
    "doctor.no_proxy": Text("No proxy is set", "No hay proxy configurado"),
    "doctor.proxy": Text(
        "A proxy is set ({names}), this machine itself excepted",
        "Hay un proxy ({names}), salvo para esta misma máquina",
    ),
    "doctor.proxy_local": Text(
        "{names} is set and would also catch what is meant for this machine.",
        "{names} está puesto y desviaría también lo que es para esta misma máquina.",
    ),
    "doctor.proxy_local.hint": Text("`export NO_PROXY={value}`", "`export NO_PROXY={value}`"),
    "doctor.hub": Text("The model hub {endpoint} answers", "El almacén de modelos {endpoint} contesta"),
    "doctor.hub_unreachable": Text(
        "The model hub {endpoint} cannot be reached: {reason}.",
        "No se llega al almacén de modelos {endpoint}: {reason}.",
    ),
    "doctor.hub_unreachable.hint": Text(
        "Name a mirror: `export HF_ENDPOINT=https://…`; models that come as packages do not need it.",
        "Indique una réplica: `export HF_ENDPOINT=https://…`; los modelos que vienen en paquetes no lo necesitan.",
    ),
    "doctor.index": Text(
        "The package index has the starter model ({package})",
        "El índice de paquetes tiene el modelo inicial ({package})",
    ),
    "doctor.index_unreachable": Text(
        "The package index does not answer: {reason}.", "El índice de paquetes no contesta: {reason}."
    ),
    "doctor.index_unreachable.hint": Text(
        "See how pip is set up: `pip config list`.", "Vea cómo está configurado pip: `pip config list`."
    ),
    "doctor.cmd.deep": Text(
        "Also hash every model file and try every card.",
        "Comprueba además la suma de cada fichero de modelo y prueba cada tarjeta.",
    ),
    "doctor.cmd.online": Text(
        "Also try the model hub and the package index.", "Prueba además el almacén de modelos y el índice de paquetes."
    ),
    "doctor.summary": Text(
        "{ok} in order, {warn} to be seen to, {fail} wrong.", "{ok} en orden, {warn} por revisar, {fail} con error."
    ),
}
