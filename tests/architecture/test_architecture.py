"""The house rules of docs/architecture.md, enforced: one direction, no circles, small files, light start."""

from __future__ import annotations

import ast
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import jarvis

SOURCE = Path(jarvis.__file__).parent
LINES = 400

FLOORS = (
    {"version"},
    {"texts"},
    {"errors"},
    {"words", "registry"},
    {"config", "hardware", "telemetry", "store"},
    {"catalog", "workers", "money", "backup"},
    {"installs", "service", "imports"},
    {"engines", "embedders", "rerankers", "providers", "search", "documents"},
    {"speech"},
    {"fleet", "router", "cache", "memory", "tools"},
    {"assistant"},
    {"measure"},
    {"doctor"},
    {"server"},
    {"wiring_speech", "wiring_telemetry"},
    {"wiring"},
    {"daemon"},
    {"serving"},
    {"client"},
    {"wyoming"},
    {"library"},
    {"embedding_manager", "whisper_handler"},
    {"voice"},
    {"cli"},
)
"""From the top of the house down: a room imports only rooms of floors above its own."""

HEAVY = (
    "xllamacpp", "huggingface_hub", "aiohttp", "fastapi", "uvicorn", "pydantic", "rich", "prompt_toolkit", "numpy",
    "textual",
)  # fmt: skip
"""Never imported by ``jarvis --help``."""

HEAVIEST = {
    "xllamacpp", "torch", "transformers", "vllm", "numpy", "onnxruntime", "tokenizers", "huggingface_hub", "httpx2",
    "pydantic_ai", "openai", "anthropic", "google", "keyring", "chromadb", "faiss",
    "lxml", "docx", "pptx", "openpyxl", "pypdfium2", "PIL", "rapidocr", "charset_normalizer", "pathspec", "watchfiles",
    "mcp", "mcp_types", "jsonschema", "faster_whisper", "ctranslate2", "av", "hibari", "kokoro_onnx", "piper",
    "num2words", "py3langid", "sounddevice", "livekit", "pymicro_wakeword", "cryptography", "segno", "wyoming",
    "pyrage", "opentelemetry", "textual",
}  # fmt: skip
"""Imported where they are used, in a function; at the top only of what is itself imported so."""
LATE = {
    "jarvis.catalog.sources.hf", "jarvis.catalog.sources.npm", "jarvis.engines._torch_mind",
    "jarvis.providers._asked", "jarvis.providers._call", "jarvis.providers._client", "jarvis.providers._faults",
    "jarvis.providers._openai", "jarvis.providers._told",
    "jarvis.memory.candidates", "jarvis.memory.fusion", "jarvis.memory.keywords", "jarvis.memory.vectors",
    "jarvis.embedders._onnx_mind", "jarvis.rerankers._onnx_mind",
    "jarvis.embedders._e5_file", "jarvis.embedders._e5_mind", "jarvis.embedders._e5_network",
    "jarvis.embedders._e5_states", "jarvis.embedders._onnx",
    "jarvis.memory.index._flat", "jarvis.memory.index._matrix", "jarvis.memory.index._rows",
    "jarvis.documents.formats._markup",
    "jarvis.speech.detect.silero", "jarvis.speech.detect.smart_turn", "jarvis.speech.speak.decoding",
    "jarvis.speech.speak.encoding",
    "jarvis.speech.speak._fake_mind", "jarvis.speech.speak._hibari_mind", "jarvis.speech.speak._kokoro_mind",
    "jarvis.speech.hear._answering", "jarvis.speech.hear._recording", "jarvis.speech.hear._whisper_mind",
    "jarvis.telemetry.otlp", "jarvis.cli.live",
    "jarvis.tools._mcp_link", "jarvis.tools._mcp_wire", "jarvis.server.mcp_tools", "jarvis.server.authority",
    "jarvis.wyoming.connection", "jarvis.wyoming.describing", "jarvis.wyoming.events", "jarvis.wyoming.hearing",
    "jarvis.wyoming.saying", "jarvis.wyoming.serving",
}  # fmt: skip
"""Imported in functions only, and so free to import what they are made of, one another included."""


def files(source: Path) -> list[Path]:
    return sorted(source.rglob("*.py"))


@cache
def modules(source: Path) -> frozenset[str]:
    return frozenset(module(path, source) for path in files(source))


