"""``jarvis inspect``: what the header of a model file says, for a person or as JSON."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jarvis.texts import say

if TYPE_CHECKING:
    from jarvis.catalog.headers.header import Header


@click.command(help=say("headers.command"))
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE|FOLDER|ID")
@click.option("--tensors", is_flag=True, help=say("headers.option_tensors"))
@click.option("--json", "as_json", is_flag=True, help=say("headers.option_json"))
def command(path: Path, tensors: bool, as_json: bool) -> None:
    from jarvis.catalog.headers import read

    header = read(_meant(path))
    if as_json:
        import json

        click.echo(
            json.dumps(fields(header, tensors), indent=2)
        )  # as ASCII: a template may hold what drives a terminal
    else:
        show(header, tensors)
    header.require_whole()


def _meant(path: Path) -> Path:
    """A path or, when nothing is there, where the model of that name is. Raises ModelNotFound when that is not here."""
    if len(path.parts) != 1 or os.path.lexists(path):
        return path
    from jarvis.catalog.here import catalog
    from jarvis.config.load import load
    from jarvis.config.paths import paths
    from jarvis.errors import ModelNotFound

    try:
        return catalog(load({"models.community": "true"}).settings, paths()).find(str(path)).path
    except ModelNotFound as error:
        if error.code == "catalog.unknown_model":
            return path
        raise


def fields(header: Header, tensors: bool = False) -> dict[str, object]:
    """The header as JSON, by the names of its fields; ``whole`` is False when bytes or parts are missing."""
    names = (
        "path", "format", "version", "byte_order", "architecture", "name", "licence", "quantization", "group_size",
        "parameters", "context", "hidden", "vocabulary", "layers", "drafting", "heads", "kv_heads", "head_size",
        "feed_forward", "window", "experts", "experts_used", "pooling", "tokenizer", "chat_template", "weight_bytes",
        "kv_bytes_per_token", "state_bytes", "missing_bytes", "absent",
    )  # fmt: skip
    found: dict[str, object] = {name: getattr(header, name) for name in names}
    found |= {
        "whole": not header.missing_bytes and not header.absent,
        "kv_bytes_at_context": header.kv_bytes(header.context),
        "rope": header.rope._asdict(),
        "weights": header.weights()._asdict(),
        "types": {name: {"tensors": count, "bytes": size} for name, (count, size) in header.by_type().items()},
        "per_layer": [layer._asdict() for layer in header.per_layer],
        "files": [file._asdict() for file in header.files],
    }
    if tensors:
        found["tensors"] = [tensor._asdict() for tensor in header.tensors]
    return found


def show(header: Header, tensors: bool) -> None:
    """The header as a table."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in rows(header):
        table.add_row(say(f"headers.of_{label}") if label else "", escape(value))
    console = Console(highlight=False)
    console.print(table)
    if tensors:
        listed = Table(box=None, pad_edge=False)
        for name, justify in (("tensor", "left"), ("shape", "right"), ("type", "left"), ("bytes", "right")):
            listed.add_column(name, justify=justify)  # type: ignore[arg-type]
        for tensor in header.tensors:
            shape = " × ".join(str(size) for size in tensor.shape)
            listed.add_row(escape(tensor.name), shape, tensor.type, f"{tensor.bytes:,}")
        console.print(listed)


def rows(header: Header) -> list[tuple[str, str]]:
    """Label and value of each line; what the file does not state has no line."""
    lines = [("file", line) for line in _files(header)]
    lines.append(("format", f"{header.format.upper()} {header.version or ''} {_order(header)}".strip()))
    lines += [
        (label, getattr(header, label)) for label in ("name", "architecture", "licence") if getattr(header, label)
    ]
    lines += _network(header)
    lines += _memory(header)
    previous = ""
    shown = []
    for label, value in lines:
        shown.append(("" if label == previous else label, value))
        previous = label
    return shown


