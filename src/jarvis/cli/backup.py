"""``jarvis backup``: make a backup, list, check and delete those that there are."""

from __future__ import annotations

from pathlib import Path

import click

from jarvis.cli.backing import passphrase_option
from jarvis.texts import say

_json_option = click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))


class _Backup(click.Group):
    """``jarvis backup [FILE]`` makes one; what else there is has a name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in (*self.commands, "-h", "--help"):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Backup, help=say("cli.backup"), subcommand_metavar="[FILE] [--encrypt] | COMMAND [ARGS]...")
def command() -> None: ...


@command.command("make", help=say("backup.cmd.make"))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--encrypt", is_flag=True, help=say("backup.option.encrypt"))
@passphrase_option
@_json_option
def make(file: Path | None, encrypt: bool, passphrase_file: Path | None, as_json: bool) -> None:
    from jarvis.backup import keeping
    from jarvis.backup.restoring import finish
    from jarvis.cli import backing
    from jarvis.cli.terminal import on_line
    from jarvis.config.paths import paths, private
    from jarvis.errors import NotFound

    where = paths()
    finish(where)
    target = backing.place(where) if file is None else file.expanduser().absolute()
    if target == keeping.home(where):
        private(target)
    elif file is None and not target.is_dir():
        raise NotFound("backup.no_folder", path=target)
    passphrase = backing.secret(passphrase_file, new=True) if encrypt or passphrase_file else ""
    made = keeping.make(where, target, passphrase=passphrase)
    manifest = keeping.about(made.file, passphrase)
    if as_json:
        backing.show(backing.line(made) | {"holds": backing.told(manifest)})
        return
    click.echo(on_line(str(made.file)))
    click.echo(backing.holds(manifest), err=True)
    click.echo(say("backup.secrets_in" if passphrase else "backup.secrets_out"), err=True)


@command.command("list", help=say("backup.cmd.list"))
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@_json_option
def list_(folder: Path | None, as_json: bool) -> None:
    from rich.filesize import decimal

    from jarvis.backup.keeping import listed
    from jarvis.cli import backing
    from jarvis.cli.table import show
    from jarvis.cli.terminal import minute, on_line
    from jarvis.config.paths import paths

    found = backing.all_of(paths()) if folder is None else listed(folder)
    if as_json:
        backing.show({"backups": [backing.line(one) for one in found]})
        return
    if not found:
        click.echo(say("backup.none_yet"), err=True)
        return
    titles = [say(f"backup.column.{name}") for name in ("file", "made", "why", "size")]
    show(
        titles,
        [
            [on_line(str(one.file)), minute(one.made), say(f"backup.why.{one.why or 'own'}"), decimal(one.bytes)]
            for one in found
        ],
        right=(3,),
    )


@command.command("verify", help=say("backup.cmd.verify"))
@click.argument("file", type=click.Path(path_type=Path))
@passphrase_option
@_json_option
def verify(file: Path, passphrase_file: Path | None, as_json: bool) -> None:
    from jarvis.cli import backing

    manifest, found = backing.verify(file, backing.secret_of(file, passphrase_file))
    if as_json:
        backing.show({"file": str(file), "whole": True, "holds": backing.told(manifest), "read": found})
        return
    click.echo(backing.holds(manifest))
    tables = sum(1 for _ in manifest.rows)
    click.echo(say("backup.verified", files=len(manifest.files), tables=tables, rows=sum(manifest.rows.values())))


@command.command("prune", help=say("backup.cmd.prune"))
@click.option("--before", metavar="DAY", help=say("backup.option.before"))
@click.option("--all", "everything", is_flag=True, help=say("backup.option.all"))
@click.option("--yes", "-y", is_flag=True, help=say("cli.option.yes"))
@_json_option
def prune(before: str | None, everything: bool, yes: bool, as_json: bool) -> int:
    import time

    from jarvis.backup.keeping import let_go, remove
    from jarvis.cli import backing
    from jarvis.cli.remembering import moment
    from jarvis.cli.terminal import agreed, on_line
    from jarvis.config.paths import paths
    from jarvis.config.schema import Backup
    from jarvis.errors import ConfigError

    where = paths()
    until = time.time() + 1 if everything else moment(before)
    there = backing.all_of(where)
    if until is not None:
        gone = [one for one in there if one.made < until]
    else:
        try:
            from jarvis.config.load import sections

            kept = sections(where.config_file, "backup").backup
        except ConfigError:
            kept = Backup()
        gone = let_go(there, kept.keep_days, kept.keep_weeks)
    if gone and not yes and until is not None:
        for one in gone:
            click.echo(f"  {on_line(str(one.file))}", err=True)
        if not agreed(say("backup.sure_prune", count=len(gone))):
            return 1
    for one in gone:
        remove(one)
    if as_json:
        backing.show({"deleted": [backing.line(one) for one in gone], "left": len(there) - len(gone)})
    else:
        click.echo(say("backup.pruned", count=len(gone), left=len(there) - len(gone)), err=True)
    return 0
