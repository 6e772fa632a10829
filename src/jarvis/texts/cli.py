from jarvis.texts import Text

TEXTS = {
    "cli.jarvis": Text(
        'A private assistant on your own machine. Start with: jarvis ask "What is the capital of France?"',
        'Un asistente privado en su propia máquina. Empiece con: jarvis ask "¿Cuál es la capital de Francia?"',
    ),
    "cli.commands": Text("Commands", "Órdenes"),
    "cli.ask": Text("Ask one question.", "Hace una pregunta."),
    "cli.chat": Text("Talk in the terminal.", "Conversa en la terminal."),
    "cli.history": Text(
        "List, show, search, export or delete conversations.",
        "Lista, muestra, busca, exporta o borra conversaciones.",
    ),
    "cli.models": Text("List the models of the catalog.", "Lista los modelos del catálogo."),
    "cli.pull": Text("Download models.", "Descarga modelos."),
    "cli.inspect": Text("Show the header of a model file.", "Muestra la cabecera de un fichero de modelo."),
    "cli.serve": Text("Run the server (OpenAI-compatible).", "Arranca el servidor (compatible con OpenAI)."),
    "cli.token": Text("Print or replace the access token.", "Muestra o renueva el código de acceso."),
    "cli.config": Text("Show, check or import the configuration.", "Muestra, revisa o importa la configuración."),
    "cli.doctor": Text("Check this machine and say what to mend.", "Revisa esta máquina y dice qué arreglar."),
    "cli.stats": Text("Questions, latency, tokens and cost.", "Preguntas, latencia, tokens y coste."),
    "cli.unknown_command": Text("There is no command {name!r}. {meant}", "No existe la orden {name!r}. {meant}"),
    "cli.did_you_mean": Text("Did you mean {name!r}?", "¿Quiso decir {name!r}?"),
}
