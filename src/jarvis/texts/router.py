from jarvis.texts import Text

TEXTS = {
    "router.last_voice": Text(
        "no voice here speaks the language, so espeak-ng does",
        "ninguna voz de aquí habla el idioma, así que lo hace espeak-ng",
    ),
    "router.by_name": Text("asked for by name", "pedido por su nombre"),
    "router.best_of": Text("best of {count} on this machine", "el mejor de {count} en esta máquina"),
    "router.faster_than": Text(
        "best of {count} on this machine that writes as fast as people read ({slow} was measured at {speed:.1f} tokens/s)",
        "el mejor de {count} en esta máquina que escribe tan rápido como se lee ({slow} se midió a {speed:.1f} tokens/s)",
    ),
    "router.only_one": Text("the only model on this machine", "el único modelo de esta máquina"),
    "router.model_not_found": Text(
        "The model {model!r} is not on this machine. Here: {known}.",
        "El modelo {model!r} no está en esta máquina. Están: {known}.",
    ),
    "router.model_not_found.hint": Text(
        "Download it with `jarvis pull {model}`, or see `jarvis models`.",
        "Descárguelo con `jarvis pull {model}`, o mire `jarvis models`.",
    ),
    "router.no_model": Text(
        "No model on this machine can do this ({kind}).", "Ningún modelo de esta máquina puede hacerlo ({kind})."
    ),
    "router.no_model.hint": Text(
        "`jarvis pull {name}` gets the smallest of the catalog that can ({size}); `jarvis models` lists all.",
        "`jarvis pull {name}` trae el más pequeño del catálogo que sabe hacerlo ({size}); `jarvis models` los muestra"
        " todos.",
    ),
    "router.nobody": Text(
        "No model on this machine can do this ({kind}), and none of the catalog.",
        "Ningún modelo de esta máquina puede hacerlo ({kind}), y del catálogo tampoco.",
    ),
    "router.nobody.hint": Text(
        "A model of your own needs a card in the folder `models` beside the file that `jarvis config path` names.",
        "Un modelo propio necesita una ficha en la carpeta `models` junto al fichero que indica `jarvis config path`.",
    ),
    "router.no_eyes": Text(
        "No model on this machine can do this ({kind}), and none of the catalog without a projector.",
        "Ningún modelo de esta máquina puede hacerlo ({kind}), y ninguno del catálogo sin un proyector.",
    ),
    "router.no_eyes.hint": Text(
        "Download the projector (mmproj) of a model that you have, then `jarvis config set model.ID.projector FILE`.",
        "Descargue el proyector (mmproj) de un modelo que tenga y ponga `jarvis config set model.ID.projector FICHERO`.",
    ),
    "router.cannot": Text("The model {model} cannot do this: {lack}.", "El modelo {model} no puede hacerlo: {lack}."),
    "router.cannot.hint": Text(
        "Ask `auto`, or a model that can (`jarvis models show ID` says so).",
        "Pregunte a `auto`, o a un modelo que sepa (lo dice `jarvis models show ID`).",
    ),
    "router.only_able": Text("{model} is the only one that can serve", "{model} es el único que puede hacerlo"),
    "router.cheapest_good": Text(
        "difficulty {difficulty:.0f}: of {count} that are good enough, {model} costs least time and money, or hardly more"
        " than the one that does (right with {quality:.0%}; the best, {best}, with {best_quality:.0%})",
        "dificultad {difficulty:.0f}: de {count} que bastan, {model} es el que menos tiempo y dinero cuesta, o apenas más"
        " que ese (acierta con {quality:.0%}; el mejor, {best}, con {best_quality:.0%})",
    ),
    "router.here_good": Text(
        "difficulty {difficulty:.0f}: {model} is here and good enough (right with {quality:.0%}; the best, {best}, with"
        " {best_quality:.0%})",
        "dificultad {difficulty:.0f}: {model} está aquí y basta (acierta con {quality:.0%}; el mejor, {best}, con"
        " {best_quality:.0%})",
    ),
    "router.best_for_it": Text(
        "difficulty {difficulty:.0f}: only {model} of {count} is good enough (right with {quality:.0%})",
        "dificultad {difficulty:.0f}: de {count}, solo {model} basta (acierta con {quality:.0%})",
    ),
    "router.fetching": Text(
        "{model} is being fetched in the background: with it the next questions are judged better."
        " `jarvis config set routing.embedder none` does without.",
        "Se descarga {model} en segundo plano: con él se juzgan mejor las próximas preguntas."
        " Con `jarvis config set routing.embedder none` se prescinde de él.",
    ),
    "router.likeliest": Text(
        "difficulty {difficulty:.0f}: of {count} that may answer, {model} is the likeliest to be right ({quality:.0%})",
        "dificultad {difficulty:.0f}: de {count} que pueden responder, {model} es el que más acertaría ({quality:.0%})",
    ),
    "router.none_reaches": Text(
        "difficulty {difficulty:.0f}: none of {count} is as good as asked; {model} comes nearest (right with {quality:.0%})",
        "dificultad {difficulty:.0f}: ninguno de {count} es tan bueno como se pide; {model} es el que más se acerca"
        " (acierta con {quality:.0%})",
    ),
    "router.stays": Text(
        "{model} answered last in this conversation, and no other is clearly better",
        "{model} contestó la última vez en esta conversación, y ningún otro es claramente mejor",
    ),
    "router.nobody_can": Text("nobody can serve", "nadie puede hacerlo"),
    "router.why.private": Text(
        "private content ({kinds}) does not leave this machine",
        "lo privado ({kinds}) no sale de esta máquina",
    ),
    "router.why.images": Text("does not read pictures", "no lee imágenes"),
    "router.why.tools": Text("is not known to use tools", "no consta que use herramientas"),
    "router.why.json": Text("is not known to keep a JSON form", "no consta que respete una forma JSON"),
    "router.why.context": Text(
        "needs {tokens} tokens of context and has {context}",
        "hacen falta {tokens} tokens de contexto y tiene {context}",
    ),
    "router.why.budget": Text(
        "may cost {worst} USD and {left} USD are left", "puede costar {worst} USD y quedan {left} USD"
    ),
    "router.why.no_budget": Text(
        "no budget is set (`jarvis budget set --month 10`)", "no hay presupuesto (`jarvis budget set --month 10`)"
    ),
    "router.why.no_key": Text(
        "no key of {provider} (`jarvis key set {provider}`)", "no hay clave de {provider} (`jarvis key set {provider}`)"
    ),
    "router.why.misconfigured": Text("{reason}", "{reason}"),
    "router.why.unknown": Text(
        "it is not known yet whether there is a key of {provider}: its keyring is slow",
        "aún no se sabe si hay clave de {provider}: su llavero tarda",
    ),
    "router.why.one_answer": Text("gives one answer a request", "da una respuesta por petición"),
    "router.why.grammar": Text("takes no grammar", "no admite gramáticas"),
    "router.why.audio": Text("does not hear sounds", "no oye sonidos"),
    "router.why.no_price": Text(
        "its price is not known (`jarvis config set api.{model}.input_usd_per_million PRICE`, and output)",
        "no se conoce su precio (`jarvis config set api.{model}.input_usd_per_million PRECIO`, y output)",
    ),
    "router.why.memory": Text("does not fit in memory as things are", "no cabe en memoria tal como están las cosas"),
    "router.why.failing": Text(
        "failed too often of late; tried again in {seconds} s", "ha fallado mucho; se vuelve a probar en {seconds} s"
    ),
    "router.why.slow": Text(
        "its first word would take {seconds:.1f} s, at most {most:g} are wanted",
        "su primera palabra tardaría {seconds:.1f} s; se quieren {most:g} como mucho",
    ),
    "router.why.range": Text(
        "is for difficulties {range}, this is {difficulty:.0f}",
        "es para dificultades {range}, esta es {difficulty:.0f}",
    ),
    "router.unsure.refuses": Text("it refused", "se negó"),
    "router.unsure.form": Text("it was not JSON", "no era JSON"),
    "router.unsure.empty": Text("it was empty", "estaba vacía"),
    "router.unsure.words": Text("it was unsure of its words", "dudaba de sus palabras"),
    "router.too_long_for_all": Text(
        "The request ({tokens} tokens) is too long for every model: {reasons}.",
        "La petición ({tokens} tokens) es demasiado larga para todos los modelos: {reasons}.",
    ),
    "router.too_long_for_all.hint": Text(
        "Ask with less text, or give a model more context: `jarvis config set models.context TOKENS`.",
        "Pregunte con menos texto, o dé más contexto a un modelo: `jarvis config set models.context TOKENS`.",
    ),
    "router.no_money_left": Text(
        "Nobody may answer this now: {reasons}.", "Nadie puede contestar esto ahora: {reasons}."
    ),
    "router.no_money_left.hint": Text(
        "`jarvis budget` shows what is left and when it renews; `jarvis budget set --month USD` allows more.",
        "`jarvis budget` muestra lo que queda y cuándo se renueva; `jarvis budget set --month USD` permite más.",
    ),
    "router.all_failing": Text(
        "Nobody can answer this now: {reasons}.", "Nadie puede contestar esto ahora: {reasons}."
    ),
    "router.all_failing.hint": Text(
        "Ask again in a moment; `jarvis ps` and `jarvis doctor` say what is wrong.",
        "Vuelva a preguntar en un momento; `jarvis ps` y `jarvis doctor` dicen qué pasa.",
    ),
    "router.nobody_can_now": Text(
        "No model can answer this: {reasons}.", "Ningún modelo puede contestar esto: {reasons}."
    ),
    "router.nobody_can_now.hint": Text(
        "What is said of each model tells how to change it; `jarvis models` lists others.",
        "Lo que se dice de cada modelo indica cómo cambiarlo; `jarvis models` muestra otros.",
    ),
    "router.no_decision": Text("There is no decision {name!r}.", "No hay ninguna decisión {name!r}."),
    "router.no_decision.hint": Text(
        "`jarvis why` explains the last one; a decision is made when `jarvis` or `auto` is asked.",
        "`jarvis why` explica la última; se decide cuando se pregunta a `jarvis` o a `auto`.",
    ),
    "router.model_with_down": Text(
        "Another model goes with `down`, not with `{verdict}`.", "Otro modelo va con `down`, no con `{verdict}`."
    ),
    "router.model_with_down.hint": Text(
        "`jarvis feedback down --model NAME` says that NAME should have answered.",
        "`jarvis feedback down --model NOMBRE` dice que debió responder NOMBRE.",
    ),
    "router.no_feedback": Text("There is no feedback to take back.", "No hay ninguna valoración que retirar."),
    "router.no_feedback.hint": Text(
        "Give some with `jarvis feedback up` or `jarvis feedback down`.",
        "Dé una con `jarvis feedback up` o `jarvis feedback down`.",
    ),
    "router.no_feedback_on": Text(
        "There is no feedback on the answer {exchange!r} to take back.",
        "No hay ninguna valoración de la respuesta {exchange!r} que retirar.",
    ),
    "router.no_feedback_on.hint": Text(
        "`jarvis feedback undo` takes back the last one.", "`jarvis feedback undo` retira la última."
    ),
    "router.because.length.hard": Text("its length makes it harder", "su longitud la hace más difícil"),
    "router.because.length.easy": Text("its length makes it easier", "su longitud la hace más fácil"),
    "router.because.options.hard": Text(
        "the answers it offers make it harder", "las respuestas que ofrece la hacen más difícil"
    ),
    "router.because.options.easy": Text(
        "the answers it offers make it easier", "las respuestas que ofrece la hacen más fácil"
    ),
    "router.because.numbers.hard": Text("its numbers make it harder", "sus números la hacen más difícil"),
    "router.because.numbers.easy": Text("its few numbers make it easier", "sus pocos números la hacen más fácil"),
    "router.because.maths.hard": Text(
        "what there is to calculate makes it harder", "lo que hay que calcular la hace más difícil"
    ),
    "router.because.maths.easy": Text(
        "nothing to calculate makes it easier", "no haber nada que calcular la hace más fácil"
    ),
    "router.because.code.hard": Text("being about code makes it harder", "tratar de código la hace más difícil"),
    "router.because.code.easy": Text(
        "being about common code makes it easier", "tratar de código corriente la hace más fácil"
    ),
    "router.because.negation.hard": Text("a negation makes it harder", "una negación la hace más difícil"),
    "router.because.negation.easy": Text("having no negation makes it easier", "no llevar negación la hace más fácil"),
    "router.because.topic.hard": Text("its subject makes it harder", "su tema la hace más difícil"),
    "router.because.topic.easy": Text("its subject makes it easier", "su tema la hace más fácil"),
    "router.language.en": Text("English", "inglés"),
    "router.language.es": Text("Spanish", "español"),
    "router.specialty.math": Text("maths", "matemáticas"),
    "router.specialty.code": Text("code", "código"),
    "router.specialty.reasoning": Text("reasoning", "razonamiento"),
    "router.specialty.writing": Text("writing", "escritura"),
    "router.specialty.analysis": Text("analysis", "análisis"),
    "router.specialty.technical": Text("technical", "técnica"),
    "router.specialty.chat": Text("chat", "charla"),
    "router.specialty.command": Text("command", "órdenes"),
    "router.seen.code": Text("code", "código"),
    "router.seen.maths": Text("something to calculate", "algo que calcular"),
    "router.seen.images": Text("pictures", "imágenes"),
    "router.seen.tools": Text("tools", "herramientas"),
    "router.seen.json": Text("JSON wanted", "se pide JSON"),
    "router.seen.now": Text("about now", "sobre lo de ahora"),
    "router.seen.secret": Text("a secret", "un secreto"),
    "router.seen.card": Text("a card number", "un número de tarjeta"),
    "router.seen.iban": Text("an account number", "un número de cuenta"),
    "router.seen.identity": Text("a personal number", "un número personal"),
    "router.seen.phone": Text("a telephone number", "un número de teléfono"),
    "router.seen.email": Text("an e-mail address", "un correo electrónico"),
    "router.seen.address": Text("an address", "una dirección"),
    "router.seen.memory": Text("what is remembered", "lo recordado"),
    "router.seen.topic": Text("the topic {name}", "el tema {name}"),
}
