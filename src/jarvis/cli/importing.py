"""Taking over the plan's own file."""

from __future__ import annotations

import json
from pathlib import Path

import click

from jarvis import registry
from jarvis.catalog.here import catalog
from jarvis.config import keys
from jarvis.config.edit import Draft
from jarvis.config.load import load, read
from jarvis.config.paths import paths, written
from jarvis.config.plan import Known, KnownVariant, Surroundings, convert, parse
from jarvis.config.problems import shown
from jarvis.errors import ConfigError
from jarvis.texts import say


def plan_text(file: Path) -> str:
    """The text of a plan's own file. Raises ConfigError."""
    try:
        text = read(file)
    except ConfigError as error:
        if error.code in ("config.is_a_folder", "config.too_large"):  # not ours to move away
            raise ConfigError("config.plan_no_file", path=file) from error
        if error.code != "config.not_in_a_folder":
            raise
        text = None
    if text is None:
        raise ConfigError("config.missing", path=file)
    return text


def take_over(file: Path, dry_run: bool, as_json: bool) -> None:
    """Turn a plan into configuration, print what was corrected, and store it unless ``dry_run``.

    Raises ConfigError when the plan, or the result, is not right; then nothing was written.
    """
    file = written(str(file), Path.cwd())
    plan = parse(plan_text(file), file)
    loaded = load()
    known = {
        card.id: Known(
            (card.name, *card.aliases), tuple(KnownVariant(v.quantization, v.bytes, v.engines) for v in card.variants)
        )
        for card in catalog(loaded.settings, paths()).cards()
    }
    around = Surroundings(known, registry.engines(), Path.exists)
    result = convert(plan, around, file.parent)
    draft = Draft(paths().config_file)
    corrections = [say(notice.code, None, **notice.facts) for notice in result.notices]
    for key, value in result.values.items():
        field, old = keys.field_of(key), draft.get(key)
        assert field is not None
        if old is not None and old != value:
            was, now = shown(field, old), shown(field, value)
            corrections.append(say("config.plan_replaced", key=keys.join(key), old=was, new=now))
        draft.set(key, value)
    changed = draft.text != draft.before
    if dry_run:
        draft.check()
    else:
        draft.store()
    if as_json:
        report = {"path": str(draft.file), "changed": changed, "models": result.models, "corrections": corrections}
        click.echo(json.dumps(report | ({"toml": draft.text} if dry_run else {}), ensure_ascii=False, indent=2))
        return
    for line in corrections:
        click.echo(f"- {line}", err=dry_run)  # then stdout is the file
    if dry_run:
        click.echo(draft.text, nl=False)
    elif not changed:
        click.echo(say("config.import_unchanged", path=file, file=draft.file))
    else:
        click.echo(
            say(
                "config.imported",
                path=file,
                file=draft.file,
                models=len(plan.models),
                apis=len(plan.api_models),
                count=len(corrections),
            )
        )
