from jarvis.texts import Text

TEXTS = {
    "wire.schema_large": Text(
        "The schema in {field} has more than {most} properties and values, or more than {characters} characters of them.",
        "El esquema de {field} tiene más de {most} propiedades y valores, o más de {characters} caracteres de ellos.",
    ),
    "wire.schema_large.hint": Text(
        "Leave some out, or ask for a plain string and check its value yourself.",
        "Quite algunos, o pida un texto sin más y compruebe su valor usted mismo.",
    ),
    "wire.schema_reference": Text(
        "{field} leads nowhere: {reference!r}.", "{field} no lleva a ninguna parte: {reference!r}."
    ),
    "wire.schema_reference.hint": Text(
        "Point at another schema of the same document, such as `#/$defs/NAME`.",
        "Apunte a otro esquema del mismo documento, como `#/$defs/NOMBRE`.",
    ),
    "wire.schema_empty": Text(
        "No value fits the schema in {field}: the least is {low} and the most {high}.",
        "Ningún valor cumple el esquema de {field}: lo menos es {low} y lo más {high}.",
    ),
    "wire.schema_empty.hint": Text(
        "Swap the two, or leave one of them out.", "Intercambie los dos, o quite uno de ellos."
    ),
    "wire.schema_pattern": Text(
        "No answer can be held to {field}: {pattern!r}.", "Ninguna respuesta se puede ceñir a {field}: {pattern!r}."
    ),
    "wire.schema_pattern.hint": Text(
        "Write a regular expression of characters, classes, groups, alternatives and up to {most} repeats: without flags,"
        " look-ahead or look-behind, back-references, `\\b` or `\\p`.",
        "Escriba una expresión regular de caracteres, clases, grupos, alternativas y hasta {most} repeticiones: sin"
        " opciones, miradas adelante o atrás, referencias, `\\b` ni `\\p`.",
    ),
    "wire.schema_not_held": Text(
        "Answers are not held to these parts of the schema: {names}. Check them yourself.",
        "Las respuestas no se ciñen a estas partes del esquema: {names}. Compruébelas usted mismo.",
    ),
    "wire.grammar_repeats": Text(
        "{field} repeats something impossibly: {repeats}.", "{field} repite algo de forma imposible: {repeats}."
    ),
    "wire.grammar_repeats.hint": Text(
        "Write the smaller number first, and none above 2000.",
        "Escriba primero el número menor, y ninguno mayor de 2000.",
    ),
}
