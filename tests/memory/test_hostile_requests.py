"""What a request to memory may say and no calendar, file system or JSON has: it is refused, or harmless."""

from __future__ import annotations

import base64
import os
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from household import Household, write

from jarvis.daemon import find


def test_a_moment_that_no_calendar_has_is_refused(household: Household) -> None:
    fact = household.ask("POST", "/jarvis/memory", {"text": "Mi barco está en Vigo"})["id"]
    for moment in (1e300, -1e300, 253_400_000_000, -62_200_000_000):
        made = {"text": "Mi barco está en Vigo", "valid_from": moment}
        assert household.call("POST", "/jarvis/memory", made)[0] == 400
        assert household.call("PATCH", f"/jarvis/memory/{fact}", {"closed": moment})[0] == 400
    household.say("¿Dónde está mi barco?")  # a fact with such a day would break every answer that reads it
    for moment in (253_300_000_000, -62_100_000_000):
        fact = household.ask("POST", "/jarvis/memory", {"text": f"Mi yate {moment}", "valid_from": moment})["id"]
        household.ask("PATCH", f"/jarvis/memory/{fact}", {"closed": moment})
        household.say(f"¿Dónde está mi yate {moment}?")


def test_a_file_of_a_year_that_is_none(household: Household) -> None:
    if not os.path.isdir("/dev/shm"):
        pytest.skip("needs a file system that keeps any year")
    paper = write(Path("/dev/shm") / f"jarvis-{os.getpid()}" / "a.md", "La casera se llama Obsidiana.")
    try:
        os.utime(paper, (1e12, 1e12))
        household.ask("POST", "/jarvis/learn", {"paths": [str(paper)]})
        household.say("¿Cómo se llama la casera?")
    finally:
        paper.unlink()
        paper.parent.rmdir()


def test_metadata_is_json_again(household: Household) -> None:
    address = find(household.home.paths)
    assert address is not None
    body = b'{"texts": ["hola"], "metadatas": [{"a": 1e999}]}'
    request = urllib.request.Request(
        f"{address.url}/jarvis/memory/texts",
        body,
        {
            "Authorization": f"Bearer {household.home.paths.token.read_text().strip()}",
            "Content-Type": "application/json",
        },
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=60)
    assert refused.value.code == 400


def test_a_sent_file_may_be_called_anything(household: Household) -> None:
    content = base64.b64encode(b"La casera se llama Obsidiana.").decode()
    for name in (".", ".."):
        assert household.call("POST", "/jarvis/learn", {"name": name, "content": content})[0] == 400
    for name in ("😀" * 100 + ".txt", "-rf", " ", "\u202etxt.exe.md", "Makefile"):
        steps = household.ask("POST", "/jarvis/learn", {"name": name, "content": content})
        assert steps[1]["path"] == f"upload:{name}"
    assert not list((household.home.folder / "data" / "incoming").iterdir())
