from jarvis.texts import Text

TEXTS = {
    "client.remote": Text("The server refused.", "El servidor no lo aceptó."),
}
