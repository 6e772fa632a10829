"""What people say of themselves and theirs, as expressions over folded text, in Spanish and English.

A rule reads one clause, from its first word. ``value`` is what is so, ``name`` of whom where that is not the speaker,
``rel`` what that one is to him. A rule that would often be wrong is not here: the model may find what these leave.
"""

from __future__ import annotations

from dataclasses import dataclass

from jarvis.memory.relations import LANGUAGES, ONE, PROFESSIONS, SEVERAL


@dataclass(frozen=True, slots=True)
class Rule:
    """``attribute`` may hold ``{key}``, filled from that group. ``dated``: only with a day in the clause, which is the
    value; ``proper``: the value has to begin with a capital; ``ends``: it says that something is no more; ``past``: its
    days have been; ``since``: what is new holds from the day that is named; ``opens``: what follows may say more;
    ``changes``: it was otherwise before; ``adds``: there may be others of the kind.
    """

    kind: str
    attribute: str
    pattern: str
    dated: bool = False
    proper: bool = False
    ends: bool = False
    past: bool = False
    since: bool = False
    opens: bool = False
    changes: bool = False
    adds: bool = False


_MORE = (
    rf"(?:y|pero|sino|porque|pues|aunque|asi que|desde|cuando|mientras|donde|and|but|because|although|so|since|when|"
    rf"while|where|as an?|como|de (?:{PROFESSIONS})|for (?:\w+ )?\d|de toda la vida|for (?:a|two|three|four|five|ten|"
    rf"many|the)\b|"
    rf"con (?:mis?|nuestr[oa]s?|el|la|los|las|un|una)\b|with (?:my|our|the|an?)\b)"
)
V = rf"(?P<value>[^,.;:!?()\n]+?)(?=\s*(?:$|[,.;:!?()]|\b{_MORE}\b))"
"""Up to the next clause."""
_BUT = r"(?=\s*(?:$|[,.;:!?]| (?:pero|aunque|but|although|though) (?:\w+ )*?(?:odi|detest|no|me|i|hate|don't)))"
LIST = r"(?P<value>[^.;:!?()\n]+)"
"""Several, with commas."""
NAME = r"(?P<name>[^\W\d_][\w'’-]+(?: (?:(?:de|del|la|van|von|o') )?[^\W\d_][\w'’-]+){0,3}?)"
CALLED = r"(?P<name>[^\W\d_][\w'’-]+(?: (?!(?:no|ya|nunca|not|never)\b)[^\W\d_][\w'’-]+){0,2})"


def _who(my: str, end: str = "") -> str:
    """Somebody: "mi hermana", "mi hermana Ana", "Ana"."""
    word = r"(?!(?:no|ya|nunca|tampoco|not|never|is|isn't|doesn't)\b)[^\W\d_][\w'’-]+"
    return rf"(?:{my} (?P<rel{end}>{ONE})(?: (?P<name{end}>{word}))?,?|(?P<other{end}>{word}(?: {word})??))"


WHO, WHO_2, WHO_EN, WHO_EN_2 = _who("mi"), _who("mi", "2"), _who("my"), _who("my", "2")
_PET = r"(?:perr|perrit|gat|gatit|conej)[oa]|loro|canario|caballo|dog|puppy|cat|kitten|rabbit|horse|parrot"
NOW = r"(?:ahora |actualmente |ya |todavia |siempre |tambien |now |currently |still |also |really |actually |just )*"
_EVENT = (
    r"(?:citas?|reunion|consulta|examen|entrevista|vuelo|tren|boda|cena|comida|revision|viaje|partido|concierto|clase|"
    r"operacion|analisis|ecografia|resonancia|mudanza|fiesta|presentacion|defensa|juicio|excursion|curso|cumpleanos|"
    r"appointment|meeting|exam|test|interview|flight|train|wedding|dinner|lunch|check-?up|trip|match|game|"
    r"concert|class|"
    r"surgery|operation|scan|party|presentation|defen[cs]e|hearing|course|deadline|date|call)\b"
)
_ENTITY = (
    r"(?P<key>(?:\w+ )?(?:matricula|clave|contrasena|codigo|pin|telefono|numero|movil|direccion|correo|email|"
    r"talla|wifi|coche|moto|bici|ordenador|portatil|banco|seguro|equipo|"
    r"number plate|licen[cs]e plate|plate|password|passcode|code|phone|number|mobile|address|e-?mail|size|wi-?fi|car|"
    r"bike|laptop|computer|bank|insurance|team))"
)
_ENTITY_ONE = r"(?:coche|moto|bici|ordenador|portatil|seguro|car|bike|laptop|computer|insurance|motorbike)"
_ILL = (
    r"(?:diabetes|asma|migranas?|epilepsia|hipertension|artritis|ansiedad|insomnio|tdah|"
    r"diabetes|asthma|migraines?|epilepsy|arthritis|anxiety|insomnia|adhd|hypertension|a pacemaker|un marcapasos)"
)
_DIET = r"(?:vegan[oa]?|vegetarian[oa]?|pescatarian[oa]?|pescetarian[oa]?)"
_BODY = r"(?:celiac[oa]?|coeliac|diabetic[oa]?|asmatic[oa]|asthmatic|zurd[oa]|left-handed)"
_HAVE = (
    r"(?:un|una|dos|tres|cuatro|\d+|a|an|two|three|four) (?:\w+ )?(?:perr[oa]s?|gat[oa]s?|hij[oa]s?|"
    r"herman[oa]s?|niet[oa]s?|"
    r"coche|moto|casa|huerto|jardin|empresa|tienda|bici|caballo|barco|"
    r"dogs?|cats?|sons?|daughters?|kids?|children|brothers?|sisters?|siblings|car|motorbike|house|garden|company|shop|"
    r"bike|horse|boat)\b[^,.;:!?]*"
)
_DAY = (
    r"lunes|martes|miercoles|jueves|viernes|sabado|domingo|monday|tuesday|wednesday|thursday|friday|saturday|sunday|"
    r"manana|pasado manana|tomorrow|\d\d?(?: de \w+)?|la semana que viene|week"
)
_GO = (
    r"voy|vamos|viajo|viajamos|vuelo|volamos|salgo|salimos|llego|llegamos|empiezo|empezamos|ceno|cenamos|como|comemos|"
    r"quedo|quede|he quedado|hemos quedado|me (?:caso|mudo|operan|examino|voy|jubilo|incorporo)|nos (?:casamos|"
    r"mudamos|vamos)|tengo que|tenemos que|debo"
)
_GO_EN = (
    r"(?:i'm|i am|we're|we are) (?:going|flying|travell?ing|leaving|arriving|starting|moving|getting married|having|"
    r"meeting|seeing|visiting)|i (?:fly|leave|retire|arrive|start|meet|have to|need to|must)|we (?:fly|leave|arrive|"
    r"start|meet|have to)|i'm (?:seeing|meeting)"
)

