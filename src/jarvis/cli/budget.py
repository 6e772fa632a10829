"""``jarvis budget``: what paid models have cost, what is left, and setting how much they may cost."""

from __future__ import annotations

import click

from jarvis.cli.terminal import named
from jarvis.texts import say


@click.group(help=say("cli.budget"), invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    if ctx.invoked_subcommand is None:
        from jarvis.cli.budgeting import show

        show(as_json)


@command.command("set", help=say("money.cli.set"))
@click.option("--day", metavar="USD", help=say("money.cli.option.day"))
@click.option("--month", metavar="USD", help=say("money.cli.option.month"))
@click.option("--provider", metavar="NAME", help=say("money.cli.option.provider"))
@click.option("--warn-at", metavar="0-1", help=say("money.cli.option.warn_at"))
@click.option("--spread/--no-spread", default=None, help=say("money.cli.option.spread"))
def set_(day: str | None, month: str | None, provider: str | None, warn_at: str | None, spread: bool | None) -> None:
    from jarvis.cli.configuring import change
    from jarvis.config.edit import Draft
    from jarvis.config.paths import paths
    from jarvis.providers.here import named as known

    if provider:
        provider, _ = known(provider, Draft(paths().config_file).settings)
    where = f"provider.{provider}" if provider else "budget"
    told = {
        f"{where}.day_usd": day,
        f"{where}.month_usd": month,
        "budget.warn_at": warn_at,
        "budget.spread": None if spread is None else str(spread).lower(),
    }
    pairs = [part for key, text in told.items() if text is not None for part in (key, _value(text))]
    if not pairs:
        raise click.UsageError(named(say("money.cli.nothing_to_set")))
    change(tuple(pairs))


def _value(text: str) -> str:
    return "" if text.strip().lower() == "none" else text  # nothing removes a limit
