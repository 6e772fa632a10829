"""The settings of tools and of the systems that they reach; a part of ``settings``."""

from jarvis.texts import Text

OF_TOOLS = {
    "settings.home_assistant": Text(
        "A Home Assistant whose devices Jarvis may see and switch.",
        "Un Home Assistant cuyos dispositivos Jarvis puede ver y manejar.",
    ),
    "settings.home_assistant.address": Text(
        "Where it is; `jarvis connect home-assistant` keeps its token.",
        "Dónde está; `jarvis connect home-assistant` guarda su token.",
    ),
    "settings.home_assistant.token_file": Text(
        "File (mode 0600) with a long-lived token; default: what `jarvis connect` keeps.",
        "Fichero (modo 0600) con un token de larga duración; por defecto, lo que guarda `jarvis connect`.",
    ),
    "settings.home_assistant.domains": Text(
        "Kinds of devices that Jarvis sees; add lock or alarm_control_panel to have them too.",
        "Tipos de dispositivos que Jarvis ve; añada lock o alarm_control_panel para tenerlos también.",
    ),
    "settings.home_assistant.timeout_seconds": Text(
        "Longest wait for Home Assistant.", "Espera máxima de Home Assistant."
    ),
    "settings.google": Text(
        "The Google account of `jarvis connect google`: calendar and mail.",
        "La cuenta de Google de `jarvis connect google`: calendario y correo.",
    ),
    "settings.google.calendars": Text(
        "Calendars that are read; the first takes new events.",
        "Calendarios que se leen; los eventos nuevos van al primero.",
    ),
    "settings.google.timeout_seconds": Text("Longest wait for Google.", "Espera máxima de Google."),
    "settings.mcp": Text(
        "An MCP server whose tools Jarvis may use: a program on this machine, or an address.",
        "Un servidor MCP cuyas herramientas Jarvis puede usar: un programa de esta máquina, o una dirección.",
    ),
    "settings.mcp.command": Text(
        "Program and arguments; it speaks MCP on stdin and stdout.",
        "Programa y argumentos; habla MCP por su entrada y su salida.",
    ),
    "settings.mcp.url": Text(
        "Its address, where it speaks streamable HTTP.", "Su dirección, si habla streamable HTTP."
    ),
    "settings.mcp.headers": Text(
        "More headers for the address; a secret belongs into its key.",
        "Más cabeceras para la dirección; un secreto va en su clave.",
    ),
    "settings.mcp.environment": Text(
        "More environment for the program; a secret belongs into its key.",
        "Más variables de entorno para el programa; un secreto va en su clave.",
    ),
    "settings.mcp.key_file": Text(
        "File (mode 0600) with its key; default: what `jarvis connect NAME` keeps.",
        "Fichero (modo 0600) con su clave; por defecto, lo que guarda `jarvis connect NOMBRE`.",
    ),
    "settings.mcp.key_variable": Text(
        "Variable (of a program) or header (of an address) for its key; default: a bearer token.",
        "Variable (de un programa) o cabecera (de una dirección) para su clave; por defecto, un «bearer token».",
    ),
    "settings.mcp.tools": Text(
        "Only these of its tools; default: all, up to 64.",
        "Solo estas de sus herramientas; por defecto, todas, hasta 64.",
    ),
    "settings.mcp.trusted": Text(
        "What it returns counts as the owner's own word.", "Lo que devuelve vale como palabra del propio dueño."
    ),
    "settings.mcp.effects": Text(
        "Its tools that change something though they say they only read.",
        "Sus herramientas que cambian algo aunque digan que solo leen.",
    ),
    "settings.mcp.start_seconds": Text(
        "Longest it may take to start and to list its tools.",
        "Lo máximo que puede tardar en arrancar y decir sus herramientas.",
    ),
    "settings.mcp.timeout_seconds": Text(
        "Longest one of its tools may take.", "Lo máximo que puede tardar una de sus herramientas."
    ),
    "settings.api.provider": Text(
        "Whose model it is (an entry of `provider`); default: the card's.",
        "De quién es el modelo (una entrada de `provider`); por defecto, lo que dice su ficha.",
    ),
    "settings.api.model": Text(
        "What the provider calls it; default: the card's name, else the id.",
        "Cómo lo llama el proveedor; por defecto, el nombre de la ficha o, si no, el id.",
    ),
    "settings.api.context": Text(
        "Tokens it reads and writes at once; default: the card's.",
        "Tokens que lee y escribe a la vez; por defecto, los de la ficha.",
    ),
    "settings.api.priority": Text("Lower wins between near equals.", "Entre casi iguales gana el menor."),
    "settings.provider": Text(
        "A provider of paid models, or any address that speaks its API.",
        "Un proveedor de modelos de pago, o cualquier dirección que hable su API.",
    ),
    "settings.provider.kind": Text(
        "Which API it speaks; default: that of its name.", "Qué API habla; por defecto, la de su nombre."
    ),
    "settings.provider.address": Text(
        "Base address; default: the provider's own.", "Dirección base; por defecto, la del propio proveedor."
    ),
    "settings.provider.key_file": Text(
        "File (mode 0600) with its key; default: keyring, then environment (OPENAI_API_KEY, ...).",
        "Fichero (modo 0600) con su clave; por defecto, el llavero y después el entorno (OPENAI_API_KEY, ...).",
    ),
    "settings.provider.free": Text(
        "What it does costs nothing (Ollama, LM Studio, another Jarvis).",
        "Lo que hace no cuesta nada (Ollama, LM Studio, otro Jarvis).",
    ),
    "settings.provider.day_usd": Text(
        "Most per day at this provider, dollars.", "Máximo al día con este proveedor, dólares."
    ),
    "settings.provider.month_usd": Text(
        "Most per calendar month at this provider, dollars.", "Máximo al mes natural con este proveedor, dólares."
    ),
    "settings.provider.timeout_seconds": Text(
        "Longest wait for its next piece of an answer.", "Espera máxima del siguiente trozo de una respuesta."
    ),
    "settings.tools": Text(
        "What Jarvis can do besides answering (`jarvis tools` shows all of it).",
        "Lo que Jarvis sabe hacer además de responder (`jarvis tools` lo muestra todo).",
    ),
    "settings.tools.calculator": Text("Arithmetic and symbolic mathematics.", "Aritmética y matemáticas simbólicas."),
    "settings.tools.units": Text("Units of measure.", "Unidades de medida."),
    "settings.tools.clock": Text("Time, time zones and dates.", "Hora, zonas horarias y fechas."),
    "settings.tools.timers": Text("Timers, alarms and reminders.", "Temporizadores, alarmas y recordatorios."),
    "settings.tools.weather": Text(
        "The weather, by Open-Meteo: the place leaves this machine.",
        "El tiempo, por Open-Meteo: el lugar sale de esta máquina.",
    ),
    "settings.tools.place": Text(
        "Where the weather is asked for when no place is named.", "Dónde se mira el tiempo si no se nombra un lugar."
    ),
    "settings.tools.folders": Text(
        "Folders that may be listed, read and searched.", "Carpetas que se pueden listar, leer y registrar."
    ),
    "settings.tools.trust_folders": Text(
        "What is in `folders` was written by their owner, not by strangers.",
        "Lo que hay en `folders` lo escribió su dueño, no extraños.",
    ),
    "settings.tools.web": Text(
        "Fetch public web pages that are asked for.", "Leer las páginas web públicas que se pidan."
    ),
    "settings.tools.wolfram_key_file": Text(
        "File (mode 0600) with a Wolfram|Alpha AppID; default: `jarvis key set wolfram_alpha`.",
        "Fichero (modo 0600) con un AppID de Wolfram|Alpha; por defecto: `jarvis key set wolfram_alpha`.",
    ),
    "settings.tools.steps": Text(
        "Rounds of tools that one answer may take.", "Rondas de herramientas que puede llevar una respuesta."
    ),
}