_OWN = r"(?:el|la|los|las|mi|mis|nuestr[oa]s?|the|my|our)"
_WORDS = (
    rf"(?!(?:{ONE}|nuev[oa]s?|new|que)\b)[^\W\d_][\w'’-]*(?: (?!(?:que|who|which|that|no|ya|not|"
    rf"never)\b)[\w'’-]+){{0,4}}?"
)
_THING = rf"{_OWN} (?P<key>{_WORDS})"
_IS = r"(?:es|son|esta|estan|se llaman?|(?:(?:me|nos) )?cuestan?|vale|valen|is|are|costs?)"
_AT = r"(?: (?:en(?: el| la)?|a|at|on|in|called|por))?"
_IT = (
    r"(?P<value>(?!(?:que|from)\b|de (?!\d))(?:[^,;!?\n]|,(?=\d))+?)(?=\W*$|,(?!\d)|[;!?]|\.\s| (?:y|pero|porque|"
    r"desde|and|but|because|since)\b)"
)
_NOWADAYS = r"(?:ahora|desde (?:hoy|ayer)|a partir de (?:ahora|hoy)|now|from now on|as of (?:today|now))"
_NOT_THAT = r"(?:(?:ya )?no (?:es|esta|se llama)|is not|isn't) [^,;!?]{2,40},? (?:es|esta|se llama|sino|it's|it is|but)"
_FROM = r"(?:(?:from|de(?= \S*\d)) [^,;!?]{1,40}? )?"
_TO = r"(?:a|al|para el|por|hasta|to)(?! las? \d)"
_TURNED = (
    r"(?:(?:se |me |nos )*(?:(?:ha|han|has|have) )?(?:cambiado|cambio|cambia|pasado|paso|pasa|movido|subido|subio|sube|"
    r"bajado|bajo|baja|changed|moved|switched|gone (?:up|down)|went (?:up|down))|(?:was|is|has been|got|"
    r"is being) (?:changed|moved|switched|raised|lowered))"
)
_PUT = (
    r"(?:me |nos |le )?(?:han|hemos|he|ha|they|we|i|he|she)(?:'ve| have| has)? (?:cambiado|subido|bajado|pasado|movido|"
    r"changed|raised|lowered|moved|switched)"
)
_MEET = (
    rf"(?P<key>(?:\w+ )?{_EVENT}(?: (?:con|de|del|en|para|with|for|at|of|to) (?:el |la |the |mi |my )?"
    rf"(?!(?:{_DAY})\b)[\w'’]+)?)"
)
_MEET_2, _MEET_3 = (_MEET.replace("<key>", f"<key{n}>") for n in (2, 3))
_CALL_OFF = r"(?:(?:han|ha|he|hemos) (?:cancel|anul)ado|(?:they|we|i|he|she)(?:'ve| have| has)? cancell?ed)"
_DELAYED = (
    r"(?:retras|adelant|aplaz|pospuest|posponen?|retrasan?|cambi|pas|muev|mov)(?:ad[oa]|id[oa]|an?|en?|o|io|aron)?|"
    r"moved|moves|pushed|postponed|rescheduled|changed|brought forward"
)
_OF_DAY = rf"(?: (?:del?|of|on|from) (?:el |este )?(?:{_DAY}))?"
_ON = r"(?: (?:del?|from) [^,;:!?]{1,30}?)? (?:al?|para|hasta|to|for|until|till)"


def _rule(kind: str, attribute: str, pattern: str, **more: bool) -> Rule:
    return Rule(kind, attribute, pattern, **more)


