"""Whether a question can only be answered with facts of today: weather, prices, news, results, who holds an office.

Rules, not a model: they have to say why. A word such as *weather* is not enough (``how does weather form?``),
"""

from __future__ import annotations

import re

from jarvis.router.live import KNOWN, PRESENT
from jarvis.words.fold import fold

_LONGEST = 400
"""Characters: a longer text brings its own facts (a story, a passage, a task)."""

_MATERIAL = 24
"""Quoted characters that are a text to work on: what is asked is in it."""
_MARK = re.compile(rf"\b(?:{PRESENT})\b")
"""Words that mean the present."""

_LIVE = re.compile(
    r"\b(?:temperatures?|sunny|prices?|quotes?|bitcoin|inflation|headlines|scores?|fixtures?|standings|traffic|"
    r"delayed|happen(?:s|ed|ing)?|president|prime minister|ceo|mayor|champions?|population|"
    r"precios?|cotiza(?:cion)?|inflacion|titulares|marcador|clasificacion|trafico|retras(?:o|ado)|"
    r"presidente|presidenta|primer ministro|alcaldes?a?|campeon(?:es)?|poblacion|"
    r"weather|news|match(?:es)?|games?|won|win|showing|strikes?|elections?|release|tiempo|noticias|partidos?|gano|"
    r"ganado|"
    r"cartelera|huelga|elecciones|lanzamiento|people live|gente vive|cost|cuesta|vale|worth|"
    r"wages?|salar(?:y|ies|ios?)|tax(?:es)?|impuestos?|iva|vat|pensions?|pensiones|unemployment|paro|rents?|"
    r"alquiler(?:es)?|hipotecas?|"
    r"mortgages?|interest rates?|nobel|oscars?|eurovision|grammys?)\b"
)
"""Subjects that change from day to day: they need a word that means the present."""
_TODAY = re.compile(
    r"\b(?:right now|today|tonight|tomorrow|yesterday|last night|this (?:week|weekend|month)|ahora(?: mismo)?|"
    r"hoy(?! en dia)|"
    r"(?<!la )(?<!una )(?<!cada )manana|ayer|anoche|esta (?:noche|semana|tarde)|este (?:mes|fin de semana|finde))\b"
)
_FACT = re.compile(
    r"(?:what|which|who|where|any|how many|how much|is|are|has|have|did|does|will|was|were|que|quien(?:es)?|"
    r"cuant[oa]s?|"
    r"donde|hay|esta|"
    r"estan|ha|han|va|van|sigue|funcionan?|que|por donde)\b"
)
"""How a question for a fact begins."""
_ADVICE = re.compile(
    r"\b(?:best|better|good|mejor(?:es)?|buen[oa]?|ideas?|spoken|used|called|known|se (?:habla|usa|utiliza|llama|"
    r"conoce|dice)|mean|"
    r"significa|if|si|live in the|vivir|challenges|issues|problems|role|importance|society|retos|desafios|problemas|"
    r"papel|importancia|sociedad)\b|^(?:a |con |de )?(?:que|donde|quien) (?:me |le |les )?[a-z]{2,}o (?:hoy|"
    r"ahora|"
    r"manana|esta|este|para|con)\b"
)
"""Not of the day, although it is named: what is advisable, or so nowadays."""
_OWN = re.compile(
    r"\b(?:i|i'm|i've|me|my|we|our|us|you|tengo|tenemos|mi|mis|me|nos|nuestr\w+|viajo|salgo|voy|vamos|estoy|estamos|"
    r"soy|puedo|"
    r"podemos|debo|deberia|quiero|should|tu|tus|te|(?:he|hemos) \w+(?:ado|ido|cho|sto|rto|elto))\b"
)
"""Somebody's own affairs: not to be looked up by their mark of time alone."""
_ASKING = re.compile(
    r"\?|\b(?:what|who|which|how|when|is|are|will|did|tell me|show me|give me|check|find|look up|que|quien|cual|cuanto|"
    r"como|cuando|dime|dame|busca|mira|consulta|ensename|muestrame)\b"
)
_MADE_UP = re.compile(
    r"^(?:please |por favor,? |now |ahora |jarvis,? |hey |oye,? )*(?:write|translate|compose|rewrite|explain|define|"
    r"summari[sz]e|imagine|"
    r"invent|design|plan\b|create|draft|correct|implement|remind|recommend|suggest|play\b|turn\b|set\b|open\b|close\b|"
    r"add\b|tell me a (?:story|joke)|"
    r"how (?:do|would) (?:i|you) (?:say|write|translate|get|open|price|compute|calculate|make|install|play|cook|wear)|"
    r"escrib|traduc|compon|redact|reescrib|explica|defin|resum|imagina|inventa|disena|planea|planifica|crea|corrige|"
    r"implementa|recuerdame|"
    r"recomienda|recomiendame|sugiere|sugiereme|pon(?:me)?\b(?! (?:las )?noticias)|enciend|apaga|(?:abre|"
    r"cierra)\b(?! [\w ]{2,30} (?:los|el|hoy|manana)\b)|anade|cuentame un|"
    r"como (?:digo|se dice|obtengo|abro|pongo|calculo|hago|instalo|se juega|escribo))"
)
"""Tasks of language, code and house: what they mention is material, not a question about the world."""
_EVEN_SO = re.compile(
    r"\b(?:(?:today's|tomorrow's) (?:date|news|headlines)|(?:fecha|noticias|titulares) de (?:hoy|manana)|"
    r"(?:current|latest) (?:price|exchange rate|weather|news)|(?:precio|cotizacion|tiempo) actual)\b"
)
"""What is asked for today even by whoever wants it written, summed up or translated."""
_GOES_ON = re.compile(
    r"(?:(?:and|y|but|pero|also|tambien|ok,?|vale,?) (?:and |y )?(?:what about |how about |que tal )?"
    r"(?!who|what|why|how|when|where|which|que |quien|por que|para que|como|cual|cuando|donde|cuant)|what about |"
    r"how about |que tal )"
    r"[\w' -]{2,40}\W*$|(?:in|en|for|para) [\w' -]{2,25}\?$|(?:today|tomorrow|yesterday|hoy|manana|ayer)\W*$"
)
"""A few words that ask the same of another day or place."""
_CODE = re.compile(
    r"\b(?:in|en|with|con|using) (?:python|javascript|java|typescript|c\+\+|c#|rust|go|bash|sql|excel|php|ruby|react|"
    r"css|html)\b|"
    r"\b(?:function|funcion|query|consulta|script|regex|commit|sql|snippet|codigo|code|git|algorithm|algoritmo|"
    r"complexity|complejidad)\b"
)
_STORY = re.compile(
    r"\b(?:novel|novela|story|stories|cuento|plot|(?:king|queen|rey|reina) (?:in|of|en|del) (?:chess|ajedrez)|"
    r"game of thrones|juego de tronos|lord of the rings|senor de los anillos|"
    r"harry potter|star wars|simpsons?|bible|biblia|mytholog\w+|mitolog\w+|poem|poema|chapter|capitulo|quixote|"
    r"quijote|hamlet|jungle|selva|"
    r"of the sea|del mar|of freedom|libertad|of love|del amor|of life|de la vida|of success|del exito|of fame|"
    r"felicidad|happiness|"
    r"lion king|rey leon|of (?:pop|rock|soul)|del (?:pop|rock)|joke|chiste|lyrics|letra de)\b"
)
_SETTLED = re.compile(
    r"\b(?:if|suppose|assume|si|supon(?:iendo|ga|gamos)?(?: que)?) (?:it is |it's )?(?:today|tomorrow|yesterday|now|"
    r"hoy|manana|ayer|ahora|"
    r"it rains|it snows|llueve|nieva)\b|"
    r"\b(?:battle|century|ancient|history of|origin of|(?:in|en|of|de|del|the|el) (?:1\d{3}|200\d|201\d)\b|"
    r"en el ano \d{3,4}|batalla|siglo|"
    r"antigu[oa]|historia de|how (?:does|do|is|are) (?:the |an? )?[\w ]{1,30} (?:work|form|formed|made|measured|"
    r"caused|elected|chosen|used)|"
    r"como (?:funcionan?|se (?:forma|mide|calcula|origina|elige|hace|usa)n?)|what (?:causes|does [\w ]+ mean)|"
    r"que (?:causa|significa)|"
    r"dinosaur|(?:times|twice|half|double) (?:as|of|the|older|younger|more)|years (?:older|younger)|anos (?:mayor|"
    r"menor|mas|"
    r"menos) que|veces (?:mayor|menor|mas)|el (?:triple|doble)|la mitad de|born|nacio|murio|died|difference between|"
    r"diferencia entre|"
    r"what (?:is|are|does) (?:an? )?(?:president|king|inflation|stock|share|exchange rate|stock price|weather|"
    r"forecast|news agency|traffic"
    r"[\w ]*|strike|election|pope|record|population|price|match|score)(?: price| rate| do| mean)?(?=\W*$)|"
    r"que (?:es|son|hace|significa) (?:el |la |los |las |una? )?(?:presidente|rey|inflacion|accion|acciones|"
    r"precio de una accion|tipo de cambio|"
    r"clima|prevision|agencia de noticias|(?:modelado de )?trafico|huelga|eleccion(?:es)?|papa|record|poblacion|"
    r"partido)(?=\W*$)|"
    r"why (?:do|does|is|are|did)|por que)\b"
)
"""About what is long settled, or what is so in general."""
_PAST = re.compile(
    r"\b(?:was|were) (?:the|president|king|pope|queen)\b|\b(?:who|how old|when|what) (?:was|were)\b|\b(?:era|fue|eran|"
    r"fueron|tenia) (?:el|la|"
    r"presidente|rey|papa)\b|\bcuantos anos tenia\b|\b(?:quien|cual|cuando) (?:era|fue|eran|fueron)\b"
)
"""In the past, unless it was yesterday."""
_ANY = re.compile(r"\b(?:in|of|en|de) (?:an?|una?) [a-z]+\W*$")
"""Not of this place or that office, but of any."""
_TELLS = re.compile(r"^(?:i|i'm|i've|my|we|our|today i|yesterday|hoy|ayer|mi|mis|tengo|estoy|me)\b[^?]*$")
"""Somebody tells of himself and asks nothing."""
_CLIMATE = re.compile(
    r"\b(?:deserts?|desierto|sahara|mars|marte|venus|jupiter|saturn\w*|neptun\w*|mercury|mercurio|pluton?|moon|luna|"
    r"the sun|el sol|space|espacio|"
    r"antarctica|antartida|arctic|artico|poles?|polos?|planets?|planetas?|kilimanjaro|everest|jungle|universe?o?|core|"
    r"nucleo|oven|horno|"
    r"surface|superficie|usually|normally|typically|often|average|suele|normalmente|in general|en general|(?:in|"
    r"en) (?:january|february|march|"
    r"april|may|june|july|august|september|october|november|december|enero|febrero|marzo|abril|mayo|junio|julio|"
    r"agosto|septiembre|octubre|"
    r"noviembre|diciembre|winter|summer|spring|autumn|invierno|verano|primavera|otono))\b"
)
"""Weather that is so every year."""
_QUOTED = re.compile(r"```.*?(?:```|$)|«[^»]*»|“[^”]*”|\"[^\"]*\"|`[^`]*`|(?<!\w)'[^'\n]{3,}'(?!\w)", re.DOTALL)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_TOLD = ("clock", "prices", "ages", "counts", "sport", "travel")
"""Kinds that a sum may sound like: two numbers in it are its own facts."""
_OF_ONE = ("weather", "offices", "ages", "counts", "hours")
"""Kinds that are of one place or person: ``the boss in a company`` is nobody."""


