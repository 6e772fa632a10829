"""``jarvis memory``, ``learn`` and ``sources`` as commands, and the memory commands of a chat."""

from __future__ import annotations

import json
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "memory"))

from household import Household, write

from home import Home, wait_for


@pytest.fixture
def household(home: Home) -> Household:
    made = Household(home)
    made.start()
    return made


def told(household: Household, *words: str, status: int = 0, stdin: str = "") -> Any:
    done = household.home.run(*words, "--json", stdin=stdin)
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout)


def test_a_fact_is_kept_shown_changed_and_forgotten(household: Household) -> None:
    run = household.home.run
    assert "jarvis memory add" in run("memory").stderr
    assert told(household, "memory", "add", "Mi", "médico", "es", "Turmalina") == {"id": "m1", "did": "kept"}
    assert run("memory", "add", "Mi médico es Turmalina").stderr == "It is remembered already, as m1.\n"
    assert run("memory", "pin", "m1").returncode == 0
    assert run("memory", "private", "m1").returncode == 0
    listed = run("memory", "list").stdout
    assert "m1" in listed
    assert "Mi médico es Turmalina  [pinned, private]" in listed
    assert (body := told(household, "memory", "show", "m1"))["pinned"] is True
    lines = run("memory", "show", "m1").stdout.splitlines()
    assert f"  said on: {datetime.fromtimestamp(body['said']):%Y-%m-%d %H:%M}" in lines
    assert "  pinned: yes" in lines
    assert "Turmalina" in run("memory", "search", "médico").stdout
    assert told(household, "memory", "edit", "m1", "Mi médica es Obsidiana")["text"] == "Mi médica es Obsidiana"
    assert told(household, "memory", "unpin", "1")["pinned"] is False
    assert told(household, "memory", "private", "m1", "--off")["private"] is False
    assert told(household, "memory", "close", "m1")["now"] is False
    assert told(household, "memory", "list")["facts"] == []
    assert [f["id"] for f in told(household, "memory", "list", "--closed")["facts"]] == ["m1"]
    no = run("memory", "forget", "m1", stdin="n\n")
    assert no.returncode == 1
    assert "  1 fact\n" in no.stderr
    assert "Obsidiana" in no.stderr  # what would go is shown
    assert told(household, "memory", "show", "m1")["id"] == "m1"
    assert run("memory", "forget", "m1", "--yes").stderr.endswith("Forgotten.\n")
    assert run("memory", "show", "m1").returncode == 1
    assert run("memory", "forget", "--query", "obsidiana").stderr == "There is nothing of that.\n"
    nothing = run("memory", "forget", "--query", "obsidiana", "--json")
    assert (nothing.returncode, json.loads(nothing.stdout)["forgotten"]) == (1, False)
    assert [f["kind"] for f in told(household, "memory", "forgotten")["forgotten"]] == ["item"]
    assert run("memory", "forgotten").stdout.endswith("an item  1 fact\n")


def test_what_is_asked_wrongly_says_what_to_do(household: Household) -> None:
    run = household.home.run
    nothing = run("memory", "forget")
    assert nothing.returncode == 2
    assert "memory forget --help" in nothing.stderr
    day = run("memory", "forget", "--since", "yesterday")
    assert (day.returncode, "2026-03-31" in day.stderr) == (2, True)
    assert run("memory", "show", "m7").returncode == 1
    assert run("memory", "show", "../history").returncode == 1
    assert run("sources", "remove", "nowhere.pdf", "--yes").returncode == 1


