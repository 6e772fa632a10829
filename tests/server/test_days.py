"""What the days added up to, the log's last lines, and what is told live."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from jarvis.providers.keys import GONE, guard
from jarvis.server.logs import LINES, Ring


@pytest.fixture
def ring() -> Iterator[Ring]:
    root, found = logging.getLogger(), Ring()
    root.addHandler(found)
    yield found
    root.removeHandler(found)


def test_each_day_is_told_and_today_is_the_last(house: Any) -> None:
    told = house.ask(path="/jarvis/stats/daily?days=3").json
    assert [one["day"] for one in told["days"]][-1] == date.today().isoformat()
    assert len(told["days"]) == 3 and told["total"]["queries"] == 0
    assert len(house.ask(path="/jarvis/stats/daily").json["days"]) == 30


@pytest.mark.parametrize("query", ["days=0", "days=731", "days=-1", "days=x", "days=", "days=%D9%A1"])
def test_what_is_no_number_of_days_is_refused(house: Any, query: str) -> None:
    error = house.ask(path=f"/jarvis/stats/daily?{query}").error
    assert (error["code"], error["param"]) == ("number_range", "days") and "730" in error["message"] and error["hint"]


@pytest.mark.parametrize("path", ["/jarvis/stats/daily", "/jarvis/exchanges", "/jarvis/log", "/jarvis/live"])
def test_they_are_the_owners_alone(house: Any, path: str) -> None:
    assert house.ask(path=path, token=house.GUEST).error["code"] == "no_scope"


def test_the_log_has_its_last_lines_and_no_key(house: Any, ring: Ring) -> None:
    guard([ring])
    log = logging.getLogger("jarvis.test")
    log.warning("key %s\nand a line", "sk-proj-" + "a" * 40)
    (line,) = house.ask(path="/jarvis/log").json["lines"]
    assert (line["level"], line["name"]) == ("warning", "jarvis.test")
    assert GONE in line["text"] and "aaaa" not in line["text"] and "\n" not in line["text"]
    for number in range(LINES):
        log.warning("%d", number)
    lines = house.ask(path="/jarvis/log").json["lines"]
    assert (len(lines), lines[-1]["number"], lines[-1]["text"]) == (LINES, LINES + 1, str(LINES - 1))
    assert house.ask(path=f"/jarvis/log?after={LINES}").json["lines"] == lines[-1:]


def test_without_a_log_of_its_own_there_are_no_lines(house: Any) -> None:
    assert house.ask(path="/jarvis/log").json == {"lines": []}


def test_first_all_of_it_is_told_then_what_changed(open_house: Any, ring: Ring) -> None:
    house = open_house()
    with house.connect() as wire:
        request = f"GET /jarvis/live HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {house.TOKEN}\r\n\r\n"
        wire.sendall(request.encode())
        data, written = b"", False
        while b'"lines":1' not in data.replace(b" ", b""):
            data += wire.recv(65536)
            if not written and b"fleet" in data:
                logging.getLogger("jarvis.test").warning("new")
                written = True
        events = [json.loads(line[6:]) for line in data.decode().splitlines() if line.startswith("data: {")]
        assert {"fleet", "speeds", "exchanges", "lines"} <= set(events[0])
        assert all("fleet" not in event for event in events[1:]), "it did not change"


def test_who_listens_does_not_keep_the_daemon_from_ending(open_house: Any) -> None:
    """The stream ends by itself, long before the grace that answers have."""
    house = open_house()
    with house.connect() as wire:
        request = f"GET /jarvis/live HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {house.TOKEN}\r\n\r\n"
        wire.sendall(request.encode())
        data = wire.recv(65536)
        while b"data: {" not in data:
            data += wire.recv(65536)
        house.stop()
        while piece := wire.recv(65536):
            data += piece
        assert data.count(b"data: [DONE]") == 1 and b'"error"' not in data
