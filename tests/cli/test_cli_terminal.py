"""What a command's three streams may be, how wide the terminal, and in whose words it is answered."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from home import Home
from jarvis.texts.click import TEXTS


def shell(home: Home, line: str, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """A command as a shell starts it; in ``line`` it is ``"$@"``."""
    script = ["bash", "-c", line, "bash", *home.command(*words)]
    return subprocess.run(
        script, env=home.environ | environ, capture_output=True, text=True, errors="replace", timeout=60
    )


def test_a_stdout_that_takes_nothing(home: Home) -> None:
    home.fake("small", answer="Paris.")
    home.run("ask", "hi")
    for words in (["ask", "hi"], ["ask", "--json", "hi"], ["history", "export"], ["chat"], ["--help"]):
        for where, reason in ((">&-", "Bad file descriptor"), (">/dev/full", "No space left")):
            done = shell(home, f'echo hi | "$@" {where}', *words)
            assert (done.returncode, done.stderr.count("✗"), done.stderr.count("\n")) == (1, 1, 2), done.stderr
            assert reason in done.stderr


def test_what_is_said_beside_the_answer_may_get_lost(home: Home) -> None:
    home.fake("small", answer="Paris.")
    for where in ("2>/dev/full", "2>&-", "<&-"):  # the first one says that it starts a daemon
        done = shell(home, f'"$@" {where}', "ask", "hi")
        assert (done.returncode, done.stdout) == (0, "Paris.\n"), done.stderr
    assert shell(home, '"$@" <&- >&- 2>&-', "ask", "hi").returncode == 1


def test_a_reader_that_leaves_ends_it_quietly(home: Home) -> None:
    home.fake("slow", answer_tokens=300, tokens_per_second=50)
    home.run("ask", "hi", "--max-tokens", "1")
    # an answer that takes its time: what is written at once may all be in the pipe before its reader leaves
    done = shell(home, '"$@" </dev/null | head -c 9; exit ${PIPESTATUS[0]}', "ask", "hi")
    assert (done.returncode, done.stderr) == (141, "")
    assert len(done.stdout) == 9


def test_an_encoding_that_lacks_a_letter(home: Home) -> None:
    home.fake("small", answer="Zürich → 漢")
    home.run("ask", "hi", "--no-store")
    for words in (["ask", "hi"], ["chat"]):
        done = shell(home, 'echo hi | "$@"', *words, PYTHONIOENCODING="latin-1:strict")
        assert done.returncode == 1
        assert "latin-1" in done.stderr and "PYTHONIOENCODING=utf-8" in done.stderr
        assert "Traceback" not in done.stderr
    home.environ["PYTHONIOENCODING"] = "latin-1:replace"  # what its owner asked for
    done = subprocess.run(home.command("ask", "hi"), stdin=subprocess.DEVNULL, capture_output=True, env=home.environ)
    assert (done.returncode, done.stdout) == (0, b"Z\xfcrich ? ?\n")
    home.environ["PYTHONIOENCODING"] = "ascii"
    assert "Zürich → 漢" in home.run("ask", "hi").stdout


def test_hints_name_the_command_that_was_typed(home: Home) -> None:
    home.fake("small", answer="Paris.")
    home.environ["JARVIS_COMMAND"] = "./jarvis"
    first = home.run("ask", "hi")
    assert "`./jarvis stop`" in first.stderr
    assert "`./jarvis models`" in home.run("ask", "-m", "nobody", "hi").stderr  # the daemon says it
    assert "Usage: ./jarvis ask" in home.run("ask", "--nope").stderr
    assert './jarvis ask "' in home.run("--help").stdout
    assert "`./jarvis pull" in home.run("models").stderr
    home.stop()
    (home.folder / "config" / "config.toml").write_text("[server]\nport = 99999\n")
    assert "`./jarvis config" in home.run("doctor").stdout
    assert "./jarvis" not in home.run("doctor", "--json").stdout


def test_the_launcher_says_how_it_was_called(tmp_path: Path) -> None:
    """In a clone whose environment is made: its jarvis tells what it was told."""
    clone = tmp_path / "a clone"
    (clone / "deploy").mkdir(parents=True)
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / "constraints").mkdir()
    launcher = clone / "jarvis"
    launcher.write_text((Path(__file__).parents[2] / "jarvis").read_text())
    (clone / "deploy" / "venv.sh").write_text("sync_venv() { :; }")
    (clone / ".venv" / "bin" / "jarvis").write_text('#!/bin/bash\necho "$JARVIS_COMMAND"')
    for file in (launcher, clone / ".venv" / "bin" / "jarvis"):
        file.chmod(0o755)

    def told(command: str, path: str = os.environ["PATH"]) -> str:
        script = ["bash", "-c", command]
        return subprocess.run(script, cwd=clone, capture_output=True, text=True, env={"PATH": path}).stdout.strip()

    assert told("./jarvis ask hi") == "./jarvis"
    assert told(f"'{launcher}'") == str(launcher).replace(" ", "\\ ")  # as a shell takes it
    assert told("jarvis", path=f"{clone}:{os.environ['PATH']}") == "jarvis"


def test_tables_on_a_narrow_terminal(home: Home) -> None:
    home.fake("small", answer="Paris.")
    question = "which of all these words are the first ones"
    home.run("ask", question)
    home.environ["COLUMNS"] = "30"
    models = home.run("models", "--installed").stdout.splitlines()
    assert models[0] == "small" and "  quant none · size 1 byte" in models
    stats = [line for line in home.run("stats").stdout.splitlines() if not line.startswith("Saved")]
    assert stats[1:3] == ["small", "  requests 1 · failed 0"]
    assert all(len(line) <= 30 for line in [*models, *stats[1:]])
    head, title = home.run("history").stdout.splitlines()
    assert len(head) <= 30 and title == f"  2  {question}"
    checks = home.run("doctor").stdout.splitlines()
    assert "✓ python" in checks
    assert all(len(line) <= 30 or len(line.split()) < 3 for line in checks if line.startswith("  ") and "→" not in line)
    del home.environ["COLUMNS"]
    assert home.run("models", "--installed").stdout.splitlines()[0].split()[:3] == ["MODEL", "QUANT", "SIZE"]


def test_an_unknown_language_is_english(home: Home) -> None:
    home.environ["JARVIS_LANG"] = "xx"
    assert "Nothing was asked" in home.run("ask").stderr


CLICK = [path.read_text() for path in Path(click.__file__).parent.glob("*.py")]


def click_says() -> set[str]:
    """All that click would have translated."""
    found = set()
    for source in CLICK:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                found |= {a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return found


def test_clicks_own_words_are_known_letter_by_letter() -> None:
    assert {text.en for text in TEXTS.values()} - click_says() == set()


@pytest.mark.parametrize(
    ("words", "spanish"),
    [
        (["--help"], ["Uso: jarvis", "Opciones:", "Órdenes:", "Muestra este mensaje y termina."]),
        (["stats", "--help"], ["Opciones:", "[por defecto: 7d]"]),
        (["config"], ["Uso:", "Órdenes:"]),
        (["--version"], ["versión"]),
        (["ask", "--nope"], ["Pruebe 'jarvis ask --help'", "No existe la opción '--nope'", "¿Quiso decir"]),
        (["ask", "--model"], ["A la opción '--model' le falta su valor"]),
        (["ask", "-t", "9", "x"], ["Valor no válido para '--temperature'", "no está en el intervalo"]),
        (["ask", "-t", "x", "x"], ["no es un número"]),
        (["models", "show"], ["Falta el argumento 'ID'"]),
        (["history", "shw"], ["No existe la orden 'shw'. ¿Quiso decir 'show'?"]),
        (["stop", "x"], ["Sobra un argumento (x)"]),
        (["stop", "x", "y"], ["Sobran argumentos (x y)"]),
    ],
    ids=lambda words: " ".join(words),
)
def test_click_speaks_spanish(home: Home, words: list[str], spanish: list[str]) -> None:
    home.environ["JARVIS_LANG"] = "es"
    done = home.run(*words)
    assert "--help" in words or "--version" in words or done.returncode == 2
    said = done.stdout + done.stderr
    assert [text for text in spanish if text not in said] == [], said
    english = {text.en.partition("{")[0].strip() for text in TEXTS.values()} - {"Error:", "Option", ""}
    assert [text for text in english if len(text) > 4 and text in said] == []


def test_ctrl_c_before_the_command_runs(tmp_path: Path) -> None:
    stop = "import os, signal; os.kill(os.getpid(), signal.SIGINT)"
    script = f"import jarvis.cli; {stop}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")