def module(path: Path, source: Path) -> str:
    parts = ("jarvis", *path.relative_to(source).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, source: Path) -> Iterator[str]:
    """Every module of ours that a file imports, wherever in the file: functions and TYPE_CHECKING included."""
    known = modules(source)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.split(".")[0] == "jarvis")
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                here = module(path, source).split(".")
                up = node.level - (path.name == "__init__.py")
                base = ".".join([*here[: len(here) - up], *([base] if base else [])])
            if base.split(".")[0] != "jarvis":
                continue
            for alias in node.names:
                yield f"{base}.{alias.name}" if f"{base}.{alias.name}" in known else base


def room(name: str) -> str:
    return name.split(".")[1] if "." in name else ""


def upward(source: Path) -> list[str]:
    floor = {name: level for level, names in enumerate(FLOORS) for name in names}
    found = []
    for path in files(source):
        mine = room(module(path, source))
        if not mine:
            continue
        if mine not in floor:
            found.append(f"{path.name}: room {mine!r} is on no floor")
            continue
        for name in imports(path, source):
            other = room(name)
            if other and other != mine and floor.get(other, 99) >= floor[mine]:
                found.append(f"{module(path, source)} imports {name}")
    return found


def circles(source: Path) -> list[list[str]]:
    graph = {module(p, source): {i for i in imports(p, source)} - {module(p, source)} for p in files(source)}
    found: list[list[str]] = []
    done: set[str] = set()

    def visit(name: str, trail: list[str]) -> None:
        if name in trail:
            found.append([*trail[trail.index(name) :], name])
            return
        if name in done:
            return
        for other in sorted(graph.get(name, ())):
            visit(other, [*trail, name])
        done.add(name)

    for name in graph:
        visit(name, [])
    return found


def at_once(path: Path) -> Iterator[str]:
    """What is imported as soon as a file is: not in a function, and not for types alone."""

    def walk(node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            return
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        for child in ast.iter_child_nodes(node):
            yield from walk(child)

    return walk(ast.parse(path.read_text()))


def eager(source: Path) -> list[str]:
    found = []
    for path in files(source):
        for name in at_once(path):
            if (name in LATE or name.split(".")[0] in HEAVIEST) and module(path, source) not in LATE:
                found.append(f"{module(path, source)} imports {name} at once")
    return found


def too_long(source: Path) -> list[str]:
    return [f"{p.name}: {n}" for p in files(source) if (n := len(p.read_text().splitlines())) > LINES]


def test_imports_go_one_way() -> None:
    assert upward(SOURCE) == []


def test_no_circles_hidden_or_not() -> None:
    assert circles(SOURCE) == []


def test_heavy_imports_are_lazy() -> None:
    assert eager(SOURCE) == []


def test_files_are_small() -> None:
    assert too_long(SOURCE) == []


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A tiny house with every fault in it."""
    for name, text in {
        "__init__.py": "",
        "errors.py": "def f():\n    from jarvis.cli import main\n",
        "cli/__init__.py": "",
        "cli/main.py": """
            from typing import TYPE_CHECKING
            if TYPE_CHECKING:
                from . import other
        """,
        "cli/other.py": "def g():\n    import jarvis.cli.main\n    import torch\n",
        "catalog/__init__.py": "",
        "catalog/cards.py": "try:\n    import xllamacpp\nfinally:\n    from jarvis.catalog.sources import hf\n",
        "attic/__init__.py": "\n" * (LINES + 1),
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return tmp_path


def test_a_broken_house_is_seen(broken: Path) -> None:
    assert "jarvis.errors imports jarvis.cli.main" in upward(broken)
    assert any("attic" in line for line in upward(broken))
    assert ["jarvis.cli.main", "jarvis.cli.other", "jarvis.cli.main"] in circles(broken)
    assert len(too_long(broken)) == 1
    assert set(eager(broken)) == {
        "jarvis.catalog.cards imports xllamacpp at once",
        "jarvis.catalog.cards imports jarvis.catalog.sources.hf at once",
    }


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, runpy; sys.argv = ['jarvis', '--help']\n"
        "try: runpy.run_module('jarvis.cli.main', run_name='__main__')\n"
        "except SystemExit: pass\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr.strip().endswith("[]"), done.stderr
    assert "ask" in done.stdout
