"""What the documents tell people to type can be typed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from jarvis.cli.main import jarvis

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "README.es.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
BLOCK = re.compile(r"^```(?:sh|console)\n(.*?)^```", re.M | re.S)
INLINE = re.compile(r"`((?:\./)?jarvis [^`]+)`")
ENDS = ("&&", "||", "|", "#", "<", ">", ";", "2>&1")
FEWEST = 100


def commands() -> Iterator[tuple[str, str]]:
    """Every use of ``jarvis`` in the documents, with where it is."""
    for file in DOCUMENTS:
        text = file.read_text()
        lines = [line.removeprefix("$ ") for block in BLOCK.findall(text) for line in block.splitlines()]
        for said in [*lines, *INLINE.findall(BLOCK.sub("", text))]:
            yield from ((str(file.relative_to(ROOT)), words) for words in uses(said))


def uses(line: str) -> Iterator[str]:
    """The words after each ``jarvis`` of a line of the shell, up to where the command ends."""
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return
    while words:
        word = words.pop(0)
        if word.rpartition("/")[2] == "jarvis" and (not words or words[0] != "jarvis"):
            mine: list[str] = []
            while words and words[0] not in ENDS and not words[0].startswith((">", "<")):
                mine.append(words.pop(0))
            if mine and mine[-1].endswith(";"):
                mine[-1] = mine[-1][:-1]
            yield shlex.join(mine)


def parsed(command: click.Command, name: str, words: list[str], parent: click.Context | None = None) -> None:
    """Raises click.UsageError for what the command would not take."""
    context = command.make_context(name, words, parent=parent)
    if isinstance(command, click.Group):
        rest = [*context._protected_args, *context.args]
        if rest:
            found, inner, more = command.resolve_command(context, rest)
            assert inner is not None and found is not None
            parsed(inner, found, more, context)


@pytest.mark.parametrize(("where", "said"), sorted(set(commands())))
def test_a_command_in_the_documents_can_be_typed(where: str, said: str) -> None:
    words = [word.partition("|")[0] for word in shlex.split(said)]  # one of several
    try:
        parsed(jarvis, "jarvis", words)
    except (click.exceptions.Exit, click.exceptions.NoArgsIsHelpError):
        pass  # --help
    except click.MissingParameter as error:
        assert error.ctx is not None
        if error.ctx.command_path.split()[-len(words) :] != words:  # else it is only named
            raise AssertionError(f"{where}: jarvis {said}: {error.format_message()}") from error
    except click.BadParameter as error:
        if not isinstance(getattr(error.param, "type", None), click.Path):  # a file that the reader has
            raise AssertionError(f"{where}: jarvis {said}: {error.format_message()}") from error
    except click.UsageError as error:
        raise AssertionError(f"{where}: jarvis {said}: {error.format_message()}") from error


def test_there_are_many() -> None:
    assert len(set(commands())) >= FEWEST
    assert list(uses("cat x | ./jarvis ask 'a b' --json > y && jarvis stop  # z")) == ["ask 'a b' --json", "stop"]
    with pytest.raises(click.UsageError):
        parsed(jarvis, "jarvis", ["ask", "--modle", "x"])
    with pytest.raises(click.UsageError):
        parsed(jarvis, "jarvis", ["memory", "forgett"])


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs")
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    environ = os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    reference = tmp_path / "site" / "reference"
    assert "jarvis service install" in (reference / "commands" / "index.html").read_text()
    assert "server.max_body_mib" in (reference / "settings" / "index.html").read_text()
    assert "/v1/chat/completions" in (reference / "http" / "index.html").read_text()
    assert "daemon.already" in (reference / "errors" / "index.html").read_text()
    pages = list((tmp_path / "site").rglob("*.html"))
    fetched = re.compile(r"""<(?:script|link|img)[^>]+(?:src|href)=["']?https?://(?!localhost)""")
    assert [page.name for page in pages if fetched.search(page.read_text())] == []
