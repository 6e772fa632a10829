"""The pages of the site that are made from the code, and from files beside ``docs``: mkdocs calls it (mkdocs.yml)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

os.environ["JARVIS_LANG"] = "en"  # before anything says its name

from jarvis import texts
from jarvis.cli.main import COMMANDS, Table, jarvis
from jarvis.config.schema import Settings
from jarvis.server.app import ENDPOINTS

ROOT = Path(__file__).parents[1]
BESIDE = {
    "index.md": "README.md",
    "es.md": "README.es.md",
    "changes.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
}
MOVED = {name: page for page, name in BESIDE.items()} | {"LICENSE": ""}
LINK = re.compile(r"\]\(((?:\.\./)*)([^)#\s]+)(#[^)]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    made = {page: (ROOT / name).read_text() for page, name in BESIDE.items()}
    for design in sorted((ROOT / "src" / "jarvis").glob("*/design.md")):
        made[f"design/{design.parent.name}.md"] = design.read_text()
    made |= {f"reference/{name}.md": "\n".join(page()) for name, page in PAGES.items()}
    for page, text in made.items():
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, page: object, config: MkDocsConfig, files: Files) -> str:
    """Links as they are in the repository, to where those files are in the site."""
    here = page.file.src_uri  # type: ignore[attr-defined]
    up = "../" * here.count("/")

    def moved(found: re.Match[str]) -> str:
        target, anchor = found[2], found[3] or ""
        if "://" in target or target.startswith("mailto:"):
            return found[0]
        target = target.removeprefix("docs/")
        if design := re.fullmatch(r"(?:src/jarvis/)?(\w+)/design\.md", target):
            return f"]({up}design/{design[1]}.md{anchor})"
        if target in MOVED:
            return (
                f"]({up}{MOVED[target]}{anchor})" if MOVED[target] else "](https://www.apache.org/licenses/LICENSE-2.0)"
            )
        if target.startswith(("src/", "bench/", "tests/", "train/", "deploy/")):
            return f"]({up}contributing.md)"  # the repository itself is not in the site
        return f"]({found[1] if here.count('/') else ''}{target}{anchor})"

    return LINK.sub(moved, markdown)


def commands() -> Iterator[str]:
    yield "# Commands\n\nAs `--help` says them.\n"
    context = click.Context(jarvis, info_name="jarvis")
    assert isinstance(jarvis, Table)
    for name in COMMANDS:
        command = jarvis.get_command(context, name)
        assert command is not None
        yield from _command(command, click.Context(command, info_name=name, parent=context), 2)


def _command(command: click.Command, context: click.Context, level: int) -> Iterator[str]:
    yield f"{'#' * level} {context.command_path}\n\n```text\n{context.get_help()}\n```\n"
    if isinstance(command, click.Group) and level < 4:
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None and not inner.hidden:
                yield from _command(inner, click.Context(inner, info_name=name, parent=context), level + 1)


def settings() -> Iterator[str]:
    yield "# Settings\n\n`jarvis config set KEY VALUE`; in the file `[section] name = value`, in the environment"
    yield "`JARVIS_SECTION_NAME`.\n"
    for section, field in Settings.model_fields.items():
        kind = field.annotation
        fields = getattr(kind, "model_fields", None)
        if fields is None:
            continue
        yield f"## {section}\n\n{(kind.__doc__ or '').strip()}\n\n| setting | initially | what it is |\n|---|---|---|"
        for name, one in fields.items():
            initially = "" if one.is_required() else _cell(one.get_default(call_default_factory=True))
            yield f"| `{section}.{name}` | {initially} | {_cell(one.description or '', code=False)} |"
        yield ""


def _cell(value: object, *, code: bool = True) -> str:
    text = str(value).replace("|", "\\|").replace("\n", " ")
    return f"`{text}`" if code and text else text


def http() -> Iterator[str]:
    yield "# HTTP\n\nThe same as OpenAPI 3.1 is at `/openapi.json` of a running Jarvis.\n\n| | | |\n|---|---|---|"
    for endpoint in sorted(ENDPOINTS, key=lambda one: (one.path, one.method)):
        open_ = "" if not endpoint.is_open else " (without a token)"
        yield f"| {endpoint.method} | `{endpoint.path}` | {_cell(endpoint.summary, code=False)}{open_} |"


def errors() -> Iterator[str]:
    yield "# Errors\n\nEvery error says what to do next. `code` in JSON, the words of a person, and the next step.\n"
    for module in iter_modules(texts.__path__):
        if module.name.startswith("_"):
            continue
        known = import_module(f"jarvis.texts.{module.name}").TEXTS
        rows = [(code, known[code].en, known[f"{code}.hint"].en) for code in known if f"{code}.hint" in known]
        if rows:
            yield f"## {module.name}\n\n| code | what it says | next step |\n|---|---|---|"
            yield from (f"| `{code}` | {_plain(text)} | {_plain(hint)} |" for code, text, hint in rows)
            yield ""


def _plain(text: str) -> str:
    return _cell(text, code=False).replace("<", "&lt;").replace("[", "\\[")


PAGES = {"commands": commands, "settings": settings, "http": http, "errors": errors}
