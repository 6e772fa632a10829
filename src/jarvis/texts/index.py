from jarvis.texts import Text

TEXTS = {
    "index.dimension": Text(
        "A vector of {found} numbers among vectors of {expected}.",
        "Un vector de {found} números entre vectores de {expected}.",
    ),
    "index.dimension.hint": Text(
        "Two models use the same name: choose another with `jarvis config set routing.embedder NAME`.",
        "Dos modelos usan el mismo nombre: elija otro con `jarvis config set routing.embedder NOMBRE`.",
    ),
    "index.not_finite": Text("A vector holds what is no number.", "Un vector contiene algo que no es un número."),
    "index.not_finite.hint": Text(
        "Its embedding model is damaged: `jarvis doctor` checks the models.",
        "Su modelo de vectores está dañado: `jarvis doctor` comprueba los modelos.",
    ),
    "index.damaged": Text(
        "The vector index cannot be used: {reason}.", "El índice de vectores no se puede usar: {reason}."
    ),
    "index.damaged.hint": Text(
        "Nothing is lost: it is made anew from the database, and every search is answered meanwhile.",
        "No se pierde nada: se rehace desde la base de datos, y mientras tanto se responde a cada búsqueda.",
    ),
    "index.died": Text(
        "The process of the vector index ended or got stuck.",
        "El proceso del índice de vectores terminó o se quedó atascado.",
    ),
    "index.died.hint": Text(
        "Nothing is lost: it is made anew from the database. What it wrote is in {log}.",
        "No se pierde nada: se rehace desde la base de datos. Lo que escribió está en {log}.",
    ),
    "index.lost": Text(
        "The vector index does not find what it holds (tried with {tried} of its vectors).",
        "El índice de vectores no encuentra lo que contiene (probado con {tried} de sus vectores).",
    ),
    "index.lost.hint": Text(
        "Nothing is lost: it is made anew from the database, and every search is answered meanwhile.",
        "No se pierde nada: se rehace desde la base de datos, y mientras tanto se responde a cada búsqueda.",
    ),
    "index.owned": Text(
        "Another process ({owner}) uses the vector index in {folder}.",
        "Otro proceso ({owner}) usa el índice de vectores de {folder}.",
    ),
    "index.owned.hint": Text(
        "Searches are answered without it. End that process (`jarvis stop`, or `kill {owner}`).",
        "Las búsquedas se responden sin él. Termine ese proceso (`jarvis stop`, o `kill {owner}`).",
    ),
    "index.full": Text(
        "The disk is full: the vector index in {folder} could not be written.",
        "El disco está lleno: no se pudo escribir el índice de vectores de {folder}.",
    ),
    "index.full.hint": Text(
        "Searches are answered without it. Free some space: `df -h {folder}`.",
        "Las búsquedas se responden sin él. Libere espacio: `df -h {folder}`.",
    ),
    "index.away": Text(
        "The Chroma server at {address} does not answer.", "El servidor Chroma de {address} no responde."
    ),
    "index.away.hint": Text(
        "Searches are answered without it; it is asked again in {retry_after:.0f} s. Start it (`chroma run`), or use your"
        " own disk: `jarvis config unset memory.chroma_address`.",
        "Las búsquedas se responden sin él; se le pregunta otra vez en {retry_after:.0f} s. Inícielo (`chroma run`), o use"
        " su propio disco: `jarvis config unset memory.chroma_address`.",
    ),
    "index.address": Text("{address} is no address of a server.", "{address} no es la dirección de un servidor."),
    "index.address.hint": Text(
        "It looks like this: `jarvis config set memory.chroma_address http://127.0.0.1:8000`.",
        "Es así: `jarvis config set memory.chroma_address http://127.0.0.1:8000`.",
    ),
    "index.not_installed": Text(
        "What the vector index {name} needs is not installed.",
        "No está instalado lo que necesita el índice de vectores {name}.",
    ),
    "index.not_installed.hint": Text(
        "Install it (`pip install 'jarvis-ia[{name}]'`), or use the one that comes with Jarvis:"
        " `jarvis config set memory.index exact`.",
        "Instálelo (`pip install 'jarvis-ia[{name}]'`), o use el que viene con Jarvis:"
        " `jarvis config set memory.index exact`.",
    ),
}
