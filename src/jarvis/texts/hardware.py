from jarvis.texts import Text

TEXTS = {
    "hardware.no_driver": Text("There is no NVIDIA driver.", "No hay controlador de NVIDIA."),
    "hardware.driver_not_loaded": Text(
        "The NVIDIA driver is installed but not loaded.", "El controlador de NVIDIA está instalado, pero no cargado."
    ),
    "hardware.driver_not_loaded.hint": Text(
        "Load it: `sudo modprobe nvidia`; when that fails, restart the machine.",
        "Cárguelo: `sudo modprobe nvidia`; si falla, reinicie la máquina.",
    ),
    "hardware.driver_mismatch": Text(
        "The NVIDIA driver was updated, but the old one is still running.",
        "El controlador de NVIDIA se actualizó, pero sigue en marcha el antiguo.",
    ),
    "hardware.driver_mismatch.hint": Text("Restart the machine: `sudo reboot`.", "Reinicie la máquina: `sudo reboot`."),
    "hardware.no_permission": Text(
        "This user may not use the NVIDIA driver.", "Este usuario no puede usar el controlador de NVIDIA."
    ),
    "hardware.no_permission.hint": Text(
        "See who may: `ls -l /dev/nvidia*`; to join that group: `sudo usermod -aG video,render $USER`, then log in again.",
        "Vea quién puede: `ls -l /dev/nvidia*`; para entrar en ese grupo: `sudo usermod -aG video,render $USER` y vuelva"
        " a iniciar sesión.",
    ),
    "hardware.nvml_failed": Text(
        "The NVIDIA driver does not answer: {reason}.", "El controlador de NVIDIA no contesta: {reason}."
    ),
    "hardware.nvml_failed.hint": Text(
        "See what it says: `nvidia-smi`, `sudo dmesg | grep -i nvrm`.",
        "Vea qué dice: `nvidia-smi`, `sudo dmesg | grep -i nvrm`.",
    ),
    "hardware.driver_without_gpu": Text(
        "The NVIDIA driver {driver} runs, but finds no GPU.",
        "El controlador de NVIDIA {driver} está en marcha, pero no encuentra ninguna GPU.",
    ),
    "hardware.gpu_lost": Text("{gpu} has fallen off the bus: {reason}.", "{gpu} se ha desconectado del bus: {reason}."),
    "hardware.gpu_lost.hint": Text(
        "Restart the machine (`sudo reboot`); if it comes back, check its power cables and its slot.",
        "Reinicie la máquina (`sudo reboot`); si se repite, revise sus cables de alimentación y su ranura.",
    ),
    "hardware.gpu_gone": Text("{gpu} is no longer there.", "{gpu} ya no está."),
    "hardware.gpu_gone.hint": Text(
        "If it was not taken out, see what its driver says (`nvidia-smi`, `sudo dmesg | grep -i nvrm`); if it was, nothing needs mending.",
        "Si no la ha retirado, vea qué dice su controlador (`nvidia-smi`, `sudo dmesg | grep -i nvrm`); si la ha retirado, no hay nada que arreglar.",
    ),
    "hardware.gpu_memory_errors": Text(
        "{gpu}: {count} uncorrectable memory errors (ECC), so nothing is placed on it.",
        "{gpu}: {count} errores de memoria incorregibles (ECC), así que no se usa.",
    ),
    "hardware.gpu_memory_errors.hint": Text(
        "Restart the machine (`sudo reboot`); if they come back, have the card replaced: `nvidia-smi -q -d ECC,ROW_REMAPPER`.",
        "Reinicie la máquina (`sudo reboot`); si vuelven, haga que le cambien la tarjeta: `nvidia-smi -q -d ECC,ROW_REMAPPER`.",
    ),
    "hardware.driver_hangs": Text(
        "The NVIDIA driver has not answered for {seconds} s; what it said before is shown.",
        "El controlador de NVIDIA no contesta desde hace {seconds} s; se muestra lo último que dijo.",
    ),
    "hardware.driver_hangs.hint": Text(
        "See what it says (`sudo dmesg | grep -i -e nvrm -e xid`); when it stays so, restart the machine: `sudo reboot`.",
        "Vea qué dice (`sudo dmesg | grep -i -e nvrm -e xid`); si sigue así, reinicie la máquina: `sudo reboot`.",
    ),
    "hardware.mig_empty": Text(
        "{gpu} is in MIG mode and has no instances, so no model can use it.",
        "{gpu} está en modo MIG y no tiene instancias, así que ningún modelo puede usarla.",
    ),
    "hardware.mig_empty.hint": Text(
        "Use it whole: `sudo nvidia-smi -i {uuid} -mig 0`; or see which instances it can have: `nvidia-smi mig -lgip`.",
        "Úsela entera: `sudo nvidia-smi -i {uuid} -mig 0`; o vea qué instancias puede tener: `nvidia-smi mig -lgip`.",
    ),
    "hardware.memory_unknown": Text(
        "{gpu} does not tell how much memory it has, so nothing is placed on it.",
        "{gpu} no informa de cuánta memoria tiene, así que no se usa.",
    ),
    "hardware.memory_unknown.hint": Text(
        "Update its driver, then look again: `nvidia-smi --query-gpu=memory.total,memory.free --format=csv`.",
        "Actualice su controlador y mire otra vez: `nvidia-smi --query-gpu=memory.total,memory.free --format=csv`.",
    ),
    "hardware.declared_syntax": Text(
        "The declared machine {file} is not valid TOML: {reason}.",
        "La máquina declarada {file} no es TOML válido: {reason}.",
    ),
    "hardware.declared_syntax.hint": Text(
        "Correct that line: `$EDITOR {file}`.", "Corrija esa línea: `$EDITOR {file}`."
    ),
    "hardware.declared_unreadable": Text(
        "The declared machine {file} cannot be read: {reason}.",
        "No se puede leer la máquina declarada {file}: {reason}.",
    ),
    "hardware.declared_unreadable.hint": Text(
        "Set `hardware.file` to a file that can be read, or use this machine: `jarvis config unset hardware.file`.",
        "Ponga en `hardware.file` un fichero que se pueda leer, o use esta máquina: `jarvis config unset hardware.file`.",
    ),
    "hardware.no_machine": Text(
        "There is no declared machine in {file}: {reason}.", "No hay ninguna máquina declarada en {file}: {reason}."
    ),
    "hardware.no_machine.hint": Text("Check its name: `ls -ld {file}*`.", "Revise su nombre: `ls -ld {file}*`."),
    "hardware.declared_unknown_key": Text(
        "The declared machine {file} has an unknown key {key}.{meant}",
        "La máquina declarada {file} tiene una clave desconocida {key}.{meant}",
    ),
    "hardware.declared_unknown_key.hint": Text(
        "Rename or remove it: `$EDITOR {file}`.", "Cámbiele el nombre o quítela: `$EDITOR {file}`."
    ),
    "hardware.declared_missing": Text(
        "The declared machine {file} lacks {key}.", "A la máquina declarada {file} le falta {key}."
    ),
    "hardware.declared_missing.hint": Text("Add {key}: `$EDITOR {file}`.", "Añada {key}: `$EDITOR {file}`."),
    "hardware.declared_bad_value": Text(
        "The declared machine {file}: {key} is {value}; expected {expected}.",
        "La máquina declarada {file}: {key} es {value}; se esperaba {expected}.",
    ),
    "hardware.declared_bad_value.hint": Text("Correct {key}: `$EDITOR {file}`.", "Corrija {key}: `$EDITOR {file}`."),
    "hardware.expected.text": Text("a text", "un texto"),
    "hardware.expected.table": Text("a table", "una tabla"),
    "hardware.expected.gpus": Text("one [[gpu]] table for each card", "una tabla [[gpu]] por tarjeta"),
    "hardware.expected.uuid": Text("letters, digits and . _ - (and not cpu)", "letras, cifras y . _ - (y no cpu)"),
    "hardware.expected.own_uuid": Text("a UUID that no other card has", "un UUID que no tenga otra tarjeta"),
    "hardware.expected.capability": Text('a text such as "12.0", in quotes', 'un texto como "12.0", entre comillas'),
    "hardware.expected.between": Text("a whole number from {low} to {high}", "un número entero de {low} a {high}"),
    "hardware.expected.mib": Text(
        "whole MiB from {low} to {high} (16 GiB are 16384)", "MiB enteros de {low} a {high} (16 GiB son 16384)"
    ),
    "hardware.expected.at_most": Text("at most {key}, {high}", "como mucho {key}, {high}"),
    "hardware.expected.gbs": Text(
        "GB per second from {low} to {high} (an RTX 4060 has 272)",
        "GB por segundo de {low} a {high} (una RTX 4060 tiene 272)",
    ),
    "hardware.gpu_failed": Text("{gpu} does not answer: {reason}.", "{gpu} no contesta: {reason}."),
    "hardware.gpu_failed.hint": Text(
        "See what its driver says: `nvidia-smi`, `sudo dmesg | grep -i nvrm`.",
        "Vea qué dice su controlador: `nvidia-smi`, `sudo dmesg | grep -i nvrm`.",
    ),
    "hardware.capability_unknown": Text(
        "{gpu} does not tell its compute capability, so no build can be chosen for it.",
        "{gpu} no informa de su capacidad de cómputo, así que no se puede elegir una versión para ella.",
    ),
    "hardware.capability_unknown.hint": Text(
        "Update its driver, then look again: `nvidia-smi --query-gpu=compute_cap --format=csv`.",
        "Actualice su controlador y mire otra vez: `nvidia-smi --query-gpu=compute_cap --format=csv`.",
    ),
    "hardware.cuda_unknown": Text(
        "{gpu} (capability {capability}): its driver {driver} does not tell which CUDA it serves.",
        "{gpu} (capacidad {capability}): su controlador {driver} no dice qué CUDA admite.",
    ),
    "hardware.cuda_unknown.hint": Text(
        "Update its driver, then look again: `nvidia-smi`.", "Actualice su controlador y mire otra vez: `nvidia-smi`."
    ),
    "hardware.gpu_unserved": Text(
        "{gpu} (capability {capability}): no current CUDA build has code for it, models run on the processor.",
        "{gpu} (capacidad {capability}): ninguna versión actual de CUDA tiene código para ella; los modelos usan el"
        " procesador.",
    ),
    "hardware.gpu_unserved.hint": Text(
        "A Vulkan build of llama.cpp may use it: `jarvis config set engines.llama_cpp.binary /path/to/llama-server`.",
        "Una versión Vulkan de llama.cpp quizá pueda usarla:"
        " `jarvis config set engines.llama_cpp.binary /ruta/a/llama-server`.",
    ),
    "hardware.driver_too_old": Text(
        "{gpu} (capability {capability}): driver {driver} serves CUDA {cuda}; it needs driver {needed} or newer.",
        "{gpu} (capacidad {capability}): el controlador {driver} admite CUDA {cuda}; necesita el {needed} o posterior.",
    ),
    "hardware.driver_too_old.hint": Text(
        "Install a newer driver and restart: `{command}`.", "Instale un controlador más nuevo y reinicie: `{command}`."
    ),
    "hardware.driver_without_gpu.hint": Text(
        "See whether the driver knows the card, and what it says: `lspci -k | grep -A3 -i nvidia; sudo dmesg | grep -i nvrm`.",
        "Vea si el controlador conoce la tarjeta y qué dice: `lspci -k | grep -A3 -i nvidia; sudo dmesg | grep -i nvrm`.",
    ),
}
