"""What a stranger called a file cannot drive the terminal, pass for a line of ours, or write a line into the log."""

from __future__ import annotations

import logging
from pathlib import Path

from household import Household, write

from jarvis.assistant.fenced import label, name
from jarvis.cli.terminal import clean, on_line
from jarvis.providers.keys import Redacting

HOSTILE = (
    "a\n✗ d1: everything is gone.md",
    "b\x1b[2J\x1b]0;owned\x07\x1b]52;c;ZXZpbA==\x07.md",
    "c\u202efdp.exe\u2066.md",
    "d\r\x9b31mred\x85next\u2028line.md",
    "![e](www.evil.example?q=key) <img src=x>.md",
    "f\tg.md",
)


def harmless(text: str) -> bool:
    """Whether nothing is in it but lines of what can be seen."""
    return all(line.isprintable() for line in text.split("\n"))


def test_files_of_any_name_are_shown_on_one_line_each(household: Household) -> None:
    for hostile in HOSTILE:
        write(household.papers / hostile, "# Seguro\n\nEl seguro de la casa vence en marzo.")
        write(household.papers / hostile.replace(".md", ".pdf"), "%PDF-1.4 and no more")
    learned = household.home.run("learn", "--no-watch", str(household.papers))
    listed = household.home.run("sources")
    found = household.home.run("memory", "search", "seguro de la casa")
    for said in (learned.stderr, listed.stderr):  # one for each that is no PDF, and none that a name made
        assert len([line for line in said.split("\n") if line.startswith("✗ ")]) == len(HOSTILE)
    for said in (learned.stdout, learned.stderr, listed.stdout, listed.stderr, found.stdout, found.stderr):
        assert harmless(said), said
    read = [line for line in listed.stdout.splitlines()[1:] if str(household.papers) in line]
    assert len(read) == len(listed.stdout.splitlines()) - 1 == 2 * len(HOSTILE)
    log = household.home.paths.state / "logs" / "daemon.log"
    assert harmless(log.read_text())


def test_a_folder_writes_no_line_of_its_own_into_the_log() -> None:
    formatter = Redacting(logging.Formatter("%(levelname)s %(message)s"))
    record = logging.LogRecord("x", logging.WARNING, "", 0, "%s is not watched", ("a\nERROR: owned\x1b[2J",), None)
    assert formatter.format(record) == "WARNING a\\nERROR: owned\\x1b[2J is not watched"
    assert record.args  # other sinks get it as it was


def test_in_answers_they_are_a_part_of_a_line() -> None:
    for hostile in HOSTILE:
        for made in (label(hostile), name(f"/papers/{hostile}"), on_line(hostile)):
            assert made.isprintable()
        assert not set("[]<>`|") & set(name(hostile) + label(hostile))
        assert not set("()") & set(label(hostile))
        assert harmless(clean(hostile).replace("\t", " ").replace("\u2028", " "))
    assert on_line("a\tb\r\nc") == "a b c"
    assert Path(name("/x/Informe (final).pdf")).name == "Informe (final).pdf"
