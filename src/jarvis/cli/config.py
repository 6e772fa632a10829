"""``jarvis config``: show, check and change the configuration, and take over the plan's own file."""

from __future__ import annotations

from pathlib import Path

import click

from jarvis.texts import say


@click.group(help=say("cli.config"))
def command() -> None: ...


@command.command("show", help=say("config.cmd.show"))
@click.argument("key", required=False)
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def show(key: str | None, as_json: bool) -> None:
    from jarvis.cli import configuring

    configuring.show(key, as_json)


@command.command("path", help=say("config.cmd.path"))
def path() -> None:
    from jarvis.config.paths import paths

    click.echo(paths().config_file)


@command.command("check", help=say("config.cmd.check"))
def check() -> None:
    from jarvis.cli import configuring

    configuring.check()


# A value may be a negative number.
@command.command("set", help=say("config.cmd.set"), context_settings={"ignore_unknown_options": True})
@click.argument("pairs", nargs=-1, required=True, metavar="KEY VALUE...")
def set_(pairs: tuple[str, ...]) -> None:
    from jarvis.cli import configuring

    configuring.change(pairs)


@command.command("unset", help=say("config.cmd.unset"))
@click.argument("keys", nargs=-1, required=True, metavar="KEY...")
def unset(keys: tuple[str, ...]) -> None:
    from jarvis.cli import configuring

    configuring.reset(keys)


@command.command("import", help=say("config.cmd.import"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help=say("config.cmd.dry_run"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def import_(file: Path, dry_run: bool, as_json: bool) -> None:
    from jarvis.cli.importing import take_over

    take_over(file, dry_run, as_json)


@command.command("example", help=say("config.cmd.example"))
def example() -> None:
    from jarvis.config.example import example

    click.echo(example(), nl=False)
