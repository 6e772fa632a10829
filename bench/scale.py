"""What the scale of cosines is worth to an embedder with which nothing was learned (``memory/scale.py``).

    JARVIS_MEMORY_EMBEDDER=NAME python bench/scale.py DATA [--every N] [--strange FILE] [--json]

DATA is a folder for ``jarvis eval memory``, of which every Nth question is asked; of FILE, ``queries.jsonl`` of other
documents, as many, to which nothing there is an answer. Twice in one run: with cosines as they are, and on the scale of
the weights. Shown: nDCG@10 and recall at 10 of the fused search; of how many questions it was said wrongly that nothing
is relevant, and of how many strange ones rightly.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from jarvis.config.load import load
from jarvis.config.paths import paths
from jarvis.measure.memory_eval import Report, documents, evaluate, questions
from jarvis.memory.scale import AS_IT_IS, Onto, Scales
from jarvis.wiring import searching


async def evaluated(data: Path, every: int, strange: Path | None) -> Report:
    kept, asked = documents(data / "docs.jsonl"), questions(data / "queries.jsonl")[::every]
    if strange is not None:
        others = questions(strange)
        user = asked[0].user
        asked += [
            replace(q, relevant=frozenset(), user=user)
            for q in others[:: max(1, len(others) // len(asked))][: len(asked)]
        ]
    with TemporaryDirectory() as folder:
        async with searching(load().settings, paths(), Path(folder), False, False) as made:
            return await evaluate(kept, asked, made)


async def as_it_is(scales: Scales, model: str) -> Onto:
    return AS_IT_IS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--strange", type=Path)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    found = {}
    ours = Scales.onto
    for name, onto in (("as they are", as_it_is), ("on the scale", ours)):
        Scales.onto = onto  # type: ignore[method-assign]
        report = asyncio.run(evaluated(told.data, told.every, told.strange))
        fused = report.rows["fused"].facts()
        found[name] = {
            "embedder": report.embedder,
            "n": report.rows["fused"].n,
            "ndcg@10": fused["ndcg@10"],
            "recall@10": fused["recall@10"],
            "wrongly_nothing": round(report.doubted / report.rows["fused"].n, 4),
            "rightly_nothing": round(report.refused / report.unanswerable, 4) if report.unanswerable else None,
        }
    print(json.dumps(found) if told.json else "\n".join(f"{name}: {facts}" for name, facts in found.items()))


if __name__ == "__main__":
    main()
