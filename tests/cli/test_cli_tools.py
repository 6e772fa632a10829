"""Tools at the command line: what there is, what is set, what is shown, and what waits for a yes."""

from __future__ import annotations

import json
import time
from dataclasses import asdict

from home import Home, turns, wait_for
from jarvis import client
from jarvis.server.stream import comment
from jarvis.words.exchange import Called


def test_what_there_is_and_why_not(home: Home) -> None:
    home.fake("small")
    rows = {row["name"]: row for row in json.loads(home.run("tools", "--json").stdout)}
    assert rows["calculator"]["on"] and rows["set_timer"]["effect"] and not rows["clock"]["effect"]
    assert not rows["web"]["on"] and "tools.web" in rows["web"]["why"]
    shown = home.run("tools").stdout
    assert "calculator" in shown and "tools.folders" in shown


def test_what_is_plain_is_answered_without_a_model_and_kept(home: Home) -> None:
    home.fake("small")
    done = home.run("ask", "what's 15% of 80?")
    assert done.stdout == "15 % of 80 = 12\n"
    assert "· calculator: 15% of 80 → 15 % of 80 = 12" in done.stderr
    assert [(role, text) for role, text, _ in turns(home)] == [
        ("user", "what's 15% of 80?"), ("assistant", ""), ("tool", "15 % of 80 = 12"), ("assistant", "15 % of 80 = 12"),
    ]  # fmt: skip
    assert home.run("history", "delete", "last", "--yes").returncode == 0
    home.stop()
    for file in home.paths.data.glob("jarvis.db*"):  # gone from the calls too, and from the free pages
        assert b"15%" not in file.read_bytes()
    answer = json.loads(home.run("ask", "--json", "2^10").stdout)
    assert (answer["answer"], answer["model"], answer["engine"]) == ("2^10 = 1024", "calculator", "tools")


def test_a_reminder_is_set_listed_cancelled_and_rings(home: Home) -> None:
    home.fake("small")
    home.run("ask", "remind me to call Ann in 3 hours")
    home.run("ask", "set a timer for 1 second")

    def rung() -> object:
        return json.loads(home.run("reminders", "list", "--json").stdout)["told"]

    wait_for(rung, 40)
    shown = home.run("reminders").stdout
    assert "The timer is over." in shown and "call Ann" in shown
    assert "The timer is over." not in home.run("reminders").stdout  # it was shown
    assert "call Ann" in home.run("reminders", "cancel", "1").stderr
    assert json.loads(home.run("reminders", "--json").stdout)["reminders"] == []
    assert home.run("reminders", "cancel", "1").returncode == 1


def test_what_came_due_while_nobody_was_here_is_told_in_the_next_chat(home: Home) -> None:
    home.fake("small")
    home.run("ask", "remind me to feed the cat in 3 seconds")
    home.stop()
    due = time.time() + 3
    wait_for(lambda: time.time() > due)
    done = wait_for(lambda: _told(home.run("chat", stdin="/help\n").stderr), 40)
    assert "feed the cat" in str(done)


def _told(text: str) -> str:
    return next((line for line in text.splitlines() if "🔔" in line), "")


def test_a_daemon_with_a_timer_stays(home: Home) -> None:
    home.settings("[daemon]\nidle_exit_seconds = 3")
    home.fake("small")
    home.run("ask", "remind me to feed the cat in 3 hours")
    pid = home.daemon_pid()
    assert pid is not None
    first = json.loads(home.run("reminders", "--json").stdout)["reminders"]
    assert len(first) == 1 and home.daemon_pid() == pid
    home.run("reminders", "cancel", "1")
    wait_for(lambda: home.daemon_pid() is None)


def test_nothing_waits_for_a_yes(home: Home) -> None:
    home.fake("small")
    assert "Nothing waits for a yes." in home.run("chat", stdin="/yes\n").stderr


def test_a_call_is_heard_as_it_was_sent() -> None:
    for call in (
        Called("call_1", "calculator", "2+2", "done", 0.5, "4"),
        Called("call_2", "unlock", 'unlock {"x": "ñ\\n"}', "asks"),
    ):
        line = comment("called", asdict(call)).decode().removesuffix("\n\n")
        assert client._events(line) == [call]
