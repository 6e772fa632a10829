"""Checks the conversations beside this file: ``python train/conversations/check.py``. Ends with 1 if one is off.

``--show USER`` prints that user's questions with the turns that answer them, to be read by a person.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CATEGORIES = {"single", "multi", "time", "change", "inference", "paraphrase", "none"}
DOC = {"id", "user", "session", "date", "text"}
QUERY = {"id", "user", "query", "relevant", "category", "language"}
Rows = list[dict[str, Any]]


def read(name: str) -> Rows:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def doubles(keys: list[Any], what: str) -> list[str]:
    return [f"{what} is there {n} times: {key}" for key, n in Counter(keys).items() if n > 1]


def of_docs(docs: Rows) -> list[str]:
    wrong = [f"fields of {doc.get('id')}: {sorted(doc)}" for doc in docs if set(doc) != DOC]
    wrong += doubles([doc["id"] for doc in docs], "turn")
    # "Done." may be said twice; a sentence said twice by the same person is a slip of the writer.
    wrong += doubles([(d["user"], plain(d["text"])) for d in docs if len(plain(d["text"]).split()) > 6], "text")
    wrong += [f"no speaker: {doc['id']}" for doc in docs if not re.match(r"[\w ]{2,20}: \S", doc["text"])]
    sessions: dict[tuple[str, int], Rows] = defaultdict(list)
    for doc in docs:
        sessions[doc["user"], doc["session"]].append(doc)
    for key, turns in sessions.items():
        if not 14 <= len(turns) <= 30:
            wrong.append(f"session {key} has {len(turns)} turns")
    for user in {user for user, _ in sessions}:
        numbers = sorted(number for owner, number in sessions if owner == user)
        if numbers != list(range(1, len(numbers) + 1)) or not 5 <= len(numbers) <= 8:
            wrong.append(f"sessions of {user}: {numbers}")
        moments = [datetime.fromisoformat(doc["date"]) for doc in docs if doc["user"] == user]
        if moments != sorted(set(moments)):
            wrong.append(f"dates of {user} are not in order")
        if (moments[-1] - moments[0]).days < 60:
            wrong.append(f"{user} talks for less than two months")
        if len({doc["text"].split(":")[0] for doc in docs if doc["user"] == user}) != 2:
            wrong.append(f"{user} is not two people")
    return wrong


def of_queries(docs: Rows, queries: Rows) -> list[str]:
    owner = {doc["id"]: doc["user"] for doc in docs}
    wrong = [f"fields of {query.get('id')}: {sorted(query)}" for query in queries if set(query) != QUERY]
    wrong += doubles([query["id"] for query in queries], "question")
    wrong += doubles([(query["user"], plain(query["query"])) for query in queries], "question")
    for query in queries:
        name, relevant = query["id"], query["relevant"]
        if query["category"] not in CATEGORIES or query["language"] not in {"es", "en"}:
            wrong.append(f"{name}: category or language")
        if any(owner.get(turn) != query["user"] for turn in relevant):
            wrong.append(f"{name}: a turn that is not there, or another user's")
        if relevant != sorted(set(relevant)):
            wrong.append(f"{name}: turns double or out of order")
        if bool(relevant) is (query["category"] == "none"):
            wrong.append(f"{name}: {query['category']} with {len(relevant)} turns")
        fits = {"single": len(relevant) == 1, "multi": len(relevant) > 1}
        if not fits.get(query["category"], True):
            wrong.append(f"{name}: {query['category']} with {len(relevant)} turns")
    return wrong


def show(user: str, docs: Rows, queries: Rows) -> None:
    text = {doc["id"]: doc["text"] for doc in docs}
    for query in queries:
        if query["user"] == user:
            print(f"{query['category']:10} {query['query']}")
            for turn in query["relevant"]:
                print(f"{'':14}{turn.split('/')[1]} {text[turn]}")


def main() -> int:
    docs, queries = read("docs.jsonl"), read("queries.jsonl")
    if sys.argv[1:2] == ["--show"]:
        show(sys.argv[2], docs, queries)
        return 0
    wrong = of_docs(docs) + of_queries(docs, queries)
    for line in wrong:
        print("wrong:", line)
    print(f"{len({doc['user'] for doc in docs})} users, {len(docs)} turns, {len(queries)} questions")
    table = Counter((query["category"], query["language"]) for query in queries)
    for category in sorted(CATEGORIES):
        print(f"{category:11} en {table[category, 'en']:4}  es {table[category, 'es']:4}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
