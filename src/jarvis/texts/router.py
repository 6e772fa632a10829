from jarvis.texts import Text

TEXTS = {
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
        "difficulty {difficulty:.0f}: of {count} that are good enough or near it, {model} costs least time and money"
        " (right with {quality:.0%}; the best, {best}, with {best_quality:.0%})",
        "dificultad {difficulty:.0f}: de {count} que bastan o casi, {model} es el que menos tiempo y dinero cuesta"
        " (acierta con {quality:.0%}; el mejor, {best}, con {best_quality:.0%})",
    ),
    "router.best_for_it": Text(
        "difficulty {difficulty:.0f}: only {model} of {count} is good enough (right with {quality:.0%})",
        "dificultad {difficulty:.0f}: de {count}, solo {model} basta (acierta con {quality:.0%})",
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
    "router.because.length.hard": Text("it is long", "es larga"),
    "router.because.length.easy": Text("it is short", "es corta"),
    "router.because.options.hard": Text("of the answers it offers", "por las respuestas que ofrece"),
    "router.because.options.easy": Text("its offered answers tell much", "las respuestas que ofrece ya dicen mucho"),
    "router.because.numbers.hard": Text("of its numbers", "por sus números"),
    "router.because.numbers.easy": Text("it has few numbers", "tiene pocos números"),
    "router.because.maths.hard": Text("there is something to calculate", "hay algo que calcular"),
    "router.because.maths.easy": Text("there is nothing to calculate", "no hay nada que calcular"),
    "router.because.code.hard": Text("it is about code", "trata de código"),
    "router.because.code.easy": Text("it is about common code", "trata de código corriente"),
    "router.because.negation.hard": Text("of a negation", "por una negación"),
    "router.because.negation.easy": Text("nothing is negated", "no niega nada"),
    "router.because.topic.hard": Text("of its subject", "por su tema"),
    "router.because.topic.easy": Text("its subject is well known", "su tema es muy conocido"),
}
