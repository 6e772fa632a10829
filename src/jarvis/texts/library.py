from jarvis.texts import Text

TEXTS = {
    "library.closed": Text("This Jarvis was closed.", "Este Jarvis ya se cerró."),
    "library.closed.hint": Text("Make a new one: `Jarvis()`.", "Cree otro: `Jarvis()`."),
    "library.difficulty": Text(
        "A difficulty is between 0 and 100, not {difficulty}.",
        "Una dificultad está entre 0 y 100, no es {difficulty}.",
    ),
    "library.difficulty.hint": Text("Give such a number, or leave it out.", "Dé un número así, o no lo dé."),
    "library.n_results": Text("n_results is {value}; it is 1 or more.", "n_results es {value}; es 1 o más."),
    "library.n_results.hint": Text("Ask for at least one.", "Pida al menos uno."),
    "library.stats": Text(
        "{queries} queries ({errors} failed), p50 {p50:.2f} s, p95 {p95:.2f} s, {tokens} tokens, {cost:.4f} USD",
        "{queries} preguntas ({errors} con error), p50 {p50:.2f} s, p95 {p95:.2f} s, {tokens} tokens, {cost:.4f} USD",
    ),
    "library.model": Text(
        "  {model}: {queries} ({share:.0%}), p50 {p50:.2f} s", "  {model}: {queries} ({share:.0%}), p50 {p50:.2f} s"
    ),
}