def test_documents_are_read_listed_removed_and_read_again(household: Household) -> None:
    run, papers = household.home.run, household.papers
    write(papers / "bueno.md", "# Casa\n\nEl contrato vence con Turmalina.")
    (papers / "malo.pdf").write_bytes(b"%PDF-1.7\nbroken")
    write(papers / "foto.xyz", "?")
    first = run("learn", str(papers))
    assert first.returncode == 0
    assert "malo.pdf" in first.stderr
    assert "1 new, 0 changed, 0 as before, 1 failed, 0 forgotten before; 1 skipped." in first.stderr
    assert "1 of a kind that is not read" in first.stderr
    again = told(household, "learn", "--wait", str(papers))
    assert (again["same"], again["failed"], again["interrupted"]) == (1, 1, False)
    household.embedded()
    status = run("memory", "status").stdout
    assert "1 folder followed" in status
    assert "1 of 1 passage has a vector" in status
    assert run("learn", str(papers / "malo.pdf")).returncode == 1  # all of it failed
    assert run("learn", str(papers / "nada.md")).returncode == 1
    one_of_two = run("learn", str(papers / "bueno.md"), str(papers / "malo.pdf"))
    assert (one_of_two.returncode, "1 as before, 1 failed" in one_of_two.stderr) == (1, True)
    listed = run("sources").stdout
    assert "bueno.md" in listed
    assert "100 %" in listed
    found = run("memory", "search", "contrato")
    assert "  bueno.md  " in found.stdout
    assert run("sources", "remove", "bueno.md", stdin="n\n").returncode == 1
    assert told(household, "sources", "remove", "bueno.md", "--yes")["documents"] == 1
    assert told(household, "learn", str(papers))["forgotten"] == 1
    assert told(household, "sources", "again", str(papers / "bueno.md"))["new"] == 1
    assert told(household, "sources", "remove", str(papers), "--yes")["folders"] == 1
    assert told(household, "sources", "list") == {"sources": [], "folders": []}


def test_interrupted_it_keeps_what_it_has(household: Household) -> None:
    for n in range(400):
        write(household.papers / f"{n:03}.md", f"Papel número {n}.\n\n" * 20)
    import subprocess

    learning = household.home.start("learn", str(household.papers), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_for(lambda: household.ask("GET", "/jarvis/sources")["sources"])
    learning.send_signal(signal.SIGINT)
    _, said = learning.communicate(timeout=30)
    assert learning.returncode == 130, said
    assert "what was read is kept" in said
    assert len(household.ask("GET", "/jarvis/sources")["sources"]) > 0
    assert told(household, "learn", "--no-watch", str(household.papers))["failed"] == 0
    assert len(household.ask("GET", "/jarvis/sources")["sources"]) == 400


def test_a_long_reading_goes_on_over_several_requests(household: Household) -> None:
    household.home.stop()
    household.home.environ["JARVIS_SERVER_REQUEST_TIMEOUT_SECONDS"] = "0.9"
    household.start()
    for n in range(60):
        write(household.papers / f"{n:03}.md", f"Papel número {n}.\n\n" * 20)
    done = told(household, "learn", str(household.papers))
    assert (done["new"] + done["same"], done["failed"]) == (60, 0)
    assert len(done["files"]) == 60


def test_a_chat_remembers_forgets_shows_and_goes_incognito(household: Household) -> None:
    lines = [
        "/remember Mi médico es Turmalina", "/recuerda Mi perro es Obsidiana", "/memory", "/memoria médico",
        "/olvida médico turmalina", "/olvida!", "/forget!", "/forget nada de nada", "/incognito", "Soy Malaquita",
        "/remember Malaquita", "/incógnito", "Soy Calcedonia", "/quit",
    ]  # fmt: skip
    done = household.home.run("chat", stdin="\n".join(lines) + "\n")
    said = done.stderr
    assert "Remembered as m1." in said
    assert "Remembered as m2." in said
    assert said.count("Mi médico es Turmalina") == 3  # listed, found, and shown before it goes
    assert said.count("Forgotten.") == 1
    assert "Nothing was asked to be forgotten" in said
    assert "There is nothing of that." in said
    assert "Incognito:" in said
    assert "No longer incognito" in said
    assert "Malaquita" in done.stdout
    lines = household.home.folder / "state" / "telemetry.jsonl"
    wait_for(lambda: len(lines.read_text().splitlines()) == 2)  # of what was said to it, the account is written later
    assert household.holding("Malaquita", "Turmalina") == []
    assert [c["title"] for c in household.ask("GET", "/jarvis/history")["conversations"]] == ["Soy Calcedonia"]
    done = household.home.run("ask", "--incognito", "Soy Jaspeadillo")
    assert "Jaspeadillo" in done.stdout
    wait_for(lambda: len(lines.read_text().splitlines()) == 3)
    assert household.holding("Jaspeadillo") == []
    done = household.home.run("ask", "--incognito", "Recuerda que mi pez se llama Azabachito")
    assert "incógnito" in done.stdout
    assert household.holding("Azabachito") == []