def goes_on(text: str, before: str) -> bool:
    """Whether a question only goes on with the one before it, and that one is about now."""
    folded = fold(text) if len(text) <= _LONGEST else ""
    return _GOES_ON.match(folded.strip(" ¿¡")) is not None and len(before) <= 2000 and about_now(fold(before))


def about_now(folded: str) -> bool:
    """Whether a folded text (``fold``) asks for facts that no model can have learned."""
    if len(folded) > _LONGEST:
        return False
    text = _QUOTED.sub(" ", folded).strip(" ¿¡")
    if len(folded) - len(text) > _MATERIAL:
        return False
    if _EVEN_SO.search(text):
        return not (_CODE.search(text) or _STORY.search(text))
    return _DAY_IS.match(text) is not None or _asks(text)


def _asks(text: str) -> bool:
    """Whether a question, without what it quotes, asks how something stands now."""
    if _MADE_UP.match(text) or _TELLS.match(text) or _STORY.search(text) or _SETTLED.search(text):
        return False
    marked = _MARK.search(text) is not None
    if _PAST.search(text) and not marked:
        return False
    if _CODE.search(text):
        return KNOWN["versions"].search(text) is not None and _CODE_TASK.search(text) is None
    numbers = len(_NUMBER.findall(text))
    climate = _CLIMATE.search(text) is not None
    anyone = _ANY.search(text) is not None
    for kind, pattern in KNOWN.items():
        if (numbers > 1 and kind in _TOLD) or (climate and kind == "weather") or (anyone and kind in _OF_ONE):
            continue
        if pattern.search(text):
            return True
    if numbers > 1 or climate or _OWN.search(text):
        return False
    if _TODAY.search(text) and _FACT.match(text) and not _ADVICE.search(text):
        return True
    return bool(marked and _ASKING.search(text) and _LIVE.search(text))


