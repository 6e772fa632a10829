from jarvis.texts import Text

TEXTS = {
    "client.silent": Text("not a word for {seconds:.0f} seconds", "ni una palabra en {seconds:.0f} segundos"),
    "client.temperature": Text(
        "A temperature is a number from 0 to 2, not {temperature}.",
        "Una temperatura es un número de 0 a 2, no {temperature}.",
    ),
    "client.temperature.hint": Text("Give such a number, or leave it out.", "Dé un número así, o no lo dé."),
    "client.remote": Text("The server refused.", "El servidor no lo aceptó."),
}
