"""Whether a question can only be answered with facts of today: weather, prices, news, results, what is newest.

A rule, not a model: it has to say why. A word such as *weather* alone is not enough (``how does weather form?``),
nor is
*today* (``I feel sad today``): a live subject has to be asked for. Pure; reads one question of usual length.
"""

from __future__ import annotations

import re

_LONGEST = 400
"""Characters: a longer text brings its own facts (a story, a passage, a task)."""

_ASKS_NOW = re.compile(
    r"\b(?:what(?:'s| is)? (?:the )?(?:time|date|day)(?: is it)?(?: (?:now|today|it is))?\s*\??$|"
    r"what (?:time|day) is (?:it|today)|que (?:hora|dia) es\b(?! (?:el|la|mejor|la mejor))|a que (?:dia )?estamos|"
    r"who(?:'s| is) (?:currently )?the (?:current|present) |quien es (?:el|la) actual |"
    r"(?:latest|newest|most recent|current|ultim[oa]s?|actual) (?:stable |estable |lts )?(?:version|release|model|news|"
    r"noticias?|titulares|headlines|modelo|lanzamiento)|"
    r"(?:version|modelo|noticia) (?:mas reciente|mas nuev[oa]|actual)|"
    r"(?:noticias|titulares|headlines|news) (?:de hoy|del dia|from today|of today|today)|"
    r"breaking news|ultima hora|what(?:'s| is) (?:happening|going on) (?:in|with|today|right now)|"
    r"que (?:esta pasando|pasa hoy|ha pasado hoy))"
)
"""What asks for the present by itself."""
_LIVE = re.compile(
    r"\b(?:weather|temperatures?|forecast|rain(?:ing|y)?|snow(?:ing)?|sunny|umbrella|prices?|stocks?|shares?|quotes?|"
    r"exchange rates?|bitcoin|btc|ethereum|eur(?:o|os)?|dollars?|costs?|worth|ibex|nasdaq|dow jones|interest rates?|"
    r"inflation|news|headlines|scores?|results?|match(?:es)?|games?|fixtures?|playing|plays|play|standings|won|win|"
    r"winning|traffic|flights?|delayed|trains?|open|closed|showing|cinemas?|movies?|events?|happen(?:s|ed|ing)?|"
    r"version|release|president|prime minister|ceo|mayor|king|champions?|population|strikes?|power cut|sunrise|sunset|"
    r"tiempo|llueve|llover|lluvia|nieva|nevar|pronostico|paraguas|precios?|acciones|accion|bolsa|cotiza(?:cion)?|"
    r"tipos? de cambio|dolar(?:es)?|cuesta|vale|inflacion|noticias|titulares|resultados?|marcador|partidos?|juegan?|"
    r"clasificacion|gano|ha ganado|gana|ganando|trafico|vuelos?|retras(?:o|ado)|tren(?:es)?|abiert[oa]s?|cerrad[oa]s?|"
    r"cartelera|cines?|peliculas?|eventos?|presidente|presidenta|primer ministro|alcaldes?a?|rey|campeon(?:es)?|"
    r"huelga|poblacion|amanece|anochece|calor|frio|hot|cold)\b"
)
"""Subjects that change from day to day."""
_MARK = re.compile(
    r"\b(?:now|right now|at the moment|currently|today(?:'s)?|tonight(?:'s)?|this (?:morning|afternoon|evening|week|"
    r"weekend|month|season)|tomorrow(?:'s)?|yesterday(?:'s)?|last night|latest|newest|live|as of today|these days|"
    r"ahora|ahora mismo|actualmente|en este momento|hoy|esta (?:noche|manana|tarde|semana|temporada)|este (?:mes|"
    r"fin de semana)|(?<!la )(?<!esta )manana|ayer|anoche|en directo|en vivo|ultim[oa]s?|a dia de hoy)\b"
)
"""Words that mean the present."""
_ALWAYS_LIVE = re.compile(
    r"\b(?:what(?:'s| is|s) the (?:weather|temperature|forecast)(?: like)?(?: (?:in|at|for|outside|going)|\s*\??$)|"
    r"how(?:'s| is) the (?:weather|traffic)|"
    r"(?:is it|will it|is it going to) (?:be )?(?:rain(?:ing)?|snow(?:ing)?|sunny|hot|cold)(?: (?:in|at|outside|"
    r"on|this|"
    r"today|tomorrow)|\s*\??$)|do i need an umbrella|"
    r"que tiempo (?:hace|hara|va a hacer)|como esta (?:el (?:tiempo|trafico|clima))|que temperatura hace|"
    r"(?:esta lloviendo|va a llover|llovera|llueve|nieva|va a nevar)(?: (?:en|hoy|manana|este)|\s*\??$)|"
    r"necesito (?:un )?paraguas|"
    r"(?:price of|exchange rate|stock price|share price) (?:of |for )?(?:a |an |the )?(?:bitcoin|btc|ethereum|gold|oil|"
    r"tesla|apple|nvidia|euro|dollar)|(?:bitcoin|btc|tesla|apple|nvidia|gold) (?:stock )?price|"
    r"precio (?:del?|de la) (?:bitcoin|btc|ethereum|oro|petroleo|luz|gasolina|gasoil)|a cuanto (?:esta|cotiza)|"
    r"cuanto (?:vale|cuesta) (?:un |el )?(?:bitcoin|btc|euro|dolar)|how much is (?:a |one )?(?:bitcoin|btc)|"
    r"tipo de cambio (?:del?|entre)|cotizacion (?:del?|de las?)|"
    r"(?:a que hora|when|what time|cuando|contra quien|who) (?:do|does|is|are|juega|juegan)(?: the)? ?[\w ]{0,24}"
    r"(?:play(?:ing)? (?:next|today|tonight)|juega hoy|proximo partido)?\s*(?:next match|next game)|"
    r"(?:next|proximo) (?:match|game|partido|fixture)|(?:cuando|a que hora) juega\b|como (?:va|van|"
    r"ha quedado) (?:el|la) "
    r"(?:partido|madrid|barca|barcelona|atletico|seleccion|liga)|how did [\w ]{2,24} (?:play|do) (?:last|"
    r"yesterday|today))"
)
"""Asked in the present tense about what changes by the hour."""
_MADE_UP = re.compile(
    r"^(?:please |por favor,? )?(?:write|translate|compose|rewrite|explain|define|summari[sz]e|imagine|"
    r"tell me a (?:story|"
    r"joke)|escrib|traduc|compon|redact|reescrib|explica|defin|resum|imagina|cuentame un)"
)
"""Tasks of language: what they mention is material, not a question about the world."""
_NOT_NOW = re.compile(
    r"\b(?:if|suppose|assume|si|supon(?:iendo|ga|gamos)?(?: que)?) (?:it is |it's )?(?:today|tomorrow|yesterday|now|"
    r"hoy|"
    r"manana|ayer|ahora|it rains|it snows|llueve|nieva)\b|"
    r"\b(?:battle|war|century|ancient|history of|origin of|in (?:1\d{3}|200\d|201\d)|en (?:1\d{3}|200\d|201\d)|"
    r"en el ano "
    r"\d{3,4}|batalla|guerra|siglo|antigu[oa]|historia de|how (?:does|do|is|are) [\w ]{1,30} (?:work|form|formed|made|"
    r"measured|caused)|como (?:funciona|se forma|se mide|se calcula|se origina)|what (?:causes|does [\w ]+ mean)|que "
    r"(?:causa|significa)|dinosaur|born|nacio|murio|died|difference between|diferencia entre)\b"
)
"""About what is long settled."""
_QUOTED = re.compile(r"```.*?(?:```|$)|«[^»]*»|“[^”]*”|\"[^\"]*\"|`[^`]*`", re.DOTALL)
_ASKING = re.compile(
    r"\?|\b(?:what|who|which|how|when|is|are|will|did|tell me|show me|give me|check|find|look up|que|quien|cual|cuanto|"
    r"como|cuando|dime|dame|busca|mira|consulta|ensename|muestrame)\b"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def about_now(folded: str) -> bool:
    """Whether a folded text (``fold``) asks for facts that no model can have learned."""
    if len(folded) > _LONGEST:
        return False
    text = _QUOTED.sub(" ", folded).strip(" ¿¡")
    if _MADE_UP.match(text) or _NOT_NOW.search(text):
        return False
    if _ASKS_NOW.search(text) or _ALWAYS_LIVE.search(text):
        return True
    told = len(_NUMBER.findall(text))
    return told < 2 and bool(_ASKING.search(text) and _MARK.search(text) and _LIVE.search(text))


_CLOCK = re.compile(
    r"^(?:please |por favor,? |hey |oye,? |jarvis,? )*(?:do you know |sabes |dime |tell me )?"
    r"(?:what(?:'s| is)?|which|que|cual es|en que|a que|a cuantos)(?: the)?(?: (?:current|exact))? ?"
    r"(?:time|day(?: of the week)?|date|month|year|today's date|la (?:hora|fecha)|hora|dia(?: de la semana)?|fecha|"
    r"mes|ano)(?: (?:is|are|it|we|today|now|right|in|of|the|es|hoy|ahora|mismo|son|tenemos|estamos|a|today's|date|"
    r"actual|de))*\W*$"
)


def about_clock(folded: str) -> bool:
    """Whether a folded text asks for the time or the date: nobody has to look that up on the web."""
    return _CLOCK.match(folded.strip(" ¿¡")) is not None
