"""What ``jarvis voice`` says."""

from __future__ import annotations

from jarvis.texts import Text

TEXTS = {
    "voice.command": Text(
        "Talk with Jarvis: it listens to the microphone and answers aloud; speak over it to interrupt.\n\nKeys: space or"
        " s stops the answer, q leaves; with --push space begins and ends what you say.",
        "Hable con Jarvis: escucha por el micrófono y responde en voz alta; hable encima para interrumpirle.\n\nTeclas:"
        " espacio o s corta la respuesta, q sale; con --push, espacio empieza y acaba lo que dice usted.",
    ),
    "voice.option.push": Text(
        "Listen only between two presses of space.", "Escuchar solo entre dos pulsaciones de espacio."
    ),
    "voice.option.wake": Text(
        'Answer only what begins with "hey Jarvis" or "Jarvis", and what follows on an answer.',
        "Responder solo a lo que empieza por «oye Jarvis» o «Jarvis», y a lo que sigue a una respuesta.",
    ),
    "voice.option.language": Text(
        "Language that is spoken (es, en); else it is found out.",
        "Idioma en que se habla (es, en); si no, se averigua.",
    ),
    "voice.option.speaker": Text("Model that speaks.", "Modelo que habla."),
    "voice.option.voice": Text("Its voice, by name.", "Su voz, por nombre."),
    "voice.option.input": Text(
        "Microphone, by number or part of its name.", "Micrófono, por número o parte del nombre."
    ),
    "voice.option.output": Text("Loudspeaker, likewise.", "Altavoz, igualmente."),
    "voice.option.list_devices": Text("Show microphones and loudspeakers.", "Mostrar micrófonos y altavoces."),
    "voice.option.silent": Text("Answer in text only.", "Responder solo por escrito."),
    "voice.option.json": Text("Every event as a line of JSON.", "Cada suceso como una línea de JSON."),
    "voice.push_or_wake": Text("--push and --wake exclude each other.", "--push y --wake se excluyen."),
    "voice.no_devices": Text("There are no sound devices here.", "Aquí no hay dispositivos de sonido."),
    "voice.column.number": Text("#", "#"),
    "voice.column.name": Text("DEVICE", "DISPOSITIVO"),
    "voice.column.host": Text("SYSTEM", "SISTEMA"),
    "voice.column.inputs": Text("INPUTS", "ENTRADAS"),
    "voice.column.outputs": Text("OUTPUTS", "SALIDAS"),
    "voice.ready": Text("Listening. Speak; q leaves.", "Escuchando. Hable; q para salir."),
    "voice.ready_push": Text(
        "Press space, speak, press space again; q leaves.",
        "Pulse espacio, hable, pulse espacio otra vez; q para salir.",
    ),
    "voice.state.listening": Text("listening", "escuchando"),
    "voice.state.push": Text("space: speak", "espacio: hablar"),
    "voice.state.hearing": Text("hearing you", "le oigo"),
    "voice.state.thinking": Text("thinking", "pensando"),
    "voice.state.awake": Text("yes?", "¿sí?"),
    "voice.half_duplex": Text(
        "Jarvis hears its own loudspeaker, so it does not listen while it speaks; headphones help, and the space bar stops"
        " it.",
        "Jarvis oye su propio altavoz, así que no escucha mientras habla; unos auriculares ayudan, y la barra espaciadora"
        " lo corta.",
    ),
    "voice.again": Text(
        "The connection to Jarvis broke; talking again.", "Se cortó la conexión con Jarvis; se reanuda."
    ),
    "voice.fetch": Text(
        "To talk, this is missing: {names} ({size}). Fetch it?", "Para hablar falta esto: {names} ({size}). ¿Traerlo?"
    ),
    "voice.missing": Text("To talk, this is missing: {names} ({size}).", "Para hablar falta esto: {names} ({size})."),
    "voice.missing.hint": Text("Fetch it: `jarvis voice --yes`.", "Tráigalo: `jarvis voice --yes`."),
    "voice.stats": Text(
        "{turns} spoken turns ({interrupted} interrupted); after the end of speech, median and 95th percentile: text"
        " {text_p50}/{text_p95} ms, first sound {first_audio_p50}/{first_audio_p95} ms, of it without the language model"
        " {own_p50}/{own_p95} ms",
        "{turns} turnos hablados ({interrupted} interrumpidos); tras el final de la voz, mediana y percentil 95: texto"
        " {text_p50}/{text_p95} ms, primer sonido {first_audio_p50}/{first_audio_p95} ms, de ello sin el modelo de"
        " lenguaje {own_p50}/{own_p95} ms",
    ),
}
