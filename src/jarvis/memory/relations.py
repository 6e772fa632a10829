"""Who somebody is to the speaker, in the words of both languages and in the one under which it is kept."""

from __future__ import annotations

_WORDS = """
mother: madre mama mami mother mum mom
father: padre papa papi father dad
parents: padres parents
sister: hermana hermanita sister
brother: hermano hermanito brother
son: hijo son
daughter: hija daughter
wife: mujer esposa wife
husband: marido esposo husband
partner: pareja partner
girlfriend: novia girlfriend
boyfriend: novio boyfriend
fiance: prometido prometida fiance fiancee
grandmother: abuela yaya grandmother grandma granny
grandfather: abuelo yayo grandfather grandpa grandad
grandson: nieto grandson
granddaughter: nieta granddaughter
aunt: tia aunt auntie
uncle: tio uncle
cousin: primo prima cousin
nephew: sobrino nephew
niece: sobrina niece
mother-in-law: suegra mother-in-law
father-in-law: suegro father-in-law
sister-in-law: cunada sister-in-law
brother-in-law: cunado brother-in-law
friend: amigo amiga friend
neighbour: vecino vecina neighbour neighbor
boss: jefe jefa boss manager
colleague: companero companera colleague coworker co-worker
flatmate: flatmate roommate housemate
doctor: medico medica doctor doctora gp
dentist: dentista dentist
therapist: psicologo psicologa terapeuta therapist psychologist
teacher: profesor profesora profe maestro maestra teacher tutor tutora
landlord: casero casera landlord landlady
lawyer: abogado abogada lawyer
accountant: gestor gestora accountant
dog: perro perra perrito perrita dog puppy
cat: gato gata gatito gatita cat kitten
horse: caballo yegua horse
rabbit: conejo coneja rabbit
bird: loro canario periquito parrot canary bird
"""
RELATIONS = {
    word: name.strip() for line in _WORDS.strip().splitlines() for name, _, words in [line.partition(":")]
    for word in words.split()
}  # fmt: skip
"""Word, folded -> relation."""
OTHERWISE = {
    "casado": "spouse", "casada": "spouse", "married": "spouse", "prometido": "fiance", "prometida": "fiance",
    "engaged": "fiance", "saliendo": "partner", "nino": "son", "nina": "daughter", "boy": "son", "girl": "daughter",
}  # fmt: skip
"""The same where no "my" stands before it; what is not here is a child."""
_MANY_WORDS = """
hermanas hermanos hijos hijas abuelos primos sobrinos amigos amigas perros gatos nietos nietas sisters brothers sons
daughters cousins friends dogs cats
"""
PARTNERS = frozenset(("wife", "husband", "spouse", "partner", "girlfriend", "boyfriend", "fiance"))
REPLACED = frozenset(
    ("boss", "doctor", "dentist", "therapist", "teacher", "landlord", "lawyer", "accountant", "flatmate")
)
"""Of whom a new one is instead of the one before: of these, but not of friends."""
MANY = {w: RELATIONS[w[:-1]] for w in _MANY_WORDS.split()} | {"children": "child", "kids": "child"}
ONE = "|".join(sorted(RELATIONS, key=len, reverse=True))
SEVERAL = "|".join(sorted(MANY, key=len, reverse=True))
PROFESSIONS = (
    r"(?:medic|enfermer|abogad|maestr|ingenier|arquitect|cociner|camarer|carpinter|fontaner|bomber|secretari|"
    r"bibliotecari|farmaceutic|psicolog|biolog|fisic|quimic|matematic|music|fotograf|peluquer|funcionari|veterinari|"
    r"mecanic|ganader|carter|zapater|informatic|autonom|psiquiatr|emplead|jardiner|panader)[oa]|"
    r"(?:profesor|programador|desarrollador|disenador|escritor|traductor|pintor|conductor|vendedor|contador|"
    r"investigador|administrador|consultor|redactor|actor|escultor|entrenador|director|editor|agricultor|doctor)a?|"
    r"actriz|dentista|periodista|taxista|electricista|recepcionista|economista|artista|pianista|policia|militar|"
    r"estudiante|contable|piloto|agente (?:inmobiliari[oa]|de \w+)|fisioterapeuta|fisio|dependient[ea]|jubilad[oa]|"
    r"jefe de \w+|tecnic[oa] de \w+|auxiliar de \w+|"
    r"(?:\w+ )?(?:nurse|doctor|lawyer|teacher|engineer|architect|cook|chef|waiter|waitress|carpenter|plumber|"
    r"firefighter|secretary|librarian|pharmacist|psychologist|biologist|physicist|chemist|mathematician|musician|"
    r"photographer|hairdresser|civil servant|vet|mechanic|farmer|programmer|developer|designer|writer|translator|"
    r"painter|driver|accountant|researcher|consultant|journalist|electrician|receptionist|economist|artist|pianist|"
    r"policeman|police officer|soldier|student|pilot|scientist|manager|physio|physiotherapist|barista|baker|gardener|"
    r"dentist|editor|actor|actress|coach|professor|analyst|freelancer|estate agent|retired)"
)
"""What one can be for a living, in folded text: "soy alto" says something else."""
LANGUAGES = (
    r"espanol|castellano|ingles|frances|aleman|italiano|portugues|catalan|gallego|euskera|vasco|chino|mandarin|japones|"
    r"ruso|arabe|polaco|rumano|griego|holandes|sueco|coreano|hindi|turco|ucraniano|"
    r"spanish|english|french|german|italian|portuguese|basque|galician|chinese|japanese|russian|arabic|polish|romanian|"
    r"greek|dutch|swedish|korean|turkish|ukrainian"
)
_PLACES = """
    alava albacete alicante almeria asturias avila badajoz barcelona bilbao burgos caceres cadiz cantabria
    castellon ceuta cordoba cuenca donostia espana francia galicia getafe gijon girona granada guadalajara
    huelva huesca inglaterra irlanda italia jaen leon lleida logrono lugo madrid malaga melilla murcia navarra
    ourense oviedo palencia pamplona pontevedra portugal salamanca santander segovia sevilla soria tarragona
    teruel toledo valencia valladolid vigo vitoria vizcaya zamora zaragoza alemania andorra berlin boston
    bristol bruselas cork dublin edinburgh france germany glasgow ireland italy leeds lisboa lisbon liverpool
    london londres manchester mexico milan munich paris rome roma spain navidad excel python java javascript
    word photoshop it
"""
PLACES = frozenset(_PLACES.split())
"""Where, or on what, one works "in": nobody's employer."""
