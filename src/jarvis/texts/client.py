from jarvis.texts import Text

TEXTS = {
    "client.silent": Text("not a word for {seconds:.0f} seconds", "ni una palabra en {seconds:.0f} segundos"),
    "client.remote": Text("The server refused.", "El servidor no lo aceptó."),
}
