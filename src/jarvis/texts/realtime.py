"""What a spoken conversation says to the program at its other end."""

from __future__ import annotations

from jarvis.texts import Text

TEXTS = {
    "realtime.no_event": Text("That message is no event.", "Ese mensaje no es un evento."),
    "realtime.no_event.hint": Text(
        'Send a JSON object with a `type`, such as {{"type": "response.create"}}; binary messages are sound.',
        'Envíe un objeto JSON con un `type`, como {{"type": "response.create"}}; los mensajes binarios son sonido.',
    ),
    "realtime.unknown": Text("There is no event {type} here.", "Aquí no hay ningún evento {type}."),
    "realtime.unknown.hint": Text(
        "docs/voice.md lists the events that Jarvis understands.",
        "docs/voice.md enumera los eventos que Jarvis entiende.",
    ),
    "realtime.no_session": Text("The session is missing or is no object.", "Falta la sesión o no es un objeto."),
    "realtime.no_session.hint": Text(
        'Send {{"type": "session.update", "session": {{…}}}} with what is to change.',
        'Envíe {{"type": "session.update", "session": {{…}}}} con lo que ha de cambiar.',
    ),
    "realtime.no_sound": Text("That is no sound.", "Eso no es sonido."),
    "realtime.no_sound.hint": Text(
        "Send whole samples of 16 bits, mono, little-endian: in Base64 as `audio`, or as a binary message.",
        "Envíe muestras enteras de 16 bits, mono, little-endian: en Base64 como `audio`, o como mensaje binario.",
    ),
    "realtime.no_text": Text("There is no text of a person in that item.", "No hay texto de una persona en eso."),
    "realtime.no_text.hint": Text(
        'Send an `item` with `role` user and `content` [{{"type": "input_text", "text": "…"}}].',
        'Envíe un `item` con `role` user y `content` [{{"type": "input_text", "text": "…"}}].',
    ),
    "realtime.nothing_said": Text("There is nothing to answer.", "No hay nada que responder."),
    "realtime.nothing_said.hint": Text(
        "First send a text (`conversation.item.create`), or sound and `input_audio_buffer.commit`.",
        "Envíe antes un texto (`conversation.item.create`), o sonido e `input_audio_buffer.commit`.",
    ),
    "realtime.conversation_already_has_active_response": Text(
        "An answer is being made already.", "Ya se está haciendo una respuesta."
    ),
    "realtime.conversation_already_has_active_response.hint": Text(
        "Wait for its `response.done`, or end it with `response.cancel`.",
        "Espere a su `response.done`, o termínela con `response.cancel`.",
    ),
    "realtime.no_response": Text("`response` is no object.", "`response` no es un objeto."),
    "realtime.no_response.hint": Text(
        "Leave it out, or send an object with `instructions`, `max_output_tokens`, `output_modalities` or `audio`.",
        "Omítalo, o envíe un objeto con `instructions`, `max_output_tokens`, `output_modalities` o `audio`.",
    ),
    "realtime.aside": Text(
        "Jarvis answers the conversation, and nothing beside it: `{field}` is not possible here.",
        "Jarvis responde a la conversación y a nada aparte de ella: aquí no es posible `{field}`.",
    ),
    "realtime.aside.hint": Text(
        "Leave out `{field}`; questions beside the conversation go to /v1/chat/completions.",
        "Omita `{field}`; las preguntas aparte de la conversación van a /v1/chat/completions.",
    ),
    "realtime.no_item": Text("`{item}` is not what was expected there.", "`{item}` no es lo que se esperaba ahí."),
    "realtime.no_item.hint": Text(
        "`item_id` is the one of `response.output_item.added`, `audio_end_ms` how many milliseconds of it were played.",
        "`item_id` es el de `response.output_item.added`, `audio_end_ms` cuántos milisegundos de él han sonado.",
    ),
    "realtime.behind": Text(
        "Sound comes in faster than it can be listened to; some was dropped.",
        "El sonido llega más deprisa de lo que se puede escuchar; se ha perdido algo.",
    ),
    "realtime.behind.hint": Text(
        "Send it as fast as it is spoken; recordings go to /v1/audio/transcriptions.",
        "Envíelo al ritmo en que se habla; las grabaciones van a /v1/audio/transcriptions.",
    ),
    "realtime.empty": Text("The turn was ended, and there was no sound in it.", "Se acabó el turno y no había sonido."),
    "realtime.empty.hint": Text(
        "Send at least a tenth of a second of sound before you end the turn.",
        "Envíe al menos una décima de segundo de sonido antes de acabar el turno.",
    ),
}