RULES = (
    # who the speaker is
    _rule("fact", "name", rf"(?:me llamo|mi nombre es) {V}", proper=True),
    _rule("fact", "name", r"(?:hola,? |buenas,? |hi,? |hello,? )?(?:soy|i'm|i am|this is|aqui) (?!vegan|vegetarian|"
     r"celiac|\w+(?:ish|ese|ian|ean)\b|american|mexican|german|french|dutch|greek|catholic|muslim|christian\b|ok\b|"
          r"so\b)(?P<value>[^\W\d_][\w'’-]+)(?=$|[,.!]$|[,.!] ?(?:y|and|de|from|i|i'm|my|vivo|trabajo|tengo|"
          r"encantad\w|nice|un placer)\b| (?:y|and) )",
          proper=True),
    _rule("fact", "name", rf"(?:my name is|my name's) {V}", proper=True),
    _rule("fact", "nickname", rf"(?:llamame|(?:todos|mis amigos) me llaman|call me|(?:people|my friends) call me|"
     rf"everyone calls me) {V}", proper=True),
    _rule("fact", "age", r"(?:tengo|acabo de cumplir|cumpli|he cumplido) (?P<value>\d{1,3}) anos(?! (?:de|en|sin|"
     r"cotiz|trabaj|viv|llev)\w*)"),
    _rule("fact", "age", r"(?:i'm|i am|i just turned|i turned) (?P<value>\d{1,3})(?: years old)?(?=$|[,.!]| and\b|"
     r" years(?! (?:older|younger)))"),
    _rule("fact", "weight", rf"{NOW}(?:peso|i weigh) {NOW}(?P<value>\d+(?:[.,]\d+)?(?: (?:kilos|kg|pounds|stone))?)"),
    _rule("date", "birthday", r"(?:mi cumple(?:anos)? es|cumplo(?: \d+)? anos|naci|(?:hoy|manana|ayer) (?:es|fue) "
     r"mi cumple) ?(?P<value>.*)", dated=True),
    _rule("date", "birthday", r"(?:my birthday is|my birthday's|i was born|(?:today|tomorrow|yesterday) (?:is|was) my "
     r"birthday|it's my birthday) ?(?P<value>.*)", dated=True),
    _rule("fact", "birthplace", rf"(?:naci en|soy de|i was born in|i come from|i'm (?:originally )?from|"
     rf"i am from) {V}", proper=True),
    _rule("fact", "home", rf"(?:(?:mi \w+|yo) y (?:yo|\w+) )?{NOW}(?:vivo|vivimos|resido|(?:sigo|seguimos|"
     rf"llev(?:o|amos) \w+ \w+) viviendo)(?: ahora| actualmente)? en {V}", proper=True),
    _rule("fact", "home", rf"(?:yo |ya )?(?:me (?:he mudado|mude|acabo de mudar)|nos (?:hemos mudado|mudamos|"
     rf"acabamos de mudar)) (?:\w+ )?a {V}", proper=True, past=True, since=True),
    _rule("fact", "home", rf"(?:now )?(?:i|we) {NOW}(?:live|reside) in {V}|(?:i've|i have|we've) (?:been living|"
     rf"lived) in (?P<value2>[^,.;:!?]+?)(?= since| for)", proper=True),
    _rule("fact", "home", rf"(?:i|i've|i have|we|we've|we have) (?:just |"
     rf"recently )?moved (?:house )?to {V}", proper=True, past=True, since=True),
    _rule("fact", "home", rf"(?:(?:mi|nuestra|my|our) )?(?:primera noche|first night) (?:en|in|at) {V}",
          proper=True, past=True),
    _rule("fact", "home", rf"(?:(?:ya )?no|i no longer|i don't|we no longer) (?:vivo|vivimos|live) (?:en|in) {V}|"
     rf"i don't live in (?P<value2>[^,.;:!?]+?) any ?more|{WHO} (?:ya )?no vive en (?P<value3>[^,.;:!?]+)|"
     rf"{WHO_EN_2} (?:no longer lives|doesn't live) in (?P<value4>[^,.;:!?]+?)(?=$|[,.;:!?]| any ?more)", ends=True),
    _rule("fact", "employer", rf"(?:yo )?{NOW}(?:trabajo|trabajamos|(?:sigo|llevo \w+ \w+) trabajando)"
     rf"(?: ahora| actualmente)? (?:en|para) {V}", proper=True),
    _rule("fact", "employer", rf"(?:now )?i(?:'ve| have)? {NOW}(?:work|worked|been working) (?:at|for) {V}|"
     rf"i'm working (?:at|for) (?P<value2>[^,.;:!?]+)", proper=True),
    _rule("fact", "employer", rf"(?:he empezado|empece|acabo de empezar|he entrado) (?:a trabajar )?en {V}|(?:i've|"
     rf"i have|i) (?:just )?(?:started|joined) (?:working )?(?:at |for |"
     rf"a job at )?(?P<value2>[^,.;:!?]+)", proper=True, past=True, since=True),
    _rule("fact", "employer", rf"(?:yo )?{NOW}trabajo(?: ahora| actualmente)? (?:de|como) [^,.;:!?]+? en {V}|"
     rf"i {NOW}work as (?:an? )?[^,.;:!?]+? (?:at|for) (?P<value2>[^,.;:!?]+?)(?=$|[,.;:!?]| (?:and|since|but)\b)",
     proper=True, opens=True),
    _rule("fact", "employer", rf"(?:(?:hoy |ayer )?(?:ha sido |fue |es )?(?:mi )?primer dia|(?:(?:today|"
     rf"yesterday) (?:was|is) )?(?:my )?first day) (?:en|at) {V}", proper=True),
    _rule("fact", "employer", rf"(?:tengo un nuevo trabajo|i(?:'ve)? (?:got|have) a new job|i got a job) (?:en|at) {V}",
     proper=True, past=True, since=True),
    _rule("fact", "employer", rf"(?:empiezo(?: a trabajar)?|i start(?: work| working)?|i'm starting) (?:en|at) {V}",
     proper=True, since=True, opens=True),
    _rule("fact", "employer", rf"(?:(?:hoy|ayer) )?(?:ha sido |fue |es )?(?:mi )?ultimo dia en {V}|(?:(?:today|"
     rf"yesterday) (?:was|is) )?(?:my )?last day at (?P<value2>[^,.;:!?]+)", ends=True),
    _rule("fact", "employer", rf"{WHO} (?:ya )?no trabaja (?:en|para) {V}|{WHO_EN_2} (?:no longer works|doesn't work|"
     rf"left "
     r"(?:his|her|their) job) (?:at|for) (?P<value2>[^,.;:!?]+?)(?=$|[,.;:!?]| any ?more)", ends=True, past=True),
    _rule("fact", "employer", rf"(?:(?:ya no trabajo|he dejado de trabajar|deje de trabajar|me (?:han )?(?:despedido|"
     rf"despidieron|echado|echaron)|(?:he dejado|deje) (?:el|mi) (?:trabajo|empleo|puesto)|i no longer work|"
     rf"i(?:'ve)? (?:left|quit) (?:my|the) job|i stopped working|i (?:got|was) (?:fired|laid off))(?: (?:en|para|de|at|"
     rf"for|from) {V}|(?=\W*$|[,.;:!?]| (?:y|porque|hace|ayer|and|because|last|yesterday)\b))|i don't work (?:at|for) "
     rf"(?P<value2>[^,.;:!?]+?)(?=$|[,.;:!?]| any ?more))", ends=True, past=True),
    _rule("fact", "studies", rf"(?:ya no estudio|he dejado de estudiar|i no longer study|i stopped studying) {V}",
     ends=True, past=True),
    _rule("fact", "employer", rf"(?:he cambiado de trabajo|i've changed jobs|i changed jobs)\W+(?:y |and )?(?:ahora |"
     rf"now )?(?:estoy en|trabajo en|i'm at|i work (?:at|for)) {V}", proper=True),
    _rule("person", "relation", rf"(?:estoy|estamos) (?P<rel>casad[oa]|prometid[oa]|saliendo) con {CALLED}(?=$|"
     rf"[,.;:!?]| (?:y|desde)\b)|i'm (?P<rel2>married|engaged) to (?P<name2>[^\W\d_][\w'’-]+)", proper=True),
    _rule("person", "relation", rf"(?:tengo|tenemos|i have|we have|i've got|we've got) (?:un|una|an?) (?P<rel>nin[oa]|"
     rf"bebe|baby|girl|boy|[\w-]+-year-old)(?: [^,.;:!?]*?)? (?:que se llama|llamad[oa]|called|named) {CALLED}(?=$|"
     rf"[,.;:!?]| (?:y|and)\b)",
     proper=True),
    _rule("person", "relation", rf"(?:mi|my) (?:(?P<fresh>nuev[oa]|new) )?(?P<rel>{ONE}) (?:(?P<fresh2>ahora) )?(?:es|"
     rf"is) (?:(?P<fresh3>now) )?(?:(?:el|la) )?(?:(?:dr|dra|mr|mrs|ms|sr|sra|doctor|doctora)\.? )?(?!\w+(?:ish|ese|"
     rf"ian|ean)\b|american|german|french|dutch|greek|catholic|muslim){CALLED}(?=$|[.!])", proper=True),
    _rule("person", "relation", rf"(?:he roto con|lo (?:he|hemos) dejado con|me (?:he (?:separado|divorciado)|separe|"
     rf"divorcie) de|rompi con) (?:{WHO})(?=$|[,.;:!?]| (?:y|pero|porque|hace|despues|ayer|el|la)\b)|(?:i|we)(?:'ve| "
     rf"have)? (?:broke|broken|split) up with (?:{WHO_EN_2})(?=$|[,.;:!?]| (?:and|but|because|last|yesterday|after|in|"
     rf"on)\b)",
     ends=True, past=True),
    _rule("fact", "died", rf"mi (?P<rel>{_PET}),? (?:(?P<name>[^\W\d_][\w'’-]+),? )??(?:ha muerto|murio|se (?:ha "
     rf"muerto|murio)|fallecio|ha fallecido)\b(?P<value>.*)|(?:ha muerto|murio|se (?:ha muerto|(?:me|nos) ha muerto|"
     rf"murio)) mi (?P<rel2>{_PET}),? ?(?P<name2>[^\W\d_][\w'’-]+)?(?P<value2>.*)|my (?P<rel3>{_PET}),? "
     rf"(?:(?P<name3>[^\W\d_][\w'’-]+),? )??(?:has died|died|passed away|has passed away)\b(?P<value3>.*)", past=True),
    _rule("preference", "avoids", r"(?:no puedo (?:comer|tomar|beber)|i can't (?:eat|drink|"
     r"have)) (?P<value>[^,.;:!?]+)"),
    _rule("fact", "learns", rf"(?:estoy aprendiendo|i'm learning|i am learning) (?:a )?{V}"),
    _rule("fact", "plays", rf"(?:toco (?:el|la)|juego al?|i play(?: the)?) {V}"),
    _rule("preference", "fears", rf"(?:me dan? (?:mucho |panico )?(?:miedo|panico)|i'm (?:afraid|scared|"
     rf"terrified) of) {V}"),
    _rule("preference", "supports", rf"(?:soy (?:del|hincha del?|seguidora? del?)|i support) {V}", proper=True),
    _rule("fact", "takes", r"(?:tomo|me tomo|i take) (?P<value>[^,.;:!?]+? (?:cada|todos|todas|every|once|twice|"
     r"al dia|por la)\b[^,.;:!?]*)"),
    _rule("fact", "job", rf"(?:yo )?{NOW}trabajo(?: ahora| actualmente)? (?:de|como) (?!\d){V}"),
    _rule("fact", "job", rf"i(?:'ve| have)? {NOW}(?:work|worked|been working) as (?:an? )?{V}"),
    _rule("fact", "job", rf"(?:soy|i'm|i am) (?:an? |un |una )?(?P<value>(?:{PROFESSIONS})(?: (?:de|en|at|"
     rf"in) [^,.;:!?]+?)?)(?=$|[,.;:!?]| (?:y|and|but|pero|desde|since)\b)"),
    _rule("fact", "studies", rf"(?:yo )?{NOW}(?:estudio|estoy estudiando|i(?:'m| am) studying|i study) (?!para|"
     rf"el caso|for|the)(?P<value>[^,.;:!?]+?)(?=$|[,.;:!?]| (?:y|and|but|pero|desde|since)\b)"),
    _rule("fact", "language", rf"(?:hablo|i speak) (?P<value>(?:\w+ )?(?:{LANGUAGES})[^.;:!?]*)"),
    _rule("fact", "has", rf"(?:me acabo de comprar|me he comprado|acabo de comprar(?:me)?|i(?:'ve| have)? just bought|"
     rf"i bought) {V}"),
    _rule("fact", "allergy", rf"(?:soy |somos )?(?:muy )?(?:alergic[oa]s?|intolerantes?) al? {V}|tengo (?:alergia|"
     rf"intolerancia) al? (?P<value2>[^,.;:!?]+)"),
    _rule("fact", "allergy", rf"(?:i'm|i am) (?:severely |very |badly )?(?:allergic to|intolerant to) {V}|"
     rf"i have an? (?P<value2>\w+(?: \w+)?) (?:allergy|intolerance)"),
    _rule("fact", "health", rf"(?:tengo|padezco|sufro|i have|i suffer from|i've got) (?:de )?(?P<value>{_ILL})"),
    _rule("fact", "diet", rf"(?:soy|i'm|i am|me he hecho|i've become|i became) (?:now )?(?:an? )?(?P<value>{_DIET})"
     rf"(?! (?:any ?more|no longer))"),
    _rule("fact", "health", rf"(?:soy|i'm|i am) (?:an? )?(?P<value>{_BODY})"),
    _rule("fact", "diet", rf"(?:ya )?no soy (?P<value>{_DIET})|(?:i'm|i am) (?:not|no longer) (?:an? )?"
     rf"(?P<value2>{_DIET})", ends=True),
    _rule("fact", "allergy", rf"(?:ya )?no soy (?:alergic[oa]|intolerante) al? {V}|ya no tengo (?:alergia|intolerancia)"
     r" al? (?P<value2>[^,.;:!?]+)|(?:i'm|i am) (?:not|no longer) (?:allergic|intolerant) to (?P<value3>[^,.;:!?]+?)"
     r"(?=$|[,.;:!?]| any ?more)", ends=True),
    _rule("preference", "avoids", r"(?:yo )?(?:ya )?no (?:como|bebo|fumo|tomo|conduzco) (?P<value>(?!nada|ni\b|"
     r"mucho)[^,.;:!?]+)"),
    _rule("preference", "avoids", r"i (?:don't|do not|never|no longer) (?:eat|drink|smoke|drive|"
     r"take) (?P<value>(?!anything|any\b|it\b|that\b)[^,.;:!?]+)"),
    # what they like
    _rule("preference", "likes", r"(?:a mi )?(?:me (?:gusta|gustan|encanta|encantan|apasiona|apasionan|"
     r"chifla)(?: mucho| muchisimo)?|adoro|soy (?:muy )?fan de) (?P<value>[^,.;:!?]+?)" + _BUT),
    _rule("preference", "likes", r"i (?:really |absolutely |do )?(?:like|love|enjoy|adore|"
     r"am fond of) (?P<value>[^,.;:!?]+?)" + _BUT + r"|i'm (?:a (?:big |huge )?fan of|fond of|into) "
     r"(?P<value2>[^,.;:!?]+?)" + _BUT),
    _rule("preference", "dislikes", r"(?:a mi )?(?:(?:ya )?no me (?:gusta|gustan)(?: nada)?|odio|detesto|"
     r"no (?:soporto|aguanto)) (?P<value>[^,.;:!?]+?)" + _BUT),
    _rule("preference", "dislikes", r"i (?:really |just )?(?:hate|dislike|can't stand|cannot stand|"
     r"don't (?:really )?like|do not like|don't enjoy) (?P<value>[^,.;:!?]+?)" + _BUT),
    _rule("preference", "prefers", r"(?:yo )?(?:siempre )?prefiero (?P<value>[^.;:!?]+)"),
    _rule("preference", "prefers", r"(?:personally,? )?(?:i (?:always |really |strongly |much |generally |"
     r"usually )?(?:prefer|would rather)|i'd (?:much )?rather) (?P<value>[^.;:!?]+)"),
    _rule("preference", "favourite:{key}", rf"mi (?P<key>\w+(?: \w+)?) (?:favorit[oa]|preferid[oa]) {NOW}(?:es|"
     rf"son) {NOW}{V}"),
    _rule("preference", "favourite:{key}", rf"mi (?P<key>\w+(?: \w+)?) (?:favorit[oa]|preferid[oa]) ya no (?:es|son) "
     rf"{V}|my favou?rite (?P<key2>\w+(?: \w+)?) (?:is|are) (?:no longer|not) (?P<value2>[^,.;:!?]+?)"
     r"(?=$|[,.;:!?]| any ?more)", ends=True),
    _rule("preference", "favourite:{key}", rf"my favou?rite (?P<key>\w+(?: \w+)?) {NOW}(?:is|are) {NOW}{V}"),
    # their people and what they have
    _rule("person", "relation", rf"(?:y )?mi (?:otr[oa] |mejor |(?P<fresh>nuev[oa] ))?(?P<rel>{ONE}) (?:mayor |menor |"
     rf"pequen[oa] )?se llama {CALLED}(?=$|[,.;:!?]| (?:y|pero|que)\b)", proper=True),
    _rule("person", "relation", rf"(?:and )?my (?:other |older |younger |little |big |best |"
     rf"(?P<fresh>new ))*(?P<rel>{ONE})(?:'s name is| is (?:called|named)|'s called) {CALLED}(?=$|[,.;:!?]| (?:and|but|"
     rf"who)\b)", proper=True),
    _rule("person", "relation", rf"(?:tengo|i have|i've got|we have|tenemos) (?:un|una|otr[oa]|an?|"
     rf"another) (?:\w+ )?(?P<rel>{ONE}) (?:que se llama|llamad[oa]|called|named) {CALLED}(?=$|[,.;:!?]| (?:y|and|"
     rf"but|pero|que|who|de|of)\b)", proper=True),
    _rule("person", "relation", rf"mis (?P<several>{SEVERAL}) se llaman {LIST}", proper=True),
    _rule("person", "relation", rf"my (?P<several>{SEVERAL})(?:' names are| are (?:called|named)) {LIST}", proper=True),
    _rule("person", "relation", rf"{CALLED} (?:es mi|is my) (?:otr[oa] |mejor |older |younger |best |"
     rf"new )?(?P<rel>{ONE})(?=$|[,.;:!?]| (?:y|and|but|pero|desde)\b)", proper=True),
    _rule("person", "relation", rf"(?:mi|my) (?:mejor |best |older |younger )?(?P<rel>{ONE}),? {CALLED}(?=,| (?:vive|"
     rf"trabaja|es|esta|tiene|viene|cumple|ha|se|va|prefiere|lives|works|is|has|comes|likes|prefers|"
     rf"will|was)\b)", opens=True, proper=True),
    _rule("fact", "has", rf"(?:tengo|tenemos|i have|i've got|we have|we've got) (?P<value>{_HAVE})"),
    _rule("date", "birthday", rf"(?:el cumpleanos de (?:{WHO}) es|{WHO_2} (?:cumple(?: \d+)?(?: anos)?|"
     rf"nacio)) (?P<value>.*)", dated=True),
    _rule("date", "birthday", rf"{WHO_EN}(?:'s|’s) birthday is (?P<value>.*)|"
     rf"{WHO_EN_2} was born (?P<value2>.*)", dated=True),
    _rule("fact", "home", rf"{WHO} (?:ahora )?(?:vive|viven|se ha mudado a|"
     rf"se mudo a)(?: ahora)?(?: en)? {V}", proper=True),
    _rule("fact", "home", rf"{WHO_EN} (?:now |still )?(?:lives|has moved to|"
     rf"moved to)(?: now)?(?: in)? {V}", proper=True),
    _rule("fact", "employer", rf"{WHO} (?:ahora )?trabaja (?:en|para) {V}", proper=True),
    _rule("fact", "employer", rf"{WHO_EN} (?:now )?works (?:at|for) {V}", proper=True),
    _rule("fact", "job", rf"{WHO} (?:trabaja (?:de|como)|es) (?P<value>{PROFESSIONS})(?=$|[,.;:!?]| (?:y|en)\b)"),
    _rule("fact", "job", rf"{WHO_EN} (?:works as|is) (?:an? )(?P<value>{PROFESSIONS})(?=$|[,.;:!?]| (?:and|in|at)\b)"),
    _rule("fact", "allergy", rf"{WHO} (?:es (?:alergic[oa]|intolerante)|tiene alergia) al? {V}"),
    _rule("fact", "allergy", rf"{WHO_EN} is (?:allergic|intolerant) to {V}"),
    _rule("fact", "diet", rf"(?:{WHO}|{WHO_EN_2}) (?:es|is|se ha hecho|has become) (?:an? )?(?P<value>{_DIET})"),
    _rule("fact", "health", rf"(?:{WHO}|{WHO_EN_2}) (?:es|is) (?:an? )?(?P<value>{_BODY})"),
    _rule("preference", "likes", rf"a {WHO} le (?:gusta|gustan|encanta|encantan) (?P<value>[^,.;:!?]+)"),
    _rule("preference", "likes", rf"{WHO_EN} (?:really |absolutely )?(?:likes|loves|enjoys|"
     rf"is a fan of) (?P<value>[^,.;:!?]+)"),
    _rule("preference", "dislikes", rf"(?:a {WHO} no le (?:gusta|gustan)|{WHO_2} (?:odia|detesta|"
     rf"no soporta)) (?P<value>[^,.;:!?]+)"),
    _rule("preference", "dislikes", rf"{WHO_EN} (?:really )?(?:hates|dislikes|can't stand|"
     rf"doesn't like) (?P<value>[^,.;:!?]+)"),
    _rule("preference", "prefers", rf"{WHO} (?:siempre |claramente )?(?:prefiere|preferiria|me (?:dijo|ha dicho|"
     rf"pidio) que preferiria)(?: \w+mente)? (?P<value>[^.;:!?]+)"),
    _rule("preference", "prefers", rf"{WHO_EN} (?:\w+ly |always )?(?:prefers|would rather|told me (?:s?he|they)(?:'d|"
     rf" would) rather|says (?:s?he|they) prefers?) (?P<value>[^.;:!?]+)"),
    _rule("preference", "wants", rf"{WHO} quiere que (?P<value>[^.;:!?]+)|{WHO_EN_2} wants (?:me|"
     rf"us) to (?P<value2>[^.;:!?]+)"),
    # what is otherwise than before
    _rule("date", "date:{key}", rf"{_OWN} {_MEET}{_OF_DAY} (?:(?:ahora es|es ahora|is now|{_NOT_THAT})|(?:se |me la |"
     rf"nos la )?"
     rf"(?:(?:ha|han|has been|have|was|is|got) )?(?:{_DELAYED}){_ON})\b(?P<value>.*)", dated=True, changes=True),
    _rule("date", "date:{key}", rf"{_OWN} {_MEET}{_OF_DAY} (?:se ha|ha sido|is|was|has been|got) (?:cancel|anula)\w+|"
     rf"ya no tengo (?:{_OWN} )?{_MEET_2}|(?:(?:me|nos|le) )?{_CALL_OFF} {_OWN} {_MEET_3}", ends=True),
    _rule("date", "date:{key}", rf"(?:(?:el|la|mi|the|my) \w+ )?(?:(?:me|nos|le) )?(?:(?:han|ha|he|hemos|they|we|i|he|"
     rf"she|has|have)(?:'ve| have| has)? )?(?:{_DELAYED}) {_OWN} {_MEET}{_OF_DAY}{_ON}\b(?P<value>.*)", dated=True,
     changes=True),
    _rule("fact", "is:{key}", rf"{_THING} (?:{_NOWADAYS} {_IS}|{_NOT_THAT}){_AT} {_IT}", changes=True, since=True),
    _rule("fact", "is:{key}", rf"{_THING} {_IS} {_NOWADAYS}{_AT} {_IT}", changes=True, since=True),
    _rule("fact", "is:{key}", rf"{_NOWADAYS},? {_THING} {_IS}{_AT} {_IT}", changes=True, since=True),
    _rule("fact", "is:{key}", rf"{_THING} {_IS}{_AT} (?P<value>[^,;!?\n]+?) {_NOWADAYS}(?=\W*$)", changes=True),
    _rule("fact", "is:{key}", rf"{_OWN} (?:nuev[oa]s?|new) (?P<key>{_WORDS}) {_IS}{_AT} {_IT}|{_OWN} "
     rf"(?P<key2>{_WORDS}) nuev[oa]s? {_IS}{_AT} {_IT.replace('value', 'value2')}", changes=True, since=True),
    _rule("fact", "is:{key}", rf"{_THING} {_TURNED} {_FROM}{_TO} {_IT}|{_PUT} {_THING.replace('key', 'key2')} "
     rf"{_FROM}{_TO} {_IT.replace('value', 'value2')}", changes=True, since=True),
    _rule("fact", "is:{key}", rf"(?:(?:el|la|mi|the|my) \w+ )?{_PUT} (?:de |{_OWN} )(?P<key>\w+(?: \w+)??),? (?:y |"
     rf"and )?(?:ahora|el nuevo|la nueva|now|the new one|it)(?:'s| is| es)? (?:now )?{_IT}", changes=True),
    _rule("fact", "is:{key}", rf"{_THING} (?:(?:ya )?no (?:es|esta|se llama)|is no longer|isn't|is not){_AT} {_IT}",
     ends=True),
    _rule("fact", "is:{key}", rf"(?:ya no tengo|he vendido|hemos vendido|vendi|i no longer have|i(?:'ve| have)? sold) "
     rf"(?:el |la |mi |the |my |an? )?(?P<key>{_ENTITY_ONE})(?=\W*$|[,.;:!?]| (?:y|porque|and|because)\b)",
     ends=True, past=True),
    _rule("fact", "is:{key}", rf"(?:la|el|mi|the|my|our|nuestr[oa]) {_ENTITY}(?P<of> (?:del? |of (?:the |my )?|"
     rf"for (?:the |my )?)?(?!(?:no|ya|not)\b)[\w'’-]+(?: [\w'’-]+)?)?(?:'s)? (?:es|is) {_IT}"),
    # days to come, and what was promised
    _rule("date", "date:{key}", rf"(?:tengo|tenemos|i have|i've got|we have|we've got) (?:un |una |el |la |an? |"
     rf"the |(?P<more>otr[oa] |another )|my )?(?P<key>(?:\w+ )?{_EVENT}(?: (?:con|de|del|en|para|with|for|at|of|to) "
     rf"(?:el |la |the |mi |my )?[\w'’]+)?)(?P<value>.*)", dated=True, adds=True),
    _rule("date", "date:{key}", rf"(?:mi|el|la|nuestr[oa]|my|our|the) (?P<key>(?:\w+ )?{_EVENT}(?: (?:con|de|"
     rf"del|en|para|with|for|at|of|to) (?:el |la |the |mi |my )?[\w'’]+)?) (?:es|sera|sale|queda|is|will be|"
     rf"leaves|cae|se ha movido|is now|has been moved)(?P<value>.*)", dated=True),
    _rule("plan", "", rf"(?:el |on |este |this |next )?(?:{_DAY})(?: que viene| morning| afternoon|"
     rf" evening)?,? (?:{_GO}|{_GO_EN})\b(?P<value>.*)", dated=True),
    _rule("plan", "", rf"(?:{_GO}|{_GO_EN})\b(?P<value>.*)", dated=True),
    _rule("plan", "", r"(?:el |la |mi |my |the )?(?:[^\W\d_][\w'’-]+ ){1,4}(?:viene|vienen|llega|llegan|"
     r"nos visita|is coming|are coming|arrives|comes|visits)\b(?P<value>.*)", dated=True),
    _rule("fact", "", r"(?:the |la |el |los |las )?(?P<key>[^,.;:!?]{4,70}?) (?:is|are|es|son|will be|sera|"
     r"begins|starts|ends|opens|closes|empieza|comienza|termina|vence|abre|cierra) (?:on |due |"
     r"due on )?(?P<value>(?:el |on |the )?(?:\d|(?:january|february|march|april|may|june|july|august|september|"
     r"october|november|december)\b).*)", dated=True),
    _rule("decision", "", r"(?:al final |finalmente |so |ok |bueno |user |el usuario |[^\W\d_][\w'’-]+ )?(?:he |"
     r"hemos |ha |i've |i have |we've |we have |we |i )?(?:finally |just |all )?(?:decidido|acordado|elegido|"
     r"decidi|decidimos|decidio|acordamos|elegimos|escogimos|optamos por|optado por|decided|agreed|chose|chosen|"
     r"opted|settled on)(?: que| to| on| that| for|:)? (?P<value>(?!con |with |contigo|you\b)[^!?]+)"),
    _rule("decision", "", r"(?:hemos quedado en|quedamos en|decision made|"
     r"decision tomada|the decision is(?= to\b| that\b)|"
     r"la decision es(?= que\b)|decision(?= sobre\b|:| on\b))(?P<value>[^!?]+)"),
    _rule("commitment", "", r"(?:me (?:he comprometido|comprometo|comprometi) a|(?:le |les |te )?(?:prometi|"
     r"he prometido)|i promised|i've promised|i have promised|i'm committing to|i commit(?:ted)? to|promised|"
     r"committing to|committed to|[^\W\d_][\w'’-]+ (?:committed|promised|se comprometio) (?:to|"
     r"a))\b (?P<value>[^!?]+)"),
    _rule("commitment", "", r"(?:yo )?(?:(?:le|les|lo|la|los|las|te|me|se) )*(?P<future>\w{2,}(?:are|ere|ire)|hare|"
     r"dire|"
     r"pondre|tendre|vendre|saldre) (?P<value>[^!?]+)", dated=True),
    _rule("commitment", "", r"(?:i'll|i will|we'll|we will|will) (?P<value>(?!be\b)\w+ [^!?]+)", dated=True),
    # said to be worth it
    _rule("fact", "", r"(?:(?:quick |one more |a )?fact(?: for the file)?|dato(?: breve|"
     r" rapido)?(?: para el archivo)?|hecho|for the record|que conste|just confirmed|confirmed|confirmado|"
     r"recien confirmado)(?: (?:with|con|via|a traves de|por|by) [^:]{2,60})?(?::| that| que) "
     r"(?P<value>(?:[^\s!?]+ ){4,}[^!?]+)"),
    _rule("opinion", "", r"(?:(?:honestly|personally|in my (?:opinion|view)|my (?:take|view|opinion) (?:on|is)|"
     r"frankly|sinceramente|honestamente|personalmente|en mi opinion|a mi (?:juicio|parecer)|"
     r"mi opinion (?:sobre|es)|para mi)\b,? ?)(?P<value>[^!?]{24,})"),
)  # fmt: skip

STATES = (
    *(rule for rule in RULES if rule.attribute == "is:{key}" and not rule.ends),
    _rule("fact", "is:{key}", rf"{_THING} {_IS}{_AT} {_IT}"),
)
"""What anything is: too much to be kept, until it is said that it is otherwise now (``changes``)."""
