from jarvis.texts import Text

TEXTS = {
    "service.cli.install": Text(
        "Install it, start it now and with the machine.", "Lo instala, lo arranca ahora y con el equipo."
    ),
    "service.cli.remove": Text(
        "Stop it and take it away; what is stored stays.", "Lo detiene y lo quita; lo guardado se queda."
    ),
    "service.cli.status": Text("Whether it runs, and where.", "Si está en marcha, y dónde."),
    "service.option.write": Text(
        "A folder in which its MCP servers may write (several times).",
        "Una carpeta en la que pueden escribir sus servidores MCP (se repite).",
    ),
    "service.option.linger": Text(
        "Let it run while you are logged out too.", "Que funcione también sin la sesión abierta."
    ),
    "service.option.no_sandbox": Text(
        "Without read-only folders: for a system that refuses them.",
        "Sin carpetas de solo lectura: para un sistema que no las admite.",
    ),
    "service.option.print": Text("Print the unit, do nothing.", "Muestra la unidad y no hace nada."),
    "service.installed": Text(
        "Jarvis is a service now: {url}, and after every start of the machine. ({unit})",
        "Jarvis es ahora un servicio: {url}, y tras cada arranque del equipo. ({unit})",
    ),
    "service.logged_out": Text(
        "It runs while you are logged in. Always: `jarvis service install --linger`.",
        "Funciona con su sesión abierta. Siempre: `jarvis service install --linger`.",
    ),
    "service.no_uvm": Text(
        "/dev/nvidia-uvm is missing, and a service cannot make it: without it CUDA finds no card. Have"
        " `nvidia-modprobe -u -c 0` run when the machine starts (as root), for instance by nvidia-persistenced.",
        "Falta /dev/nvidia-uvm, y un servicio no puede crearlo: sin él CUDA no encuentra ninguna tarjeta. Haga que"
        " `nvidia-modprobe -u -c 0` se ejecute al arrancar el equipo (como root), por ejemplo con nvidia-persistenced.",
    ),
    "service.no_sandbox": Text(
        "This system gives no namespaces to services of users: the folders of Jarvis are not the only ones it can write to."
        " The rest of the protection is there.",
        "Este sistema no da espacios de nombres a los servicios de usuario: Jarvis podría escribir fuera de sus carpetas."
        " El resto de la protección está.",
    ),
    "service.removed": Text(
        "Jarvis is no service any more ({unit} is gone); what is stored stays.",
        "Jarvis ya no es un servicio ({unit} se ha borrado); lo guardado se queda.",
    ),
    "service.none": Text(
        "Jarvis is not installed as a service ({unit} is not there).",
        "Jarvis no está instalado como servicio (no existe {unit}).",
    ),
    "service.status": Text(
        "{active} ({sub}), {url}, started anew {restarts} times",
        "{active} ({sub}), {url}, rearrancado {restarts} veces",
    ),
    "service.no_folder": Text("{path} is no folder.", "{path} no es una carpeta."),
    "service.no_folder.hint": Text(
        "Name one that exists: `jarvis service install --write FOLDER`.",
        "Indique una que exista: `jarvis service install --write CARPETA`.",
    ),
    "service.no_systemd": Text("This system was not started by systemd.", "Este sistema no lo ha arrancado systemd."),
    "service.no_systemd.hint": Text(
        "Have whatever starts programs here run `jarvis serve`; `jarvis ask` starts Jarvis by itself too.",
        "Que lo que arranque programas aquí ejecute `jarvis serve`; `jarvis ask` también arranca Jarvis por sí solo.",
    ),
    "service.wsl": Text("This WSL was not started with systemd.", "Este WSL no ha arrancado con systemd."),
    "service.wsl.hint": Text(
        "Write `[boot]` and under it `systemd=true` into /etc/wsl.conf, then run `wsl --shutdown` in Windows.",
        "Escriba `[boot]` y debajo `systemd=true` en /etc/wsl.conf, y ejecute `wsl --shutdown` en Windows.",
    ),
    "service.no_manager": Text(
        "systemd's manager of your services does not answer: {reason}.",
        "El gestor de systemd de sus servicios no responde: {reason}.",
    ),
    "service.no_manager.hint": Text(
        "Log in directly as this user (not with su or sudo), or run `sudo loginctl enable-linger $USER` and log in again.",
        "Inicie sesión directamente con este usuario (no con su ni sudo), o ejecute"
        " `sudo loginctl enable-linger $USER` y vuelva a entrar.",
    ),
    "service.refused": Text("systemd refused `{command}`: {reason}.", "systemd no admitió `{command}`: {reason}."),
    "service.refused.hint": Text(
        "See `systemctl --user status jarvis` and `journalctl --user -u jarvis`.",
        "Vea `systemctl --user status jarvis` y `journalctl --user -u jarvis`.",
    ),
    "service.no_linger": Text(
        "Services of yours may not run while you are logged out: {reason}.",
        "Sus servicios no pueden funcionar sin la sesión abierta: {reason}.",
    ),
    "service.no_linger.hint": Text(
        "An administrator allows it with `sudo loginctl enable-linger $USER`.",
        "Un administrador lo permite con `sudo loginctl enable-linger $USER`.",
    ),
    "service.failed": Text("The service does not start: {reason}", "El servicio no arranca: {reason}"),
    "service.failed.hint": Text(
        "See `tail -50 {log}` and `systemctl --user status jarvis`; `jarvis service remove` takes it away.",
        "Vea `tail -50 {log}` y `systemctl --user status jarvis`; `jarvis service remove` lo quita.",
    ),
}
