"""What the commands about loaded models share: asking the daemon, and drawing its answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from jarvis.catalog.here import catalog
from jarvis.cli.bars import BAR, COLOURS, bar
from jarvis.config.load import load
from jarvis.config.paths import paths
from jarvis.daemon import find
from jarvis.fleet.refusals import numbered
from jarvis.texts import say


def asked(method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    """The daemon's answer; it is started when none runs. Raises RemoteError."""
    import asyncio  # only now: these take longer to import than `jarvis plan`, which does without, takes altogether

    from jarvis.client import connect

    async def ask() -> Any:
        async with connect(load(), paths(), "cli", tell=lambda text: click.echo(text, err=True)) as client:
            return await client.json(method, path, body)

    return asyncio.run(ask())


def running(method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    """The answer of the daemon if one runs, else None. Raises RemoteError."""
    return None if find(paths()) is None else asked(method, path, body)


def keep(model: str, pinned: bool) -> None:
    """Write into the configuration that a model is to stay loaded, or no longer. Raises NotFound."""
    from jarvis.config.edit import Draft

    where = paths()
    card = catalog(load().settings, where).card(model.partition(":")[0])
    draft = Draft(where.config_file)
    if pinned or draft.get(("model", card.id, "pinned")) is not None:
        draft.set(("model", card.id, "pinned"), pinned)
        draft.store()


def draw(body: Mapping[str, Any]) -> None:
    """Devices as bars, and the models in a table."""
    console = Console(highlight=False)
    for line in devices(body, console.width):
        console.print(line)
    for m in body.get("beside", ()):
        console.print(say("cli.ps.beside", **m))
    if not body["models"]:
        console.print(say("cli.ps.nothing"))
        return
    table = Table(box=None, pad_edge=False)
    for title in TITLES:
        table.add_column(say(f"cli.ps.column.{title}"), justify="left" if title in ("model", "state") else "right")
    for row in rows(body):
        table.add_row(*row)
    console.print(table)


TITLES = ("model", "state", "device", "context", "answering", "waiting", "idle")


def devices(body: Mapping[str, Any], width: int, most: int = BAR) -> Iterator[Text]:
    """Each device: its name, its bar in ``width`` columns, at ``most``, and who holds what of it, to the MiB."""
    names = [m["model"] for m in body["models"]]
    colours = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(names)}
    for device, called in zip(body["devices"], _called(body).values(), strict=True):
        parts = [(device["others_mib"], say("fleet.plan.used"), "bright_black")]
        parts += [(m["mib"], m["model"], colours[m["model"]]) for m in device["models"]]
        left = max(0, device["memory_mib"] - sum(size for size, _, _ in parts))
        parts.append((min(left, device["reserve_mib"]), say("fleet.plan.reserve"), "white"))
        warm = f" · {device['temperature_celsius']} °C" if device["temperature_celsius"] is not None else ""
        yield Text(f"{called} · {device['memory_mib']:,} MiB{warm}", style="bold")
        yield bar(parts, device["memory_mib"], max(20, min(most, width - 2)))
        legend = Text()
        for size, name, colour in parts:
            if size:
                legend.append("■ ", style=colour).append(f"{name} {size:,}   ")
        yield legend.append(say("fleet.plan.free", mib=device["free_mib"]))


def rows(body: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Each model, under ``TITLES``."""
    called = _called(body)
    for m in body["models"]:
        state = say(f"cli.ps.state.{m['state']}") + (f" ({say('cli.ps.pinned')})" if m["pinned"] else "")
        on = " + ".join("RAM" if d == "cpu" else called.get(d, d) for d in m["device"].split("+"))
        idle = f"{m['idle_seconds']:.0f} s" if m["idle_seconds"] else ""
        yield m["model"], state, on, _context(m), f"{m['answering']}/{m['parallel']}", str(m["waiting"]), idle


def _called(body: Mapping[str, Any]) -> dict[str, str]:
    """The devices' names for a person."""
    return dict(zip((d["uuid"] for d in body["devices"]), numbered(d["name"] for d in body["devices"]), strict=True))


def _context(model: Mapping[str, Any]) -> str:
    """Tokens, and what its cache is made of; what hears or speaks has none."""
    return "-" if model.get("kind") in ("hear", "speak") else f"{model['context']:,} {model['cache']}"


def table(measured: Sequence[Mapping[str, Any]]) -> None:
    """Measurements, a line each."""
    drawn = Table(box=None, pad_edge=False)
    for title in ("model", "device", "context", "load", "first", "reads", "writes", "memory", "error"):
        drawn.add_column(say(f"cli.bench.column.{title}"), justify="left" if title == "model" else "right")
    for m in measured:
        held, claimed = (sum(m[name].values()) for name in ("held", "claimed"))
        drawn.add_row(
            m["model"],
            "RAM" if m["device"] == "cpu" else m["device"],
            f"{m['context']:,} {m['cache']} x{m['parallel']}",
            f"{m['load_seconds']:.1f} s",
            f"{m['first_token_seconds']:.2f} s",
            f"{m['prompt_tokens_per_second']:.0f}/s",
            f"{m['tokens_per_second']:.1f}/s",
            f"{held >> 20:,} MiB",
            f"{100 * (claimed - held) / held:+.1f} %" if held else "-",
        )
    Console(highlight=False).print(drawn)
