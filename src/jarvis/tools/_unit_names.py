"""Units by the names people have for them, in Spanish and English: each as pint knows it."""

from __future__ import annotations

_TABLE = """
meter: m metro metros metre metres meters
centimeter: cm centimetro centimetros
millimeter: mm milimetro milimetros
kilometer: km kilometro kilometros kms
inch: in pulgada pulgadas inches "
foot: ft pie pies feet
yard: yd yarda yardas yards
mile: mi milla millas miles
nautical_mile: nmi milla_nautica millas_nauticas nautical_miles
light_year: ly ano_luz anos_luz light_years
astronomical_unit: au ua unidad_astronomica
kilogram: kg kilo kilos kilogramo kilogramos kilograms kgs
gram: g gr gramo gramos grams
milligram: mg miligramo miligramos
metric_ton: t tonelada toneladas tonne tonnes tons_metric
short_ton: ton tons us_ton
pound: lb lbs libra libras pounds
ounce: oz onza onzas ounces
stone: st stones
liter: l litro litros litre litres liters
milliliter: ml mililitro mililitros
centiliter: cl centilitro centilitros
deciliter: dl decilitro decilitros
meter^3: m3 metro_cubico metros_cubicos
gallon: gal galon galones gallons
imperial_gallon: galon_imperial galones_imperiales imperial_gallons uk_gallon
pint: pt pinta pintas pints
quart: qt cuarto_de_galon quarts
cup: taza tazas cups
tablespoon: tbsp cucharada cucharadas tablespoons
teaspoon: tsp cucharadita cucharaditas teaspoons
fluid_ounce: fl_oz onza_liquida onzas_liquidas fluid_ounces
second: s seg segundo segundos sec secs seconds
minute: min minuto minutos mins minutes
hour: h hora horas hr hrs hours
day: dia dias days
week: semana semanas weeks
month: mes meses months
year: ano anos years
degree_Celsius: c °c celsius centigrado centigrados grado_celsius grados_celsius grados_centigrados degrees_celsius grados
degree_Fahrenheit: f °f fahrenheit grado_fahrenheit grados_fahrenheit degrees_fahrenheit
kelvin: k kelvins
kilometer/hour: km/h kmh kph kilometros_por_hora kilometers_per_hour kilometres_per_hour
mile/hour: mph millas_por_hora miles_per_hour
meter/second: m/s metros_por_segundo meters_per_second
knot: kn nudo nudos knots
meter^2: m2 square_meter metro_cuadrado metros_cuadrados square_meters square_metres
kilometer^2: km2 square_kilometer kilometro_cuadrado kilometros_cuadrados square_kilometers
centimeter^2: cm2 centimetros_cuadrados
foot^2: ft2 square_foot sqft pie_cuadrado pies_cuadrados square_feet
hectare: ha hectarea hectareas hectares
acre: acres
joule: j julio julios joules
kilojoule: kj kilojulio kilojulios
calorie: cal caloria calorias calories
kilocalorie: kcal kilocaloria kilocalorias
watt_hour: wh vatios_hora vatio_hora
kilowatt_hour: kwh kilovatio_hora kilovatios_hora kilowatt_hours
watt: w vatio vatios watts
kilowatt: kw kilovatio kilovatios kilowatts
metric_horsepower: cv caballo caballos
horsepower: hp caballos_de_vapor caballo_de_fuerza
pascal: pa pascales
bar: bares bars
millibar: mbar milibar milibares
hectopascal: hpa
atmosphere: atm atmosfera atmosferas
pound_force_per_square_inch: psi
newton: n newtons
volt: v voltio voltios volts
ampere: a amperio amperios amps amp
ohm: ohmio ohmios ohms
hertz: hz hercio hercios
radian: rad radian radianes radians
degree: deg degrees grado_sexagesimal
bit: bits
byte: b bytes octeto octetos
kilobyte: kb kilobytes
megabyte: mb megas mega megabytes
gigabyte: gb gigas giga gigabytes
terabyte: tb teras tera terabytes
kibibyte: kib kibibytes
mebibyte: mib mebibytes
gibibyte: gib gibibytes
megabit: mbit megabits
gigabit: gbit gigabits
megabit/second: mbps
liter_per_100km: l/100km litros_por_100_km l/100_km
mile/gallon: mpg millas_por_galon miles_per_gallon
"""

CURRENCIES = frozenset(
    [
        "euro",
        "euros",
        "eur",
        "€",
        "dolar",
        "dolares",
        "dollar",
        "dollars",
        "usd",
        "$",
        "us$",
        "libra_esterlina",
        "libras_esterlinas",
        "pound_sterling",
        "gbp",
        "£",
        "peso",
        "pesos",
        "mxn",
        "ars",
        "cop",
        "clp",
        "yen",
        "yenes",
        "jpy",
        "¥",
        "franco",
        "francos",
        "chf",
        "yuan",
        "cny",
        "real",
        "reales",
        "brl",
        "sol",
        "soles",
        "pen",
        "bitcoin",
        "btc",
        "rupia",
        "rupias",
        "rupee",
        "rupees",
        "inr",
        "corona",
        "coronas",
        "sek",
        "nok",
        "dkk",
        "zloty",
        "pln",
        "cad",
        "aud",
    ]
)


def table() -> dict[str, str]:
    """Every name, folded, spaces as underscores, with the unit it means."""
    found: dict[str, str] = {}
    for line in _TABLE.strip().splitlines():
        unit, _, names = line.partition(": ")
        for name in (unit, unit.replace("degree_", ""), *names.split()):
            found.setdefault(name.lower(), unit)
    return found
