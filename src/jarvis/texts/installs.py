from jarvis.texts import Text

TEXTS = {
    "installs.vllm": Text(
        "vLLM: many answers at once; safetensors in AWQ, GPTQ, FP8",
        "vLLM: muchas respuestas a la vez; safetensors en AWQ, GPTQ, FP8",
    ),
    "installs.transformers": Text(
        "Transformers: every architecture, as it is published",
        "Transformers: cualquier arquitectura, tal como se publica",
    ),
    "installs.llama-vulkan": Text(
        "llama.cpp for NVIDIA, AMD and Intel cards (Vulkan)", "llama.cpp para tarjetas NVIDIA, AMD e Intel (Vulkan)"
    ),
    "installs.llama-cuda": Text("llama.cpp for NVIDIA cards (CUDA)", "llama.cpp para tarjetas NVIDIA (CUDA)"),
    "installs.help": Text(
        "Install an engine in an environment of its own; without a name, list them.",
        "Instala un motor en un entorno propio; sin nombre, los lista.",
    ),
    "installs.option.remove": Text("Take it away again.", "Lo quita."),
    "installs.state.here": Text("installed: {version}, {build}, {size}", "instalado: {version}, {build}, {size}"),
    "installs.state.can": Text("can be installed: {build}, about {size}", "se puede instalar: {build}, unos {size}"),
    "installs.state.no": Text("not for this machine: {reason}", "no para esta máquina: {reason}"),
    "installs.room": Text("{name}: about {size} in {folder}", "{name}: unos {size} en {folder}"),
    "installs.packages": Text(
        "{name}: package {done} of {total} ({what})", "{name}: paquete {done} de {total} ({what})"
    ),
    "installs.try": Text("{name}: trying it out", "{name}: probándolo"),
    "installs.done": Text(
        "{name} {version} ({build}) is installed: {size} in {folder}",
        "{name} {version} ({build}) está instalado: {size} en {folder}",
    ),
    "installs.already": Text("{name} {version} is already installed.", "{name} {version} ya está instalado."),
    "installs.removed": Text("{name} is gone.", "{name} se ha quitado."),
    "installs.nothing": Text("{name} was not installed.", "{name} no estaba instalado."),
    "installs.unknown": Text(
        "There is nothing named {name!r} to install. Known: {known}. {meant}",
        "No hay nada llamado {name!r} que instalar. Conocidos: {known}. {meant}",
    ),
    "installs.unknown.hint": Text("`jarvis install` lists what there is.", "`jarvis install` lista lo que hay."),
    "installs.busy": Text(
        "{name} is being installed or removed by another command.",
        "Otra orden está instalando o quitando {name}.",
    ),
    "installs.busy.hint": Text("Wait for it, then run this again.", "Espere a que acabe y repita esta orden."),
    "installs.disk_full": Text(
        "{name} needs about {need} and {folder} has {free}.", "{name} necesita unos {need} y {folder} tiene {free}."
    ),
    "installs.disk_full.hint": Text("Make room there, then run it again.", "Haga sitio ahí y repita la orden."),
    "installs.disk_filled": Text(
        "The disk is full: {name} could not be installed ({reason}).",
        "El disco está lleno: no se pudo instalar {name} ({reason}).",
    ),
    "installs.disk_filled.hint": Text("Make room, then run it again.", "Haga sitio y repita la orden."),
    "installs.pip_failed": Text(
        "The packages of {name} could not be installed: {reason}",
        "No se pudieron instalar los paquetes de {name}: {reason}",
    ),
    "installs.pip_failed.hint": Text(
        "All that pip said is in {log}; how it is set up, `pip config list` says. Then run it again.",
        "Todo lo que dijo pip está en {log}; su configuración, en `pip config list`. Después repita la orden.",
    ),
    "installs.no_cpu_torch": Text(
        "{name} needs PyTorch's build for the processor, which this package index does not have: {reason}",
        "{name} necesita la versión de PyTorch para el procesador, que este índice de paquetes no tiene: {reason}",
    ),
    "installs.no_cpu_torch.hint": Text(
        "Get the wheel torch 2.13.0+cpu for your Python (pytorch.org, “Get Started”: Linux, Pip, CPU), tell pip of its folder, and run it again: `pip config set global.find-links /the/folder; jarvis install {name}`.",
        "Descargue el paquete torch 2.13.0+cpu para su Python (pytorch.org, «Get Started»: Linux, Pip, CPU), indique a pip su carpeta y repita: `pip config set global.find-links /la/carpeta; jarvis install {name}`.",
    ),
    "installs.does_not_run": Text(
        "{name} was installed and does not run here: {reason}", "{name} se instaló y no funciona aquí: {reason}"
    ),
    "installs.does_not_run.hint": Text(
        "It was taken away again. `jarvis doctor` says what this machine lacks.",
        "Se ha vuelto a quitar. `jarvis doctor` dice qué le falta a esta máquina.",
    ),
    "installs.sees_no_card": Text(
        "{name} was installed for the card and does not find it.",
        "{name} se instaló para la tarjeta y no la encuentra.",
    ),
    "installs.sees_no_card.hint": Text(
        "It was taken away again. See `jarvis doctor` for the driver.",
        "Se ha vuelto a quitar. Vea el controlador con `jarvis doctor`.",
    ),
    "installs.old_driver": Text(
        "The package of {name} is made with CUDA 13.0, and the driver {driver} of {gpu} serves up to CUDA {cuda}.",
        "El paquete de {name} está hecho con CUDA 13.0, y el controlador {driver} de {gpu} llega hasta CUDA {cuda}.",
    ),
    "installs.old_driver.hint": Text(
        "Update the driver to 580 or later (`jarvis doctor` gives the command), or use llama.cpp: `jarvis install llama-vulkan`.",
        "Actualice el controlador a 580 o posterior (`jarvis doctor` da la orden), o use llama.cpp: `jarvis install llama-vulkan`.",
    ),
    "installs.unknown_card": Text(
        "Which build of {name} serves the card cannot be told: {reason}",
        "No se puede saber qué versión de {name} sirve a la tarjeta: {reason}",
    ),
    "installs.unknown_card.hint": Text(
        "`jarvis doctor` says what mends the card; then run `jarvis install {name}` again.",
        "`jarvis doctor` dice cómo arreglar la tarjeta; después repita `jarvis install {name}`.",
    ),
    "installs.old_card": Text(
        "{gpu} is too old for {name}, which is for the processor here; llama.cpp may use it: `jarvis install llama-vulkan`.",
        "{gpu} es demasiado antigua para {name}, que aquí es para el procesador; llama.cpp quizá pueda usarla: `jarvis install llama-vulkan`.",
    ),
    "installs.other_processor": Text(
        "The package of {name} is made for x86_64, and this machine is {architecture}.",
        "El paquete de {name} es para x86_64, y esta máquina es {architecture}.",
    ),
    "installs.other_processor.hint": Text(
        "Build llama.cpp with -DGGML_VULKAN=ON and name it: `jarvis config set engines.llama_cpp.binary /path/to/llama-server`.",
        "Compile llama.cpp con -DGGML_VULKAN=ON e indíquelo: `jarvis config set engines.llama_cpp.binary /ruta/a/llama-server`.",
    ),
    "installs.no_card": Text(
        "There is no NVIDIA card here that CUDA could use.", "Aquí no hay ninguna tarjeta NVIDIA que CUDA pueda usar."
    ),
    "installs.no_card.hint": Text(
        "For an AMD or Intel card: `jarvis install llama-vulkan`. If there is an NVIDIA one: `jarvis doctor`.",
        "Para una tarjeta AMD o Intel: `jarvis install llama-vulkan`. Si hay una NVIDIA: `jarvis doctor`.",
    ),
    "installs.build_it": Text(
        "No package index has a llama-server for CUDA.", "Ningún índice de paquetes tiene un llama-server para CUDA."
    ),
    "installs.build_it.hint": Text(
        'Now: `jarvis install llama-vulkan` uses the same cards. Faster: build it, with the CUDA toolkit {toolkit} or later: `git clone https://github.com/ggml-org/llama.cpp && cmake -S llama.cpp -B llama.cpp/build -DGGML_CUDA=ON -DCMAKE_CUDA_ARCHITECTURES="{architectures}" && cmake --build llama.cpp/build --config Release -j --target llama-server && jarvis config set engines.llama_cpp.binary $PWD/llama.cpp/build/bin/llama-server`.',
        'Ya mismo: `jarvis install llama-vulkan` usa las mismas tarjetas. Más rápido: compílelo, con el CUDA toolkit {toolkit} o posterior: `git clone https://github.com/ggml-org/llama.cpp && cmake -S llama.cpp -B llama.cpp/build -DGGML_CUDA=ON -DCMAKE_CUDA_ARCHITECTURES="{architectures}" && cmake --build llama.cpp/build --config Release -j --target llama-server && jarvis config set engines.llama_cpp.binary $PWD/llama.cpp/build/bin/llama-server`.',
    ),
}
