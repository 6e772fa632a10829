"""Spanish, for `lexicon.py`. Without the accents that people leave out, as `guards.py` reads it."""

DROPPED = "el la los las lo un una unos unas es son ser de del al exactamente realmente hay"
FORM = """
que como porque hasta quien quienes cuando donde adonde cuanto cuantos cuanta cuantas si él ella ello ellos ellas
su sus le les puedo puede puedes podemos pueden debo debe debes deberia ha he han
"""
WEAK = """
a desde para por
yo mi mis me tu tus te nosotros nuestro nuestra nos usted ustedes
"""
LIGHT = """
cosa palabra frase tipo clase vida llamado considerado mundo sentir saber explicar encontrar actualmente basicamente
generalmente normalmente
"""
SLIGHT = "algun alguna algunos algunas tambien y se mejor en"
COUNTS = """
no nunca jamas jamás ni ningun ninguno ninguna nadie nada tampoco sin apenas salvo excepto menos solo solamente
unicamente sino aunque todo toda todos todas cada ambos ambas mitad más mas poco poca pocos pocas
mucho mucha muchos muchas varios varias bastante demasiado muy siempre veces primero primera primer ultimo ultima
segundo segunda tercero tercera tercer otro otra otros otras mismo misma distinto contrario
antes despues durante mientras ya aun aún todavia todavía ahora hoy mañana ayer anoche noche
tarde diario semanal mensual anual dia semana mes año hora minuto decada siglo
lunes martes miercoles jueves viernes sabado domingo enero febrero marzo abril mayo junio julio agosto septiembre
setiembre octubre noviembre diciembre primavera verano otoño invierno
dos tres cuatro cinco seis siete ocho nueve diez cien ciento mil millon billon docena doble triple cuarto
dolar euro libra yen peso centimo kilo kilogramo gramo tonelada milla kilometro metro centimetro milimetro
pulgada pie litro galon celsius fahrenheit vatio voltio gb mb tb kg km cm mm
sobre bajo encima debajo dentro fuera arriba abajo cerca lejos contra hacia entre tras ante con segun
peor mayor menor grande pequeño alto viejo nuevo norte sur este oeste izquierda derecha ex anti
maximo minimo falso verdadero abierto cerrado gratis pago legal ilegal hombre mujer niño niña
esta esto ese esa eso aquel aquella o u e
evitar dejar parar impedir falta negar cancelar rechazar prohibir
hijo hija madre padre marido mujer esposo esposa hermano hermana amigo amiga novio novia jefe vecino bebe
fue era fueron eran sera será seran serán habia alguien
"""
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
coche auto carro automovil
ordenador computadora computador
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
eeuu usa
lugar sitio
bonito lindo
enfadado enojado
alquilar rentar
gafas lentes
patata papa
trabajo empleo
mejor buen bueno
"""
PHRASES = r"""
^(hola|oye|ok|bueno|jarvis|buenas)( jarvis)? > .
^(me )?(puedes|podrias|puede|podria) (decir|explicar|contar|enseñar|mostrar)(me)?( si)? > .
^(dime|digame|cuentame|explicame|enseñame) > .
^(me )?(gustaria|quiero|quisiera|necesito) saber( si)? > .
^(sabes|sabe usted|alguien sabe|sabria|sabrias)( decirme)?( si)? > .
por favor > .
por que > porque
^(de|a|con|para|en|desde|hasta|por|sobre) (quien|quienes|que|cual|cuales|donde|cuando|cuanto)(?= ) > \g<1>\g<2>
WHAT (es|son|seria) (la|una|las|algunas|unas)( mejor| mejores| buena| buenas)? WAY (de|para)( poder)? > como
de que WAY CAN > como
como CAN( hacer para)? > como
como (hago|se hace|hacer|hacemos|haces) para( poder)? > como
que CAN hacer para( poder)? > como
que pasa si > que pasaria si
estados unidos > usa
reino unido > uk
gran bretaña > uk
telefono movil > telefono
(que significa|que quiere decir|cual es el significado de|cual es la definicion de) > quesignifica
ganar dinero > hacer dinero
perder peso > adelgazar
bajar de peso > adelgazar
ir a > ira
(?<=\w )(y )?porque$ > .
"""
SHORTHANDS = {
    "WHAT": "(que|cual|cuales)",
    "WAY": "(manera|forma|modo|maneras|formas|modos)",
    "CAN": "(puedo|podria|puede uno|se puede|podemos|puedes|debo|deberia|se debe|conviene|tengo que|hay que)",
}
