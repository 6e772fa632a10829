"""What people ask an assistant all day, which no public benchmark holds: how likely a question is of that kind, and how
hard it is then.

The heads of ``difficulty`` know examinations. Greetings, orders, recipes and letters are nothing like them, and a proof
that nobody has found is not either, so what they say of those means little. ``train/everyday.py`` fits two small heads
to pairs of everyday questions in both languages (``train/everyday.jsonl``) whose difficulty is estimated by judgement;
``weights/everyday.json`` is their card. Both read the same embedding as the others, and have a middle, a spread and a
language shift of their own, so that either file can be trained alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from jarvis.router import lexicon
from jarvis.router.essence import asked
from jarvis.router.features import NAMES as SHARED
from jarvis.words.fold import fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_KINDS = {
    "social": """
        hello hi hey bye goodbye thanks thank ok okay yes yeah no sure great perfect sorry cool welcome nice morning
        evening night later
        hola adios gracias vale si claro genial perfecto perdona guay bien encantad* buenos buenas dias tardes noches
        luego manana
    """,
    "self": """
        you your yourself me my i im feel tu te eres estas sabes tienes me mi mis yo soy estoy siento
    """,
    "home": """
        turn switch dim light lights lamp* volume music song* tv radio heating thermostat* blind* door* lock play pause
        mute alarm* timer* remind* reminder* stopwatch wake call message shopping
        enciende apaga pon luz luces lampara* volumen musica cancion* tele radio calefaccion termostato* persiana*
        puerta* reproduce silencia alarma* temporizador* recuerda* recordatorio* cronometro despierta* llama manda
        mensaje compra
    """,
    "life": """
        recipe* cook* cake soup dinner lunch gift present birthday holiday* trip visit film movie book recommend*
        idea* clean* stain* shirt friend* mum mom dad children sleep email letter note poem wedding party dog cat plant*
        receta* cocin* tarta sopa cena comida regalo cumpleanos vacaciones viaje visit* pelicula libro recom* limpi*
        mancha* camisa amig* mama papa ninos dormir correo carta nota poema boda fiesta perro gato
    """,
    "proof": """
        prove proof proofs theorem* conjecture* hypothes* lemma* irrational infinitely derive deduce induction corollary
        undecidable
        demuestra* demostracion* teorema* conjetura* hipotesis lema* irracional* infinit* deduce deducir induccion
        prueba corolario indecidible
    """,
    "build": """
        design implement* build optimi* refactor* migrat* architect* draft simulate calibrate reconstruct
        disena* implementa* construye optimiza* refactoriza* migra* arquitectura* redacta simula calibra reconstruye
    """,
    "systems": """
        distributed concurren* tolerant kernel* compiler* lockfree shard* consensus microservice*
        replicat* allocator scheduler garbage jit cuda linearizab* raft crdt transactional formally verified
        multithread* engine encrypt*
        distribuid* concurren* tolerante* nucleo* compilador* cerrojo* particion* consenso microservicio* replica*
        asignador planificador recolector jit cuda linealizab* transaccional* formalmente verificad* motor cifrad*
    """,
    "advanced": """
        quantum renormali* cohomolog* topolog* stochast* eigen* manifold* functor* galois hilbert banach riemann*
        spectral operator* integral* differential hausdorff homotop* bayesian econometr* lagrang* hamilton* tensor*
        polynomial* asymptot* feynman olympiad* gauge entropy retrosynthesis diagnosis
        cuantic* renormaliz* estocast* autovalor* variedad* funtor* espectral* operador* diferencial* homotopi*
        polinomi* asintot* olimpiad* entropia retrosintesis diagnostico
    """,
    "whole": """
        every all exactly each complete full optimal rigorous detail formally list real references
        todo toda todos todas exactamente cada complet* optim* rigur* detalle formalmente enumera reales referencias
    """,
}
"""Words of both languages, folded; the same things are said in both. A ``*`` stands for any ending."""
_UNSOLVED = re.compile(
    r"\bp (?:vs\.?|versus|contra|is not equal to|no es igual a|es distinto de|distinto de|y|and|=|!=|equals) np\b|"
    r"\b(?:riemann|goldbach|collatz|abc|hodge|poincare|birch|beal|legendre|erdos\w*|twin primes?|jacobian\w*)(?:'s)? "
    r"(?:hypothesis|conjecture)|(?:hipotesis|conjetura) (?:de )?(?:los? )?(?:primos gemelos|[a-z]+)\b|"
    r"\b(?:twin primes|primos gemelos|odd perfect number|numeros? perfectos? impar(?:es)?|navier-stokes|yang-mills|"
    r"millennium (?:prize )?problems?|problemas? del milenio|open problem|problema abierto|unsolved|sin resolver|"
    r"quantum (?:theory of )?gravity|gravedad cuantica|teoria cuantica de la gravedad|theory of everything|"
    r"teoria del todo|room[- ]temperature superconductor|superconductor a temperatura ambiente|voynich|linear a|"
    r"lineal a|cold fusion|fusion fria)\b"
)
"""What nobody has solved: to be asked to is as hard as can be, and asked what it is, it is not."""
_READ = 2000
"""Characters that are looked at."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_PRODUCT = re.compile(r"\d\s*[*×·^x]\s*\d|\b(?:times|by|multipl\w+|power|elevado|por)\b")
_DO = re.compile(
    r"\b(?:prove|proof|solve|find|derive|design|show|decipher|translate|build|give|unify|cure|refute|demuestra\w*|"
    r"prueba|demostracion|resuelve|encuentra|halla|deduce|disena|muestra|descifra|traduce|construye|da|unifica|cura|"
    r"refuta)\b"
)
_SUM = re.compile(
    r"\d\s*[-+*×·/x]\s*\d|\b(?:plus|minus|times|divided|add|subtract|half|quarter|double|square root|mas|menos|por|"
    r"entre|suma|resta|mitad|cuarta|doble|raiz)\b"
)
_DEVICE = re.compile(
    r"(?:(?:please|hey|ok|jarvis|can you|could you|por favor|oye|puedes|podrias),? ){0,3}"
    r"(?:turn|switch|set|dim|open|close|lock|unlock|play|pause|stop|start|mute|raise|lower|remind|wake|call|cancel|skip|"
    r"snooze|add|send|enciend\w+|encender|apag\w+|pon|poner|ponme|sube|subir|baja|bajar|abre|abrir|cierra|cerrar|reproduce|"
    r"pausa|para|inicia|silencia|recuerdame|despiertame|llama|llamar|cancela|salta|anade|manda|activa|desactiva)\b"
)
"""How an order to a house or a telephone begins."""
_PROOF = re.compile(r"\b(?:prove|show that|proof of|demuestra\w*|demostrar|demostracion|prueba que|muestra que)\b")
NAMES = (
    *SHARED,
    "words",
    "shortest",
    "all_digits",
    "long_product",
    "other_marks",
    "small_sum",
    "device_order",
    "proof_asked",
    "unsolved",
    *_KINDS,
)
"""What each number is, in order."""
_LENGTHS = ("stem_length", "text_length", "sentences", "lines", "words")


