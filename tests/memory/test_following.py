"""Learned folders are followed: new, changed and deleted files, also those that changed while nobody looked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from household import Household, write

from home import wait_for


def sources(household: Household) -> set[str]:
    return {Path(s["path"]).name for s in household.ask("GET", "/jarvis/sources")["sources"]}


def says(household: Household, word: str) -> bool:
    return any(word in f["text"] for f in household.found(word))


def test_a_folder_is_followed_also_when_nobody_was_there(household: Household) -> None:
    papers = household.papers
    write(papers / "uno.md", "Aquí dice Turmalina.")
    steps = household.ask("POST", "/jarvis/learn", {"paths": [str(papers)]})
    assert steps[0] == {"files": 1, "skipped": {}}
    write(papers / "sub" / "dos.md", "Aquí dice Obsidiana.")
    wait_for(lambda: says(household, "Obsidiana"), 30)
    write(papers / "uno.md", "Ahora dice Malaquita.")
    wait_for(lambda: says(household, "Malaquita") and not says(household, "Turmalina"), 30)
    (papers / "sub" / "dos.md").unlink()
    wait_for(lambda: sources(household) == {"uno.md"}, 30)
    assert not says(household, "Obsidiana")

    household.home.stop()
    write(papers / "tres.md", "Entretanto dice Calcedonia.")
    (papers / "uno.md").unlink()
    household.start()
    wait_for(lambda: sources(household) == {"tres.md"}, 30)
    assert says(household, "Calcedonia")


def test_a_folder_that_is_taken_out_takes_nothing_with_it(household: Household) -> None:
    write(household.papers / "uno.md", "Aquí dice Turmalina.")
    household.ask("POST", "/jarvis/learn", {"paths": [str(household.papers)]})
    household.home.stop()
    away = household.papers.rename(household.papers.with_name("away"))
    household.start()
    write(away / "dos.md", "Aquí dice Obsidiana.")
    assert sources(household) == {"uno.md"}
    assert says(household, "Turmalina")


def test_who_does_not_want_it_followed(household: Household) -> None:
    write(household.papers / "uno.md", "Aquí dice Turmalina.")
    household.ask("POST", "/jarvis/learn", {"paths": [str(household.papers)], "watch": False})
    listed: dict[str, Any] = household.ask("GET", "/jarvis/sources")
    assert (listed["folders"], len(listed["sources"])) == ([], 1)
    assert household.ask("GET", "/jarvis/memory/status")["watching"] is True


def test_what_is_gone_from_a_folder_that_nobody_follows_goes_when_it_is_learned_again(household: Household) -> None:
    asked = {"paths": [str(household.papers)], "watch": False}
    one = write(household.papers / "uno.md", "Aquí dice Turmalina.")
    write(household.papers / "dos.md", "Aquí dice Obsidiana.")
    household.ask("POST", "/jarvis/learn", asked)
    one.unlink()
    steps = household.ask("POST", "/jarvis/learn", asked)
    assert [(step["path"], step["state"]) for step in steps[1:]] == [
        (str(household.papers / "dos.md"), "same"), (str(one), "gone"),
    ]  # fmt: skip
    assert sources(household) == {"dos.md"}


def test_what_is_to_be_ignored_from_now_on_goes_when_its_folder_is_learned_again(household: Household) -> None:
    asked = {"paths": [str(household.papers)], "watch": False}
    write(household.papers / "uno.md", "Aquí dice Turmalina.")
    write(household.papers / "dos.md", "Aquí dice Obsidiana.")
    household.ask("POST", "/jarvis/learn", asked)
    write(household.papers / ".jarvisignore", "uno.md")
    household.ask("POST", "/jarvis/learn", asked)
    assert sources(household) == {"dos.md"} and not says(household, "Turmalina")


def test_a_file_that_was_named_alone_goes_with_its_folder_too(household: Household) -> None:
    papers = household.papers
    one = write(papers / "uno.md", "Aquí dice Turmalina.")
    two = write(papers / "dos.md", "Aquí dice Obsidiana.")
    household.ask("POST", "/jarvis/learn", {"paths": [str(one)]})
    household.ask("POST", "/jarvis/learn", {"paths": [str(papers)]})
    write(two, "Ahora dice Malaquita.")
    household.ask("POST", "/jarvis/learn", {"paths": [str(two)]})
    one.unlink()
    two.unlink()
    wait_for(lambda: sources(household) == set(), 30)


def test_a_pipe_that_is_named_is_told_and_the_next_one_is_read(household: Household) -> None:
    os.mkfifo(write(household.papers / "uno.md", "Aquí dice Turmalina.").with_name("tubo.txt"))
    paths = [str(household.papers / "tubo.txt"), "/dev/zero", str(household.papers / "uno.md")]
    _, *steps = household.ask("POST", "/jarvis/learn", {"paths": paths})
    assert [step["state"] for step in steps] == ["failed", "failed", "new"]


def test_a_name_that_is_no_utf8_stops_nothing(household: Household) -> None:
    papers = household.papers
    write(papers / "uno.md", "Aquí dice Turmalina.")
    odd = write(papers / os.fsdecode("ni\xf1o.md".encode("latin-1")), "Aquí dice Obsidiana.")
    write(papers / os.fsdecode("pi\xf1a.pdf".encode("latin-1")), "%PDF-1.4 y nada más")
    write(papers / "zeta.md", "Aquí dice Malaquita.")
    first, *steps = household.ask("POST", "/jarvis/learn", {"paths": [str(papers)]})
    assert first["files"] == 4, steps
    assert [step.get("state") for step in steps] == ["new", "failed", "new", "new"]
    assert sources(household) == {"uno.md", "ni\\xf1o.md", "pi\\xf1a.pdf", "zeta.md"}
    assert "pi\\xf1a.pdf" in steps[1]["error"]["message"]
    assert says(household, "Obsidiana") and says(household, "Malaquita")
    household.home.stop()
    odd.unlink()
    household.start()
    wait_for(lambda: sources(household) == {"uno.md", "pi\\xf1a.pdf", "zeta.md"}, 30)
