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
