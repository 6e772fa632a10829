"""How hard the levels of the calibration set are, by what models here answered of it in English.

    bench/levels.py [MODEL=ABILITY]...

Reads what `jarvis bench models` kept. For each model and level: right of asked, and the difficulty (0..100) that this
means if the model's ability is what is given, or else what its card tells; the last line pools the models by how much
they tell. What `measure/questions` states is their author's estimate. It was lowered once, when SmolLM2-135M had
answered 77 questions (means 4, 14, 33, 62, 88 before, 3, 9, 26, 52, 78 since), so that model's answers are no proof of
it. A model that is far from the anchor tells little: its own ability is in every figure.
"""

from __future__ import annotations

import math
import sqlite3
import sys
from statistics import fmean

from jarvis.catalog.here import catalog
from jarvis.config.load import load
from jarvis.config.paths import paths
from jarvis.measure.calibration import questions
from jarvis.router.ability import prior


def main() -> None:
    given = dict(argument.rpartition("=")[::2] for argument in sys.argv[1:])
    shelf = catalog(load().settings, paths())
    level = {q.id: q.level for q in questions()}
    pooled: dict[int, list[tuple[float, float]]] = {n: [] for n in range(1, 6)}
    with sqlite3.connect(f"file:{paths().database}?mode=ro", uri=True) as database:
        rows = database.execute("""SELECT model, question, "right" FROM abilities WHERE language = 'en'""").fetchall()
    for name in sorted({row[0] for row in rows}):
        installed = shelf.find(name)
        value = float(given[name]) if name in given else prior(installed.card, "chat", installed.variant).value
        cells = []
        for n in pooled:
            seen = [right for model, question, right in rows if model == name and level[question] == n]
            if not seen:
                cells.append("   -      ")
                continue
            right, wrong = sum(seen) + 0.5, len(seen) - sum(seen) + 0.5
            hard = value - math.log(right / wrong)
            pooled[n].append((hard, 1 / (1 / right + 1 / wrong)))
            cells.append(f"{sum(seen):2}/{len(seen):2} {_share(hard):4.0f}")
        print(f"{name:36} ability {value:+.1f}   " + "   ".join(cells))
    stated = [fmean(q.difficulty for q in questions() if q.level == n) for n in pooled]
    means = [_share(sum(h * w for h, w in p) / sum(w for _, w in p)) for p in pooled.values() if p]
    print("stated, mean ", *(f"{d:4.0f}" for d in stated))
    print("as answered  ", *(f"{d:4.0f}" for d in means))


def _share(log_odds: float) -> float:
    return 100 / (1 + math.exp(-log_odds))


if __name__ == "__main__":
    main()
