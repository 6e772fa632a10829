"""How people ask something of memory itself, as expressions over folded text, in Spanish and English."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["remember", "forget", "known", "incognito", "private"]
Scope = Literal[
    "", "content", "last", "period", "conversation", "all", "about", "maybe", "this", "off", "yes", "no", "late"
]

BEFORE = (
    r"^\W*(?:(?:oye|hola|hey|eh|vale|ok|okay|bueno|bien|so|well|and|also|y|hi|hello|please|por favor|porfa|jarvis|"
    r"a partir de (?:ahora|aqui|hoy)|(?:from now on|from here on)|a ver|pls|plz|ah|oh|entonces|pues|tambien|"
    r"ademas|perdona|sorry|mira|look|ya|no(?=,)|mejor|actually|wait|espera|ay|uf|"
    r"(?:ay|oh|bueno|pues|mejor|actually|well|wait) no|on second thought|pensandolo (?:mejor|bien))\b\W*)*"
)
_POLITE_ES = r"(?:(?:me )?(?:puedes|podrias|quieres) |(?P<wish>quiero|necesito|me gustaria) que (?:te |lo )?)"
_POLITE_EN = (
    r"(?:(?:can|could|would|will) you (?:please )?|(?P<wish>i(?:'d| would)? (?:want|like|need) you to (?:please )?))"
)
_REMEMBER_ES = (
    r"(?P<verb>recuerd(?:a|e|es)(?:lo)?(?: siempre| bien)?|recordar(?:as)?|recordad|ac(?:uerda|orda)te(?: de)?|"
    r"(?:que )?no se te (?:vaya a )?olvid(?:e|ar)|(?:deberias|debes|tienes que|conviene que) (?:saber|sepas)|"
    r"te (?:informo|aviso|cuento)(?: de)?|te acuerdes de|acuerdes de|acordarte de|"
    r"(?:apunt|anot)(?:a|e|es|ar)(?:lo)?|memori(?:za|ce|ces|zar)|(?:toma|tome|tomes|tomar) nota(?: de)?|"
    r"(?:guarda|guarde|guardes|guardar)(?: en (?:tu |la )?memoria)?|"
    r"(?:ten|tenga|tengas|tener) (?:en cuenta|presente)|que sepas|para que (?:lo )?sepas|no (?:te )?olvides(?: de)?)"
    r"(?: que (?!si\b)|(?: (?:esto|lo siguiente))?\s?: ?|, )(?P<content>.+)"
)
_REMEMBER_EN = (
    r"(?P<verb>remember|note|(?:keep|bear) in mind|(?:make|take) (?:a )?note|save(?: to (?:your )?memory)?|log|"
    r"record|you should know|update (?:your )?(?:memory|notes)|(?:add|commit|put|write)(?: (?:this|it))? (?:to|"
    r"in|into) (?:your )?(?:memory|notes)|"
    r"store|memori[sz]e|"
    r"jot down|write down|(?:don't|do not|never) forget)"
    r"(?:(?: the fact)? that (?!time\b|day\b|down\b)|(?: (?:this|the following))?\s?: ?|(?<=remember), | (?=(?:(?:i|"
    r"i'm|i've|my|we|"
    r"our)|(?!when|how|what|the|that|this|where|who|why)[\w'-]+(?: [\w'-]+)? (?:is|are|isn't|aren't|has|hasn't|"
    r"can|can't|likes?|doesn't|don't|loves?|hates?|will|won't|works?|lives?|wants?|needs?|prefers?))\b))"
    r"(?P<content>.+)"
)
_TO_DO = (
    r"(?P<verb>recuerda|acuerdate de|remember to) (?P<content>(?:(?<=to )[a-z]|\w{2,}(?:ar|er|ir)(?:me|lo|"
    r"la|los|las|le)?\b).*)"
)
_BY_THE_WAY = (
    r"(?:(?:just )?so you know|fyi|(?:for (?:your|future)|para tu) (?:informacion|information|reference)|"
    r"for the record)\W+"
    r"(?P<content>(?:i|i'm|i've|my|we|our|(?:[a-z]{3,}o|soy|estoy|mis?|nuestr[oa]s?|no|me)(?= ))\b.+)|"
    r"para que (?:lo )?sepas\W+(?P<content_es>.+)"
)
_LISTED = (
    r"(?:recuerda|apunta|anota|guarda|remember|note|save) "
    r"(?P<content>(?:mis?|la|el|las|los|nuestr[oa]s?|est[ae]|my|the|our|this) [^:?!.]{2,60}: ?.+)"
)
_BEFORE_ES = r"(?:eso|esto|lo (?:anterior|ultimo)|lo que (?:te )?(?:acabo de \w+|he dicho|dije|he contado))(?: ultimo)?"
_BEFORE_EN = r"(?:that|this|it|what i(?:'ve| have)? just (?:said|told you))"
_FOR_EVER = (
    r"(?: bien| siempre| para siempre| para luego| para (?:otra vez|mas tarde)| en (?:tu |la )?memoria| always|"
    r" forever|"
    r" for (?:later|next time|the future|me|ever)| to (?:your )?memory| in (?:your )?memory)*$"
)
LAST: tuple[tuple[Scope, re.Pattern[str]], ...] = tuple(
    (scope, re.compile(rf"{BEFORE}{pattern}{_FOR_EVER}"))  # type: ignore[misc]
    for scope, pattern in (
        ("last", rf"{_POLITE_ES}?(?:recuerd(?:a|e|es)(?: bien| siempre)? {_BEFORE_ES}|recuerd[ae]lo|recordarlo|"
         rf"recordar {_BEFORE_ES}|(?<=lo )(?:recuerdes|memorices)|(?:acuerdate|te acuerdes|acuerdes|acordarte)"
         rf"(?: bien| siempre)? de {_BEFORE_ES}|memoriza(?:lo|rlo)|memoriza {_BEFORE_ES}|(?:que )?no se te olvide|"
         rf"no lo olvides(?: nunca)?|no (?:te )?olvides(?: de)? {_BEFORE_ES}|quedate con {_BEFORE_ES}|"
         rf"ten(?:ga|gas)?lo (?:en cuenta|presente)|ten(?:er|ga|gas)? {_BEFORE_ES} (?:en cuenta|presente))"),
        ("last", rf"{_POLITE_EN}?(?:(?:make sure (?:you |to )?)?remember {_BEFORE_EN}|(?:keep|"
         rf"bear) {_BEFORE_EN} in mind|"
         rf"(?:don't|do not|never)(?: you)?(?: ever)? forget {_BEFORE_EN}|commit {_BEFORE_EN} to memory|"
         rf"memori[sz]e {_BEFORE_EN})"),
        ("maybe", rf"{_POLITE_ES}?(?:(?:apunt|anot|guard)(?:alo|arlo|a {_BEFORE_ES}|ar {_BEFORE_ES})|"
         rf"(?:toma|tomes|tomar) nota(?: de {_BEFORE_ES})?)"),
        ("maybe", rf"{_POLITE_EN}?(?:(?:note|save|store|record|log) {_BEFORE_EN}(?: down)?|(?:write|"
         rf"jot) {_BEFORE_EN} down|"
         rf"(?:make|take) (?:a )?note(?: of {_BEFORE_EN})?)"),
    )
)  # fmt: skip
"""What was said just before is to be remembered; with ``maybe`` only if something was."""
REMEMBER = tuple(
    re.compile(BEFORE + pattern)
    for pattern in (
        rf"{_POLITE_ES}?{_REMEMBER_ES}", rf"{_POLITE_EN}?{_REMEMBER_EN}", rf"{_POLITE_ES}?{_TO_DO}", _BY_THE_WAY,
        _LISTED,
    )
)  # fmt: skip
POLITE = re.compile(rf"{BEFORE}(?:{_POLITE_ES}|{_POLITE_EN.replace('wish', 'wished')})")
NEEDS_THAT = re.compile(r"^\W*(?:can|could|would|will) you (?:please )?(?:remember|save|store) (?!that|this|:)")
"""``can you remember my name?`` asks for the name."""

_TOLD_ES = (
    r"(?:te )?(?:dije|he dicho|conte|he contado|comente|he comentado|dijera|haya dicho|sabes|sepas|recuerdas|recuerdes|"
    r"tienes|tengas|guardaste|aprendiste|hablamos|hemos hablado|hable|acabo de \w+)(?: (?:apuntad|guardad)[oa]s?)?"
)
_TOLD_EN = (
    r"(?:i|we|you)(?:'ve| have)? (?:said|told you|mentioned|talked|spoke|wrote|know|remember|stored|saved|"
    r"learned|noted|"
    r"talked to you|have)(?: to you)?"
)
_OF = r"(?:del? |sobre |acerca de |al? )"
_TALK = r"(?:conversacion|charla|chat|conversation|sesion|session)"
_EVER_ES = (
    r"(?:sabes|sepas|recuerdas|recuerdes|has aprendido|(?:tienes|has) (?:guardad|apuntad)o|"
    r"te (?:dije|conte|he dicho|he contado)(?: nunca| alguna vez| hasta ahora)?)"
)
_EVER_EN = (
    r"(?:you(?:'ve| have)? (?:ever )?(?:know|remember|learned|learnt|stored|saved|noted)|"
    r"i(?:'ve| have)? (?:ever )?(?:told you|said)(?: so far)?)"
)
_WORDS = r"[^\W\d_][\w'’.-]*(?: (?:de |del |la |los )?[^\W\d_][\w'’.-]*){0,3}"
"""Somebody's name may be these; whether they are one is seen in how they are written."""
_NOBODY_ES = (
    r"(?:el|ella|ell[oa]s|l[oa]s?|un[oa]?s?|tod[oa]s?|quien(?:es)?|cualquier\w*|es[eoa]s?|est[eoa]s?|aquel\w*|"
    r"tus?|sus?|"
    r"mis?|nuestr[oa]s?|vuestr[oa]s?|nadie|alguien|veces|partir|que|cada|otr[oa]s?|ratos)\b"
)
_NOBODY_EN = (
    r"(?:it|that|this|these|those|everything|everybody|everyone|anything|anybody|anyone|nothing|nobody|somebody|"
    r"someone|"
    r"something|all|me|him|her|them|us|you|your\w*|his|their|its|what\w*|how|who\w*|why|when|where|which|to|the|"
    r"an?|my|our|"
    r"i|we|he|she|they|one|some|any|every|each|about|for|in|on|at|there|here|now)\b"
)
_VERB_ES = (
    r"(?P<verb>olvid(?:a|e|es|ar)|olvida(?:te|lo)(?: de)?|te olvides de|borr(?:a|e|es|ar)|borralo|elimin(?:a|e|es|ar)|"
    r"quit(?:a|ar) de (?:tu|la) memoria|(?:ya )?no recuerdes(?: mas)?|deja de recordar)"
)
_VERB_EN = r"(?P<verb>forget|get rid of|erase|delete|remove|wipe|scratch|clear|stop remembering)"
FORGET = tuple(
    (scope, re.compile(rf"{BEFORE}(?:{polite})?(?:{verb}) {rest}$"))
    for scope, polite, verb, rest in (
        ("all", _POLITE_ES, _VERB_ES, rf"(?:todo(?: lo que {_TOLD_ES} (?:de|sobre|acerca de) mi)?|"
         rf"todo lo que {_EVER_ES}|toda (?:tu|"
         rf"la) memoria|"
         rf"lo que {_TOLD_ES} (?:de|sobre|acerca de) mi|todo sobre mi|todos (?:tus|mis|los) (?:recuerdos|"
         rf"datos)(?: (?:de|"
         rf"sobre) mi)?)"),
        ("conversation", _POLITE_ES, _VERB_ES,
         rf"(?:todo )?(?:lo (?:que (?:\w+ ){{0,4}}en|de) )?est[ae] {_TALK}(?: entera| completa)?"),
        ("all", _POLITE_ES, r"borrame|eliminame|quitame", r"de (?:tu|la) memoria"),
        ("content", _POLITE_ES, r"no quiero que (?:recuerdes|guardes|sepas|tengas)",
         rf"(?:nada )?{_OF}?(?P<content>(?:mis?|nuestr[oa]s?) [^,;]+)"),
        ("about", _POLITE_ES, r"no quiero que (?:recuerdes|guardes|sepas|tengas|te acuerdes)",
         rf"(?:nada )?{_OF}(?P<content>{_WORDS})"),
        ("about", _POLITE_ES, r"olvid(?:a|e|es|ar)", rf"a (?P<anyone>(?!{_NOBODY_ES}){_WORDS})"),
        ("about", _POLITE_ES, r"olvid(?:ate|arte|ese) de|te olvides de", rf"(?P<content>{_WORDS})"),
        ("content", _POLITE_ES, r"borr(?:a|es|ar)|elimin(?:a|es|ar)|quit(?:a|es|"
         r"ar)", r"(?P<content>[^,;]+) de (?:tu|la) memoria"),
        ("content", _POLITE_ES, _VERB_ES, r"(?:todo )?lo que (?:tienes|tengas) (?:de|sobre) (?P<content>[^,;]+)"),
        ("last", _POLITE_ES, _VERB_ES, rf"(?:lo|eso) (?:ultimo|anterior)(?: que {_TOLD_ES})?"),
        ("last", _POLITE_ES, _VERB_ES, rf"(?:todo )?lo que (?:(?:te )?acabo de \w+|"
         rf"{_TOLD_ES} (?:hace un (?:momento|rato|"
         rf"segundo|minuto)|antes|ahora(?: mismo)?))"),
        ("last", _POLITE_ES, r"olvid(?:a|e|es|ar)", r"(?:eso|esto)(?: ultimo)?"),
        ("content", _POLITE_ES, r"olvid(?:a|es|ar)|olvidate de|te olvides de", r"que (?P<content>.+)"),
        ("content", _POLITE_ES, _VERB_ES, rf"(?:todo )?lo que {_TOLD_ES} {_OF}(?P<content>[^,;]+)(?:[,;].*)?"),
        ("period", _POLITE_ES, _VERB_ES, rf"(?:todo )?lo que {_TOLD_ES} (?P<content>.+)"),
        ("content", _POLITE_ES, _VERB_ES, r"(?:todo )?lo (?:del? |de lo de )(?P<content>[^,;]+)(?:[,;].*)?"),
        ("content", _POLITE_ES, _VERB_ES, r"todo (?:sobre|acerca de) (?P<content>[^,;]+)"),
        ("content", _POLITE_ES, r"borralo|olvidalo", r"todo (?:sobre|de|acerca de) (?P<content>[^,;]+)"),
        ("content", _POLITE_ES, r"olvid(?:a|es|ar)|olvidate de|te olvides de|(?:ya )?no recuerdes(?: mas)?|"
         r"deja de recordar",
         r"(?:a )?(?P<content>(?:mis?|nuestr[oa]s?|la|el|es[ae]|est[ae]) [^,;]+)(?:[,;].*)?"),
        ("all", _POLITE_EN, _VERB_EN, rf"(?:(?:everything|all)(?: (?:that )?{_TOLD_EN})? about me|"
         rf"what {_TOLD_EN} about me|(?:everything|all)(?: that)? {_EVER_EN}|all (?:of )?my data|"
         r"(?:all )?(?:of )?(?:your|my) memor(?:y|ies)(?: (?:of|about) me)?)"),
        ("all", _POLITE_EN, r"forget", r"(?:everything|me)"),
        ("conversation", _POLITE_EN, _VERB_EN,
         rf"(?:(?:everything|all|anything|what .{{2,24}}) (?:in|from|of) )?(?:this|our) (?:whole )?{_TALK}"),
        ("conversation", _POLITE_EN, r"forget", rf"(?:that )?we (?:ever )?had this {_TALK}"),
        ("content", _POLITE_EN, r"remove|delete|erase|clear|take",
         r"(?P<content>(?!what\b|everything\b|all\b|anything\b)[^,;]+) (?:from|"
         r"out of) your (?:memory|notes)"),
        ("content", _POLITE_EN, r"(?:i )?(?:don't|do not) (?:want you to )?(?:remember|know)",
         r"(?:anything about )?(?P<content>(?:my|our) [^,;]+)"),
        ("last", _POLITE_EN, r"undo|delete|forget|remove|erase", r"(?:that|your|the) last memory"),
        ("last", _POLITE_EN, _VERB_EN, r"(?:the (?:last )?thing (?:that )?(?:i|you) (?:just )?(?:said|told you|"
         r"mentioned|remembered|"
         r"saved|stored|noted)|what i(?:'ve| have)? just (?:said|told you|mentioned))"),
        ("last", _POLITE_EN, r"forget", r"(?:the last (?:thing|one|bit)|that|this|that last (?:one|thing|bit))"),
        ("period", _POLITE_EN, _VERB_EN, rf"(?:everything|what|all|anything)(?: that)? (?:from|{_TOLD_EN}(?: about)?)"
         r" (?P<content>.+)"),
        ("content", _POLITE_EN, _VERB_EN, rf"(?:everything|what|all|anything|the (?:stuff|things?|part|bit))(?: that)?"
         rf"(?: {_TOLD_EN}| you(?:'ve)? (?:have|got|hold))? (?:about|"
         rf"on) (?P<content>[^,;]+?)(?: from your memory)?(?:[,;].*)?"),
        ("content", _POLITE_EN, r"forget", r"that (?P<content>(?:\S+ ){0,4}[^\s,;?]+)[,;].*"),
        ("content", _POLITE_EN, r"forget", r"that (?P<content>(?:\S+ ){2,}\S+)"),
        ("content", _POLITE_EN, r"forget|stop remembering", r"(?:about )?(?P<content>(?:i|i'm|i've|we|my|"
         r"our)\b [^,;?]+)(?:[,;].*)?"),
        ("content", _POLITE_EN, r"forget|stop remembering", r"(?:about )?the (?P<content>[^,;?]{3,80})(?:[,;].*)?"),
        ("about", _POLITE_EN, r"forget|stop remembering", rf"(?:about )?(?P<content>(?!{_NOBODY_EN}){_WORDS})"),
    )
)  # fmt: skip
_LEARNED_ES = r"recuerdas|has aprendido|(?:tienes|has) (?:guardad|apuntad|anotad)[oa]s?"
_LEARNED_EN = r"(?:you have|have you) (?:stored|saved|noted|learned)"
ALL_KNOWN = re.compile(
    rf"{BEFORE}(?:(?:que (?:mas )?(?:cosas )?(?:{_LEARNED_ES})|"
    rf"(?:dime |cuentame )?todo lo que (?:sabes|{_LEARNED_ES}))|"
    rf"what(?: else)? (?:do you remember|{_LEARNED_EN})|tell me (?:everything|all)(?: that)? (?:you remember|you know|"
    rf"{_LEARNED_EN}))(?: so far| hasta ahora)?$"
)
KNOWN = tuple(
    (sure, re.compile(rf"{BEFORE}{pattern}$"))
    for sure, pattern in (
        (True, rf"(?:sabes|recuerdas|tienes) algo {_OF}(?P<content>m[ií]|mis? .+|nuestr.+)"),
        (True, r"(?:do you )?(?:know|remember|have) anything (?:about|on) (?P<content>me|my .+|our .+)"),
        (True, r"what (?:info(?:rmation)? |data )?(?:have you got|do you have) (?:(?:stored|saved|"
         r"noted) )?(?:on|about) (?P<content>.+)"),
        (False, rf"(?:(?:dime|cuentame|muestrame|ensename|"
         rf"lista) (?:todo )?(?:lo )?)?que (?:es (?:todo )?lo que )?(?:mas )?"
         rf"(?:cosas |datos |informacion )?(?:sabes|conoces) {_OF}(?P<content>.+)"),
        (True, r"(?:(?:dime|cuentame|muestrame|ensename|"
         r"lista) (?:todo )?(?:lo )?)?que (?:es (?:todo )?lo que )?(?:mas )?"
         r"(?:cosas |datos |informacion )?(?:recuerdas|has aprendido|te (?:dije|conte|he (?:dicho|contado|hablado))|"
         rf"(?:tienes|has) (?:(?:guardad|apuntad|anotad)[oa]s?)) {_OF}(?P<content>.+)"),
        (False, r"(?:what (?:else )?(?:things )?do you know|(?:tell|show) me (?:everything|what|"
         r"all)(?: that)? you know|"
         r"list (?:everything|all)(?: that)? you know) about (?P<content>.+)"),
        (True, r"(?:what (?:else )?(?:things )?(?:do you (?:remember|have (?:stored|saved|noted))|"
         r"have you (?:learned|learnt|stored|"
         r"saved|remembered)|have i (?:told|said to) you|did i tell you)|(?:tell|show) me (?:everything|what|all)"
         r"(?: that)? (?:you (?:remember|have (?:stored|saved|learned))|i(?:'ve| have)? told you)|"
         r"list (?:everything|all)(?: that)? you (?:remember|have (?:stored|saved))) about (?P<content>.+)"),
    )
)  # fmt: skip
_KEEP_ES = r"(?:guard|apunt|anot|record|recuerd|memor[ií][cz])(?:es|ar)"
_KEEP_EN = r"(?:remember|save|store|keep|record|log|note|memori[sz]e)"
INCOGNITO: tuple[tuple[Scope, re.Pattern[str]], ...] = tuple(
    (scope, re.compile(BEFORE + pattern))  # type: ignore[misc]
    for scope, pattern in (
        ("off", r"(?:sal(?:ir)?|desactiva|quita|apaga|termina|fin|deja)(?: ya)?(?: del?| el|"
         r" con el)? modo (?:incognito|privado)$"),
        ("off", r"(?:puedes|podrias) (?:volver a (?:guardar|recordar|apuntar).*|(?:guardar|"
         r"recordar) (?:otra vez|de nuevo))$"),
        ("off", r"(?:turn off|leave|exit|end|stop|disable|quit) (?:the )?(?:incognito|private)(?: mode)?$"),
        ("off", rf"(?:you (?:can|may) |start )(?:start )?{_KEEP_EN}(?:ing)? (?:things )?again$"),
        ("conversation", r"(?:(?:(?:quiero|vamos a) (?:hablar|pasar|entrar|ponerme|seguir) (?:en|a)(?:l)?|"
         r"pon(?:te)?(?: en)?|activa|entra en|enciende|usa|"
         r"pasa a(?:l)?)(?: el)? )?modo (?:incognito|privado)$"),
        ("conversation", rf"no {_KEEP_ES} nada(?: (?:de |mas).*)?$"),
        ("conversation", r"deja de (?:guardar|recordar|apuntar|anotar|memorizar)(?: (?:cosas|lo que .*|todo .*|"
         r"est[ae] \w+))?$"),
        ("conversation", r"(?:(?:turn on|go|enter|start|switch to|enable|use) )?(?:the )?(?:incognito|"
         r"private)(?: mode)(?: on)?$"),
        ("conversation", r"go incognito$"),
        ("conversation", rf"(?:don't|do not) {_KEEP_EN} (?:anything|any)\b.*$"),
        ("conversation", r"stop (?:remembering|saving|storing|recording)(?: (?:things|anything|what i .*|"
         r"this conversation|"
         r"this chat|everything))?$"),
        ("this", rf"(?:(?:esto|eso)(?: que .{{2,40}}?)? )?no (?:lo |la )?{_KEEP_ES}(?: (?:esto|eso|"
         rf"este mensaje))?(?=[,.;:]|$| pero)"),
        ("this", r"(?:que )?(?:esto )?no salga de (?:aqui|est[ae] \w+)\b"),
        ("this", r"(?:don't|do not) " + _KEEP_EN + r" what i(?:'m| am|'ll)? (?:about|going|tell|say|said|just)\b"),
        ("this", r"(?:que (?:esto )?quede|esto (?:queda|es)|es) (?:entre (?:nosotros|tu y yo)|off the record)\b"),
        ("this", rf"(?:don't|do not|please don't) {_KEEP_EN} (?:this|that)(?: (?:in|to) (?:your )?memory|"
         rf" message| one)?(?=[,.;:]|$| but)"),
        ("this", r"(?:(?:this is |keep this |this stays )?(?:strictly )?off the record|between (?:you and me|us))\b"),
    )
)  # fmt: skip
_TOPIC_ES = r"(?:un |una )?(?:tema|asunto|cosa|cuestion)s? privad[oa]s?"
_TOPIC_EN = r"(?:an? )?private (?:topic|subject|matter|thing)s?"
PRIVATE = tuple(
    re.compile(rf"{BEFORE}{pattern}$")
    for pattern in (
        rf"(?:quiero|necesito|me gustaria) que (?P<content>.+?) (?:sean?|quede|siga siendo) {_TOPIC_ES}",
        rf"{_POLITE_ES}?(?:marc|trat|consider)(?:a|es|ar) (?:a )?(?P<content>.+?) como {_TOPIC_ES}",
        rf"(?P<content>(?:mis?|nuestr[oa]s?|lo de) .+?) (?:es|son) {_TOPIC_ES}",
        rf"i(?:'d| would)? (?:want|like|need) (?P<content>.+?) to (?:be|stay|remain) {_TOPIC_EN}",
        rf"{_POLITE_EN}?(?:make|mark|treat|keep|consider) (?P<content>.+?) (?:as )?{_TOPIC_EN}",
        rf"(?P<content>(?:my|our) .+?) (?:is|are) {_TOPIC_EN}",
    )
)
TOLD_IN = re.compile(
    r"\b(?:(?P<es>olvid|borr|elimin|quit(?:a|es|ar|arme)\b|recuerd|recordar|recordad|ac[uo]e?rd|apunt|anot|guard|"
    r"memori[zc](?:a|es|ar)|toma|ten(?:er|ga|gas|lo)?\b|sabes|sepas|saber\b|conoces|dije\b|conte\b|tienes|has\b(?! to)|"
    r"no se te|que\b|marca|trata|considera|tema|modo|deja de|te (?:informo|aviso)|no salga|quede|sal\b|esto|mi\b)|"
    r"(?P<en>forget|remember|delet|eras|remov|wipe|scratch|clear|get rid|undo|keep|bear|save|store|record\b|log\b|jot|"
    r"memori[sz]e\b|know|tell|list|show|make|mark|treat|take|commit|update|add|put|write|note\b|stop|don't|do not|want|"
    r"like|private|off the record|my\b|the\b|go\b|turn|what))"
)
"""A word of an order that tells in which language it is given: "olvida a Teresa" has no other."""
COURTESY = re.compile(
    r"(?:[\s,.;!?…]|\b(?:por favor|porfa|gracias|please|thanks|thank you|jarvis|vale|ok|okay|tambien|too|as well)\b)+$"
)
TIME_WORDS = re.compile(
    r"(?:(?:todo|lo|de|del|el|la|los|las|en|este|esta|estos|estas|ultim[oa]s?|pasad[oa]s?|hace|hoy|ayer|anoche|"
    r"anteayer|"
    r"antes|dias?|semanas?|mes|meses|anos?|ano|fin|finde|manana|tarde|noche|un|una|dos|tres|lunes|martes|"
    r"miercoles|jueves|"
    r"viernes|sabado|domingo|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|"
    r"on|in|the|last|past|this|from|today|yesterday|before|day|days|weeks?|months?|years?|weekend|morning|"
    r"afternoon|night|"
    r"evening|ago|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|"
    r"august|september|october|november|december|of|\d{1,4}(?:st|nd|rd|th)?)\b\W*)+"
)
NAME = re.compile(r"(?:[^\W\d_a-zà-ÿ][\w'’.-]*\s?(?:de |del |la )?){1,4}")
THEIRS = re.compile(r"(?:your|tus?|los|las|the (?:world|universe))\b(?! (?:mi|nuestr|my|our))")
