"""How much does the first clause of an answer tell about whether it will be right?

    python bench/cascade.py [--models FOLDER] [--questions 120] [--json FILE]  MODEL...

Each model answers questions of the calibration set at temperature 0. The mean log-probability of the tokens of its
first clause, as ``assistant/cascade.py`` sees it, is held against whether the whole answer was right: alone (AUC), and
on top of what was predicted before (log loss with and without). The best USUAL_LOGPROB and WEIGHT are printed beside
those in use, and what sending the doubtful ones on would have brought at several thresholds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import platform
import shutil
import tempfile
from contextlib import aclosing
from pathlib import Path
from typing import Any

from jarvis import wiring
from jarvis.assistant.cascade import USUAL_LOGPROB, WEIGHT, Impression, _is_clause
from jarvis.config.load import load
from jarvis.config.paths import paths
from jarvis.measure.calibration import Question, order, questions
from jarvis.measure.checks import Language
from jarvis.words.chat import ChatRequest, Delta, Message, Sampling
from jarvis.words.exchange import Answer, Preferences
from jarvis.words.person import Person


async def watched(house: wiring.House, model: str, question: Question, language: Language) -> dict[str, Any]:
    """One question: the impression of its first clause, what was predicted, and whether it was answered."""
    sampling = Sampling(temperature=0.0, max_tokens=question.tokens)
    request = ChatRequest((Message.of("user", question.prompt(language)),), model, sampling, logprobs=True)
    first, whole, text = Impression(), Impression(), ""
    async with aclosing(house.parts.desk.chat(request, Person(), "library")) as events:
        async for event in events:
            if isinstance(event, Delta):
                whole.heard(event)
                if not (first.text and _is_clause(first)):
                    first.heard(event)
            elif isinstance(event, Answer):
                text = event.answer
    told = await house.parts.desk.explain(
        ChatRequest((Message.of("user", question.text(language)),)), Person(), Preferences(), "en"
    )
    predicted = next(c["quality"] for c in told["candidates"] if c["model"] == model)
    return {
        "id": question.id, "language": language, "right": question.right(text, language), "mean": first.mean,
        "whole_mean": whole.mean, "predicted": predicted,
    }  # fmt: skip


def auc(rows: list[dict[str, Any]], key: str) -> float:
    """The probability that a right answer has a higher figure than a wrong one; ties count half."""
    right, wrong = [r[key] for r in rows if r["right"]], [r[key] for r in rows if not r["right"]]
    if not right or not wrong:
        return math.nan
    better = sum((a > b) + 0.5 * (a == b) for a in right for b in wrong)
    return better / (len(right) * len(wrong))


def after(row: dict[str, Any], usual: float, weight: float) -> float:
    prior = min(max(row["predicted"], 1e-3), 1 - 1e-3)
    return 1 / (1 + math.exp(-(math.log(prior / (1 - prior)) + weight * (row["mean"] - usual))))


def loss(rows: list[dict[str, Any]], usual: float, weight: float) -> float:
    """Mean log loss, nats."""
    return -sum(
        math.log(max(1e-9, p if r["right"] else 1 - p)) for r in rows if (p := after(r, usual, weight)) >= 0
    ) / len(rows)


def fit(rows: list[dict[str, Any]]) -> tuple[float, float]:
    """The best of a grid."""
    grid = [(u / 20, w / 4) for u in range(-40, 1) for w in range(0, 33)]
    return min(grid, key=lambda g: loss(rows, *g))


def report(model: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    usual, weight = fit(rows)
    found: dict[str, Any] = {
        "model": model, "asked": len(rows), "right": sum(r["right"] for r in rows),
        "auc_first_clause": auc(rows, "mean"), "auc_whole": auc(rows, "whole_mean"),
        "auc_predicted": auc(rows, "predicted"),
        "loss_predicted": loss(rows, 0, 0), "loss_in_use": loss(rows, USUAL_LOGPROB, WEIGHT),
        "best_usual": usual, "best_weight": weight, "loss_best": loss(rows, usual, weight),
    }  # fmt: skip
    for row in rows:
        row["after"] = after(row, USUAL_LOGPROB, WEIGHT)
    found["auc_after"] = auc(rows, "after")
    by = sorted(rows, key=lambda r: r["after"])
    for share in (0.2, 0.4, 0.6):
        sent = by[: int(share * len(by))]
        found[f"right_among_least_sure_{share:.0%}"] = sum(r["right"] for r in sent) / max(1, len(sent))
    return found


async def run(args: argparse.Namespace) -> list[dict[str, Any]]:
    house = await wiring.build(load().settings, paths())
    found = []
    try:
        for model in args.model:
            asked = order(questions())[: args.questions]
            rows = [await watched(house, model, question, language) for question, language in asked]
            found.append(report(model, [r for r in rows if r["mean"] is not None]))
            print(json.dumps(found[-1], indent=1))
    finally:
        await house.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="*", default=["smollm2-135m-instruct"])
    parser.add_argument("--models", type=Path, help="a folder as `jarvis pull` leaves it")
    parser.add_argument("--questions", type=int, default=120)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"JARVIS_HOME": folder, "JARVIS_MODELS_COMMUNITY": "true"}
        if args.models:
            shutil.copytree(args.models, Path(folder) / "data/models", copy_function=os.link)
        found = asyncio.run(run(args))
    if args.json:
        facts = {"machine": f"{platform.machine()}, {os.cpu_count()} cores", "models": found}
        args.json.write_text(json.dumps(facts, indent=1))


if __name__ == "__main__":
    main()
