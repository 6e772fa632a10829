from jarvis.texts import Text

TEXTS = {
    "connect.bad_address": Text(
        "{setting} is no address: it has to be http://HOST:PORT or https://HOST.",
        "{setting} no es una dirección: debe ser http://MAQUINA:PUERTO o https://MAQUINA.",
    ),
    "connect.bad_address.hint": Text(
        "`jarvis config set {setting} ADDRESS`", "`jarvis config set {setting} DIRECCIÓN`"
    ),
    "connect.slow": Text(
        "{name} did not answer within {seconds:.0f} s.", "{name} no ha respondido en {seconds:.0f} s."
    ),
    "connect.slow.hint": Text(
        "Look whether it is busy, or allow more with its timeout_seconds (`jarvis config`).",
        "Mire si está ocupado, o dele más tiempo con su timeout_seconds (`jarvis config`).",
    ),
    "connect.down": Text("{name} cannot be reached: {reason}.", "No se llega a {name}: {reason}."),
    "connect.down.hint": Text(
        "Look whether it runs and whether its address is right: `jarvis connect` shows it.",
        "Mire si funciona y si su dirección es correcta: `jarvis connect` la muestra.",
    ),
    "connect.busy": Text(
        "{name} cannot answer now (HTTP {status}).", "{name} no puede responder ahora (HTTP {status})."
    ),
    "connect.busy.hint": Text("Try again in a minute.", "Inténtelo de nuevo en un minuto."),
    "connect.elsewhere": Text(
        "{name} answers that it is elsewhere (HTTP {status}); Jarvis does not follow.",
        "{name} responde que está en otro sitio (HTTP {status}); Jarvis no va detrás.",
    ),
    "connect.elsewhere.hint": Text(
        "Set the address that it really has: `jarvis connect` shows the one that is set.",
        "Ponga la dirección que tiene de verdad: `jarvis connect` muestra la que hay puesta.",
    ),
    "connect.too_large": Text(
        "The answer of {name} is larger than {most} MiB.", "La respuesta de {name} pasa de {most} MiB."
    ),
    "connect.too_large.hint": Text("Ask for less at once.", "Pida menos de una vez."),
    "connect.not_it": Text(
        "What answers at that address is not {name}, or not as it is documented.",
        "Lo que responde en esa dirección no es {name}, o no como está documentado.",
    ),
    "connect.not_it.hint": Text(
        "Check the address: `jarvis connect` shows it.", "Revise la dirección: `jarvis connect` la muestra."
    ),
    "connect.home_no_token": Text("There is no token for Home Assistant.", "No hay token para Home Assistant."),
    "connect.home_no_token.hint": Text("`jarvis connect home-assistant`", "`jarvis connect home-assistant`"),
    "connect.home_token": Text("Home Assistant does not accept the token.", "Home Assistant no acepta el token."),
    "connect.home_token.hint": Text(
        "Make a new one (your profile > Security > Long-lived access tokens), then `jarvis connect home-assistant`.",
        "Haga uno nuevo (su perfil > Seguridad > Tokens de acceso de larga duración) y `jarvis connect home-assistant`.",
    ),
    "connect.home_unknown": Text(
        "The house has no device {device!r} that Jarvis may see.",
        "La casa no tiene ningún dispositivo {device!r} que Jarvis pueda ver.",
    ),
    "connect.home_unknown.hint": Text(
        "home_devices lists them; `home_assistant.domains` says which kinds are seen.",
        "home_devices los lista; `home_assistant.domains` dice qué tipos se ven.",
    ),
    "connect.home_which": Text(
        "{device!r} may be several devices: {known}.", "{device!r} puede ser varios dispositivos: {known}."
    ),
    "connect.home_which.hint": Text("Ask which one is meant, or use its id.", "Pregunte cuál es, o use su id."),
    "connect.home_secure": Text(
        "{device} is a lock, an alarm, a garage door or a gate.",
        "{device} es una cerradura, una alarma, una puerta de garaje o un portón.",
    ),
    "connect.home_secure.hint": Text("Use home_secure for it.", "Use home_secure para eso."),
    "connect.home_not_that": Text(
        "{device} cannot do {do}; it can do: {known}.", "{device} no sabe hacer {do}; sabe: {known}."
    ),
    "connect.home_not_that.hint": Text("Use one of those.", "Use uno de esos."),
    "connect.home_nothing": Text(
        "It was not said what {device} should do; it can do: {known}.",
        "No se dijo qué debe hacer {device}; sabe: {known}.",
    ),
    "connect.home_nothing.hint": Text("Give one of those.", "Indique uno de esos."),
    "connect.home_number": Text(
        "{name} has to be a number from {least:g} to {most:g}.", "{name} debe ser un número de {least:g} a {most:g}."
    ),
    "connect.home_number.hint": Text("Give such a number.", "Indique un número así."),
    "connect.home_cannot": Text(
        "Home Assistant could not do {service}: {reason}", "Home Assistant no pudo hacer {service}: {reason}"
    ),
    "connect.home_cannot.hint": Text(
        "home_state shows what the device is at.", "home_state muestra cómo está el dispositivo."
    ),
    "connect.home_show": Text("{device} → {what}", "{device} → {what}"),
    "connect.mcp_waiting": Text(
        "The MCP server {name} failed several times; it is tried again in {seconds:.0f} s.",
        "El servidor MCP {name} ha fallado varias veces; se intenta de nuevo en {seconds:.0f} s.",
    ),
    "connect.mcp_waiting.hint": Text(
        "`jarvis connect` shows how it is started and where its log is.",
        "`jarvis connect` muestra cómo se arranca y dónde está su registro.",
    ),
    "connect.mcp_hung": Text(
        "The MCP server {name} did not answer within {seconds:.0f} s.",
        "El servidor MCP {name} no ha respondido en {seconds:.0f} s.",
    ),
    "connect.mcp_hung.hint": Text(
        "Allow it more: `jarvis config set mcp.{name}.timeout_seconds SECONDS` (start_seconds for its start).",
        "Dele más: `jarvis config set mcp.{name}.timeout_seconds SEGUNDOS` (start_seconds para su arranque).",
    ),
    "connect.mcp_died": Text("The MCP server {name} ended: {reason}", "El servidor MCP {name} ha terminado: {reason}"),
    "connect.mcp_died.hint": Text(
        "Its log says more: {log}. Check its command: `jarvis config show`.",
        "Su registro dice más: {log}. Revise su orden: `jarvis config show`.",
    ),
    "connect.mcp_refused": Text(
        "The MCP server {name} answers against the protocol, or refuses: {reason}",
        "El servidor MCP {name} responde contra el protocolo, o se niega: {reason}",
    ),
    "connect.mcp_refused.hint": Text(
        "Check its address and its key (`jarvis connect {name}` keeps one), and its version.",
        "Revise su dirección y su clave (`jarvis connect {name}` guarda una), y su versión.",
    ),
    "connect.google_no_file": Text("{path} cannot be read: {reason}.", "No se puede leer {path}: {reason}."),
    "connect.google_no_file.hint": Text(
        "Give the JSON file that Google's console hands out for a Desktop client.",
        "Indique el fichero JSON que la consola de Google da para un cliente de escritorio.",
    ),
    "connect.google_client": Text(
        "{path} is no client of the kind Desktop app.", "{path} no es un cliente del tipo «aplicación de escritorio»."
    ),
    "connect.google_client.hint": Text(
        "In Google's console: Clients > Create client > Desktop app, then download its JSON (docs/tools.md).",
        "En la consola de Google: Clientes > Crear cliente > Aplicación de escritorio, y descargue su JSON (docs/tools.md).",
    ),
    "connect.google_grant_damaged": Text(
        "What is kept of the Google account cannot be read.",
        "No se puede leer lo que hay guardado de la cuenta de Google.",
    ),
    "connect.google_grant_damaged.hint": Text(
        "`jarvis connect google --remove`, then connect it again.",
        "`jarvis connect google --remove`, y vuelva a conectarla.",
    ),
    "connect.google_denied": Text("Google gave no permission: {reason}.", "Google no ha dado permiso: {reason}."),
    "connect.google_denied.hint": Text(
        "Run `jarvis connect google CLIENT.json` again and agree in the browser.",
        "Repita `jarvis connect google CLIENTE.json` y acepte en el navegador.",
    ),
    "connect.google_none": Text("No Google account is connected.", "No hay ninguna cuenta de Google conectada."),
    "connect.google_none.hint": Text("`jarvis connect google CLIENT.json`", "`jarvis connect google CLIENTE.json`"),
    "connect.google_expired": Text(
        "Google does not accept the permission any more.", "Google ya no acepta el permiso."
    ),
    "connect.google_expired.hint": Text(
        "`jarvis connect google CLIENT.json` again; a client that is still in testing ends every 7 days (docs/tools.md).",
        "Repita `jarvis connect google CLIENTE.json`; un cliente aún en pruebas caduca cada 7 días (docs/tools.md).",
    ),
    "connect.google_unknown": Text("Google has nothing by that id.", "Google no tiene nada con ese id."),
    "connect.google_unknown.hint": Text(
        "Search again and use an id that is listed.", "Busque de nuevo y use un id de la lista."
    ),
    "connect.google_off": Text(
        "This API is not enabled for your client: {reason}", "Esta API no está activada para su cliente: {reason}"
    ),
    "connect.google_off.hint": Text(
        "Enable Gmail API and Google Calendar API in Google's console (APIs & Services > Library).",
        "Active Gmail API y Google Calendar API en la consola de Google (API y servicios > Biblioteca).",
    ),
    "connect.google_refused": Text("Google refuses: {reason}", "Google se niega: {reason}"),
    "connect.google_refused.hint": Text(
        "If a permission is missing: `jarvis connect google CLIENT.json` again (--write to write).",
        "Si falta un permiso: repita `jarvis connect google CLIENTE.json` (--write para escribir).",
    ),
    "connect.google_page": Text(
        "Jarvis has the permission. You can close this page.", "Jarvis ya tiene el permiso. Puede cerrar esta página."
    ),
    "connect.google_page_no": Text(
        "Jarvis got no permission. You can close this page.",
        "Jarvis no ha recibido el permiso. Puede cerrar esta página.",
    ),
    "connect.google_no_title": Text("An event needs a title.", "Un evento necesita un título."),
    "connect.google_no_title.hint": Text("Give one.", "Indique uno."),
    "connect.google_when": Text(
        "{value!r} is no point in time that can be used here.", "{value!r} no es un momento que sirva aquí."
    ),
    "connect.google_when.hint": Text(
        "Write 2026-11-27 or 2026-11-27T10:00, the end after the start and at most a year later.",
        "Escriba 2026-11-27 o 2026-11-27T10:00, con el fin después del inicio y como mucho un año más tarde.",
    ),
    "connect.google_no_id": Text("That is no id of a mail.", "Eso no es un id de correo."),
    "connect.google_no_id.hint": Text("Use one that mail_search gives.", "Use uno de los que da mail_search."),
    "connect.google_no_address": Text(
        "{value!r} has something that is no mail address.", "{value!r} tiene algo que no es una dirección de correo."
    ),
    "connect.google_no_address.hint": Text(
        "Give whole addresses, separated by commas: ana@example.org.",
        "Indique direcciones enteras, separadas por comas: ana@example.org.",
    ),
    "connect.google_show_event": Text(
        "New event: {title}, {start} {end} {more}", "Evento nuevo: {title}, {start} {end} {more}"
    ),
    "connect.google_show_mail": Text(
        "Mail to {to}, subject {subject}:\n{text}", "Correo para {to}, asunto {subject}:\n{text}"
    ),
    "connect.mcp_help": Text(
        "Speak MCP on stdin and stdout, for a program that starts its servers itself (Claude Desktop, VS Code).",
        "Habla MCP por la entrada y la salida, para un programa que arranca él mismo sus servidores (Claude Desktop, VS"
        " Code).",
    ),
    "connect.help": Text(
        "Connect a system: home-assistant [ADDRESS], google CLIENT.json, or the key of an MCP server by its name. Without"
        " one, list them.",
        "Conecta un sistema: home-assistant [DIRECCIÓN], google CLIENTE.json, o la clave de un servidor MCP por su nombre."
        " Sin ninguno, los lista.",
    ),
    "connect.option.write": Text(
        "Google: also create events and write mail; each is asked before.",
        "Google: también crear eventos y escribir correo; cada uno se pregunta antes.",
    ),
    "connect.option.paste": Text(
        "Google: for a machine without a browser; paste the address that another one shows.",
        "Google: para una máquina sin navegador; se pega la dirección que muestra otra.",
    ),
    "connect.option.remove": Text("Take the connection away.", "Quita la conexión."),
    "connect.column.system": Text("SYSTEM", "SISTEMA"),
    "connect.column.state": Text("STATE", "ESTADO"),
    "connect.column.where": Text("WHERE", "DÓNDE"),
    "connect.state.none": Text("not connected", "sin conectar"),
    "connect.state.connected": Text("connected", "conectado"),
    "connect.state.keyless": Text("no key", "sin clave"),
    "connect.state.key": Text("with key", "con clave"),
    "connect.state.error": Text("error", "error"),
    "connect.scope.calendar_read": Text("read calendar", "leer calendario"),
    "connect.scope.calendar_write": Text("create events", "crear eventos"),
    "connect.scope.mail_read": Text("read mail", "leer correo"),
    "connect.scope.mail_write": Text("write mail", "escribir correo"),
    "connect.ask_address": Text("Address of Home Assistant", "Dirección de Home Assistant"),
    "connect.ask_token": Text(
        "Long-lived token of {address} (not shown)", "Token de larga duración de {address} (no se muestra)"
    ),
    "connect.ask_key": Text("Key of {name} (not shown)", "Clave de {name} (no se muestra)"),
    "connect.ask_paste": Text("The address that it shows now", "La dirección que muestra ahora"),
    "connect.home_no_address": Text(
        "The address of Home Assistant is missing.", "Falta la dirección de Home Assistant."
    ),
    "connect.home_no_address.hint": Text(
        "`jarvis connect home-assistant http://HOST:8123`", "`jarvis connect home-assistant http://MÁQUINA:8123`"
    ),
    "connect.home_done": Text(
        "Home Assistant answers, with {count} entities.", "Home Assistant responde, con {count} entidades."
    ),
    "connect.google_which": Text(
        "Your own client is missing: the JSON file of Google's console.",
        "Falta su propio cliente: el fichero JSON de la consola de Google.",
    ),
    "connect.google_which.hint": Text(
        "docs/tools.md says how to make one in five minutes; then `jarvis connect google CLIENT.json`.",
        "docs/tools.md dice cómo hacer uno en cinco minutos; después `jarvis connect google CLIENTE.json`.",
    ),
    "connect.google_opened": Text(
        "Agree in the browser. If no page opened, use this address:",
        "Acepte en el navegador. Si no se abrió ninguna página, use esta dirección:",
    ),
    "connect.google_open": Text(
        "Open this address in a browser of this machine (elsewhere: --paste):",
        "Abra esta dirección en un navegador de esta máquina (en otra: --paste):",
    ),
    "connect.google_paste": Text(
        "Open this address in any browser and agree. It then shows a page that cannot be opened: copy its whole address.",
        "Abra esta dirección en cualquier navegador y acepte. Al final muestra una página que no se puede abrir: copie su"
        " dirección entera.",
    ),
    "connect.google_not_ours": Text(
        "That is not the address that this request ends at.", "Esa no es la dirección en que acaba esta petición."
    ),
    "connect.google_not_ours.hint": Text(
        "Start again, and copy all of the address bar: http://127.0.0.1:8486/?state=...",
        "Empiece de nuevo y copie toda la barra de direcciones: http://127.0.0.1:8486/?state=...",
    ),
    "connect.google_done": Text("Google allows: {scopes}.", "Google permite: {scopes}."),
    "connect.google_was_over": Text("Google had ended it already.", "Google ya lo había dado por terminado."),
    "connect.google_not_told": Text(
        "Google could not be told ({reason}): take it back at https://myaccount.google.com/connections.",
        "No se pudo avisar a Google ({reason}): retírelo en https://myaccount.google.com/connections.",
    ),
    "connect.mcp_no_variable": Text(
        "It is not said in which variable the program {name} finds its key.",
        "No está dicho en qué variable encuentra su clave el programa {name}.",
    ),
    "connect.mcp_no_variable.hint": Text(
        "`jarvis config set mcp.{name}.key_variable VARIABLE`", "`jarvis config set mcp.{name}.key_variable VARIABLE`"
    ),
    "connect.removed": Text("{name} is disconnected.", "{name} está desconectado."),
    "connect.nothing_kept": Text("Nothing is kept of {name}.", "No hay nada guardado de {name}."),
    "connect.unknown": Text(
        "There is no system {name!r}; there are: {known}.{meant}",
        "No hay ningún sistema {name!r}; hay: {known}.{meant}",
    ),
    "connect.unknown.hint": Text(
        "An MCP server is first put into the configuration: `jarvis config set mcp.{name}.url ADDRESS`.",
        "Un servidor MCP se pone antes en la configuración: `jarvis config set mcp.{name}.url DIRECCIÓN`.",
    ),
    "connect.restart": Text(
        "Jarvis running in the background takes it up after `jarvis stop`.",
        "El Jarvis en segundo plano lo usará tras `jarvis stop`.",
    ),
}