def _order(header: Header) -> str:
    return "" if header.byte_order == "little" else "(big endian)"


def _files(header: Header) -> list[str]:
    lines = [
        f"{file.name}  {size(file.bytes)}"
        + (f"  ({say('headers.cut', missing=size(file.missing_bytes))})" if file.missing_bytes else "")
        for file in header.files
    ]
    return lines + ([say("headers.gone", names=", ".join(header.absent[:8]))] if header.absent else [])


def _network(header: Header) -> list[tuple[str, str]]:
    lines = []
    bits = 8 * header.weight_bytes / header.parameters if header.parameters else 0.0
    if header.quantization:
        lines.append(("quantization", say("headers.bits", name=header.quantization, bits=bits)))
    lines.append(("parameters", f"{header.parameters:,}"))
    if header.context:
        lines.append(("context", say("headers.tokens", count=header.context)))
    if header.layers:
        lines.append(("layers", _layers(header)))
        heads = say("headers.attention", heads=header.heads, kv_heads=header.kv_heads, head_size=header.head_size)
        lines.append(("attention", heads))
        lines.append(("width", say("headers.width", hidden=header.hidden, feed_forward=header.feed_forward)))
    if header.vocabulary:
        lines.append(("vocabulary", say("headers.tokens", count=header.vocabulary)))
    if header.experts:
        lines.append(("experts", say("headers.experts", count=header.experts, used=header.experts_used)))
    if header.rope.base:
        scaling = f"; {header.rope.scaling} × {header.rope.factor:g}" if header.rope.factor else ""
        lines.append(("rope", f"{header.rope.base:,.0f}{scaling}"))
    if header.layers:
        template = header.chat_template
        said = say("headers.template", length=len(template)) if template else say("headers.no_template")
        lines.append(("template", said))
    return lines


def _layers(header: Header) -> str:
    sliding = sum(1 for layer in header.per_layer if layer.window)
    recurrent = sum(1 for layer in header.per_layer if layer.state)
    full = sum(1 for layer in header.per_layer if layer.kv_heads and not layer.window)
    sharing = sum(1 for layer in header.per_layer if not layer.kv_heads and not layer.state)
    text = str(header.layers)
    if full != header.layers:
        text = say(
            "headers.kinds",
            layers=header.layers,
            full=full,
            sliding=sliding,
            window=header.window,
            recurrent=recurrent,
            sharing=sharing,
        )
    return text + (" " + say("headers.drafting", count=header.drafting) if header.drafting else "")


def _memory(header: Header) -> list[tuple[str, str]]:
    weights = header.weights()
    layers = weights.layers or (0,)
    total = say(
        "headers.weights",
        total=size(header.weight_bytes),
        tensors=len(header.tensors),
        layers=size(sum(layers)),
        least=size(min(layers)),
        most=size(max(layers)),
        embedding=size(weights.embedding),
        output=size(weights.output),
        other=size(weights.other + weights.tables + weights.drafting),
    )
    lines = [("weights", total)]
    if sum(weights.experts):
        lines.append(("weights", say("headers.experts_part", bytes=size(sum(weights.experts)))))
    lines += [("types", f"{name}: {size(total)} ({count:,})") for name, (count, total) in header.by_type().items()]
    if header.kv_bytes(1):
        each, whole = size(header.kv_bytes_per_token), size(header.kv_bytes(header.context))
        lines.append(("kv", say("headers.kv", each=each, all=whole, context=header.context)))
        lines.append(("kv", say("headers.kv_formula")))
    if header.state_bytes:
        lines.append(("state", say("headers.state", bytes=size(header.state_bytes))))
    return lines


def size(count: int) -> str:
    """Bytes in the unit that a person reads easily."""
    amount, unit = float(count), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:.0f} B" if unit == "B" else f"{amount:.4g} {unit}" if amount < 1000 else f"{amount:.0f} {unit}"
