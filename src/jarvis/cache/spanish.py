"""Spanish, for `lexicon.py`. Without the accents that people leave out, as `guards.py` reads it."""

DROPPED = "el la los las lo un una unos unas es son ser de exactamente realmente hay"
FORM = """
comoes que como porque hasta quien quienes cuando donde adonde cuanto cuantos cuanta cuantas si él ella ello ellos ellas
su sus le les puedo puede puedes podemos pueden debo debe debes deberia ha he han mejor
"""
WEAK = """
para por
yo mi mis me tu tus te nosotros nuestro nuestra nos usted ustedes
"""
LIGHT = """
cosa frase tipo clase llamado considerado sentir saber explicar encontrar actualmente basicamente
generalmente normalmente
"""
SLIGHT = "algun alguna algunos algunas tambien y se en"
BEFORE_PLURALS = """
los las unos unas mis tus sus nuestros nuestras estos estas esos esas muchos muchas pocos pocas algunos algunas
cuantos cuantas varios varias todos todas otros otras dos tres cuatro cinco seis siete ocho nueve diez
de en con sin por para entre sobre contra
"""
JOINS = ""
NAMING = ""
ALIKE = """
2 dos
3 tres
4 cuatro
5 cinco
6 seis
7 siete
8 ocho
9 nueve
10 diez
12 doce
100 cien ciento
comprar adquirir
empezar comenzar iniciar
empieza comienza
empiezan comienzan
necesito preciso
visado visa
frigorifico nevera refrigerador
aparcar estacionar
conducir manejar
coche auto carro automovil computadora computador
movil celular telefono
pelicula film filme
rapido rapidamente
arreglar reparar
que cual
foto fotografia imagen
bici bicicleta
television tele tv
medico doctor
ocurrir suceder
lugar sitio
bonito lindo
enfadado enojado
alquilar rentar
gafas lentes
patata papa
trabajo empleo
mejor buen bueno buena
más mas
salvo excepto
ordenador"""
PHRASES = r"""
^(hola|oye|ok|bueno|jarvis|buenas)( jarvis)? > .
^(me )?(puedes|podrias|puede|podria) (decir|explicar|contar|enseñar|mostrar)(me)?( si)? > .
^(dime|digame|cuentame|explicame|enseñame) > .
^(me )?(gustaria|quiero|quisiera|necesito) saber( si)? > .
^(sabes|sabe usted|alguien sabe|sabria|sabrias)( decirme)?( si)? > .
por favor > .
del > de el
(al|a el) > a el
(el|un|este|ese|aquel) (?P<it>GENDER) > el \g<it>masculino
de que WAY CAN > como
por que > porque
^(de|a|con|para|en|desde|hasta|por|sobre) (quien|quienes|que|cual|cuales|donde|cuando|cuanto)(?= ) > \g<1>\g<2>
WHAT (es|son|seria) (la|una|las|algunas|unas)( mejor| mejores| buena| buenas)? WAY (de|para)( poder)? > como
(como es|como se siente|que se siente|que siente uno)( al?)?(?= \w+r ) > comoes
como CAN( hacer para)? > como
como (hago|se hace|hacer|hacemos|haces) para( poder)? > como
que CAN hacer para( poder)? > como
que pasa si > que pasaria si
estados unidos > eeuu
reino unido > uk
gran bretaña > uk
telefono movil > telefono
(que significa|que quiere decir|cual es el significado de|cual es la definicion de) > quesignifica
(ganar|gano) dinero > hacer dinero
perder peso > adelgazar
bajar de peso > adelgazar
ir a > ira
(?<=\w )(y )?porque$ > .
como (?P<verb>\w{2,})(o|ar|er|ir)(?= ) > como \g<verb>ar
"""
SHORTHANDS = {
    "GENDER": "(capital|cura|orden|frente|colera|policia|cometa|pendiente|editorial|corte|guia|parte|coma|margen|papa|"
    "radio|central|final|mañana|vocal|espada|trompeta|doblez|batería|bateria|terminal|clave|moral|cabeza|ordenanza|vigia|manga)",
    "WHAT": "(que|cual|cuales)",
    "WAY": "(manera|forma|modo|maneras|formas|modos)",
    "CAN": "(puedo|podria|puede uno|se puede|podemos|puedes|debo|deberia|se debe|conviene|tengo que|hay que)",
}