@cache
def _vocabulary() -> tuple[tuple[frozenset[str], tuple[str, ...]], ...]:
    """Of each kind its whole words and its beginnings of words."""
    kinds = (words.split() for words in _KINDS.values())
    return tuple(
        (frozenset(w for w in words if w[-1] != "*"), tuple(w[:-1] for w in words if w[-1] == "*")) for words in kinds
    )


def numbers(text: str, shared: Sequence[float]) -> list[float]:
    """The numbers of a question in the order of ``NAMES``; ``shared`` are those of ``features``."""
    read = asked(text)[:_READ]
    folded = fold(read)
    words = lexicon.words(folded)
    digits = sorted(len(re.sub(r"\D", "", n)) for n in _NUMBER.findall(read))
    kinds = {
        kind: sum(w in whole or w.startswith(begin) for w in words)
        for kind, (whole, begin) in zip(_KINDS, _vocabulary(), strict=True)
    }
    product = len(digits) > 1 and _PRODUCT.search(folded)
    return [
        *shared,
        math.log1p(len(words)),
        float(len(words) <= 3),
        math.log1p(sum(digits)),
        math.log1p(digits[-2]) if product else 0.0,
        math.log1p(sum(not c.isalnum() and not c.isspace() for c in read)),
        float(0 < len(digits) <= 2 and digits[-1] <= 2 and len(words) <= 8 and bool(_SUM.search(folded))),
        float(bool(kinds["home"] and len(words) <= 20 and _DEVICE.match(folded.lstrip(" ¡!¿,")))),
        float(bool(_PROOF.search(folded))),
        float(bool(_UNSOLVED.search(folded) and _DO.search(folded))),
        *(count / math.sqrt(max(len(words), 1)) for count in kinds.values()),
    ]


class Everyday:
    """The shipped weights."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self._a = arrays

    @staticmethod
    @cache
    def load() -> Everyday:
        """The weights in this package."""
        import numpy as np

        with resources.files("jarvis.router").joinpath("weights", "everyday.npz").open("rb") as file:
            return Everyday({name: np.asarray(value, np.float64) for name, value in np.load(file).items()})

    def standard(self, rows: Array) -> Array:
        """Numbers (questions, n) around 0, clipped where training saw nothing."""
        import numpy as np

        return np.asarray(np.clip((np.atleast_2d(rows) - self._a["mean"]) / self._a["scale"], -3, 3))

    def direction(self, vectors: Array, spanish: NDArray[np.bool_]) -> Array:
        """As ``Heads.direction``, with the middle and the language shift of everyday questions."""
        import numpy as np

        moved = np.atleast_2d(vectors) - self._a["vector_mean"] - np.outer(spanish, self._a["spanish_shift"])
        return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9))

    def chance(self, head: str, x: Array, direction: Array | None) -> Array:
        """A head's probability: ``kind`` that a question is everyday traffic, ``fails`` that the anchor fails if so."""
        import numpy as np

        name = head if direction is not None else f"{head}_features"
        value = x @ self._a[f"{name}_x"] + self._a[f"{name}_bias"]
        if direction is not None:
            value = value + direction @ self._a[f"{name}_v"]
        return np.asarray(1 / (1 + np.exp(-np.clip(value, -30, 30))))

    def blend(self, told: Array, x: Array, direction: Array | None) -> Array:
        """The probability that the anchor fails, where ``told`` is what the heads for examinations say."""
        usual = self.chance("kind", x, direction)
        return (1 - usual) * told + usual * self.chance("fails", x, direction)

    def weigh(self, x: Array, direction: Array | None) -> dict[str, float]:
        """What each number of a question adds to the log odds that the anchor fails: a length against the usual one,
        anything else against its absence.
        """
        import numpy as np

        name = "fails" if direction is not None else "fails_features"
        absent = np.where(np.isin(NAMES, _LENGTHS), 0.0, self.standard(np.zeros(len(NAMES)))[0])
        return dict(zip(NAMES, ((x[0] - absent) * self._a[f"{name}_x"]).tolist(), strict=True))

    def topic(self, x: Array, direction: Array | None) -> float:
        """What its subject adds: its words, and what the embedding tells."""
        weigh = self.weigh(x, direction)
        told = sum(weigh[name] for name in ("small_sum", "device_order", "proof_asked", "unsolved", *_KINDS))
        return told if direction is None else told + float(direction[0] @ self._a["fails_v"])