_CODE_TASK = re.compile(r"\b(?:function|funcion|query|consulta|commit|git|regex)\b")
_CLOCK = re.compile(
    r"^(?:please |por favor,? |hey |oye,? |jarvis,? )*(?:do you know |sabes |dime |tell me )?"
    r"(?:what(?:'s| is)?|which|que|cual es|en que|a que|a cuantos)(?: the)?(?: (?:current|exact))? ?"
    r"(?:time|day(?: of the week)?|date|month|year|(?:today|tomorrow)'s date|la (?:hora|fecha)|hora|"
    r"dia(?: de la semana)?|fecha|"
    r"mes|ano)(?: (?:is|are|it|we|today|tomorrow|now|right|in|of|the|es|hoy|manana|ahora|mismo|son|tenemos|estamos|a|"
    r"today's|date|"
    r"actual|de))*\W*$"
)
_WEEKDAY = (
    r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|lunes|martes|miercoles|jueves|viernes|sabado|domingo)"
)
_DAY_IS = re.compile(
    rf"(?:is (?:it|today)(?: a)? {_WEEKDAY}(?: today)?|(?:hoy )?es (?:hoy )?{_WEEKDAY}(?: hoy)?|"
    rf"is it (?:already )?(?:january|february|march|"
    r"april|may|june|july|august|september|october|november|december)|(?:what|which|que) (?:year|month|ano|"
    r"mes) (?:is it|is this|es))"
    r"(?: (?:now|today|ahora|hoy|este))?\W*$"
)
_FIXED = (
    r"(?:christmas(?: day| eve)?|new year(?:'s)?(?: day| eve)?|halloween|valentine(?:'s day)?|the end of the (?:year|"
    r"month|week)|"
    r"(?:the )?(?:weekend|summer|winter|spring|autumn)|navidad(?:es)?|nochebuena|nochevieja|ano nuevo|reyes|"
    r"san valentin|"
    r"(?:el |que acabe el |fin de |final de |fin del )?(?:ano|mes)|(?:el )?(?:fin de semana|verano|invierno|otono)|"
    r"(?:la )?primavera|"
    r"(?:el )?(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo)|(?:monday|tuesday|wednesday|thursday|friday|"
    r"saturday|sunday)|"
    r"(?:the |el )?(?:\d{1,2}(?:st|nd|rd|th)? (?:of |de )?)?(?:january|february|march|april|may|june|july|august|"
    r"september|october|"
    r"november|december|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|"
    r"diciembre)(?: \d{1,2})?)"
)
_COUNTDOWN = re.compile(
    r"(?:how (?:many (?:days|weeks|months)|long)(?: \w+){0,3}? (?:until|till|before)|"
    rf"(?:cuant[oa]s (?:dias|semanas|meses)|cuanto(?: tiempo)?) (?:faltan?|quedan?) (?:para|hasta)) (?:la |"
    rf"the )?{_FIXED}\W*$"
)
"""Until a day that stands in the calendar, which whoever knows the date can count."""


def about_clock(folded: str) -> bool:
    """Whether a folded text asks for the time, the date or the days until a fixed date: nobody has to look that up."""
    text = folded.strip(" ¿¡")
    return any(found is not None for found in (_CLOCK.match(text), _DAY_IS.match(text), _COUNTDOWN.search(text)))
