"""The curves of a report as SVG: text files that any browser shows, with no library behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from jarvis.errors import UsageError
from jarvis.texts import say

Line = Sequence[tuple[float, float]]
_WIDTH, _HEIGHT, _EDGE = 640, 420, 56
_COLOURS = ("#1f6feb", "#d29922", "#8b949e", "#238636", "#cf222e")


def svg(title: str, lines: Mapping[str, Line], dots: Mapping[str, tuple[float, float]] | None = None) -> str:
    """A plot of named lines, and of named dots beside them; its axes begin at the least values."""
    dots = dots or {}
    every = [p for line in lines.values() for p in line] + list(dots.values())
    low_x, high_x = _ends([p[0] for p in every])
    low_y, high_y = _ends([p[1] for p in every])

    def place(point: tuple[float, float]) -> str:
        x = _EDGE + (point[0] - low_x) / (high_x - low_x) * (_WIDTH - 2 * _EDGE)
        y = _HEIGHT - _EDGE - (point[1] - low_y) / (high_y - low_y) * (_HEIGHT - 2 * _EDGE)
        return f"{x:.1f},{y:.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="12">',  # noqa: E501
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/><text x="{_EDGE}" y="24" font-size="15">'
        f"{escape(title)}</text>",
        f'<path d="M{place((low_x, high_y))} L{place((low_x, low_y))} L{place((high_x, low_y))}" fill="none" stroke="#333"/>',  # noqa: E501
        f'<text x="{_EDGE}" y="{_HEIGHT - 34}">{low_x:.3g}</text>'
        f'<text x="{_WIDTH - _EDGE}" y="{_HEIGHT - 34}" text-anchor="end">{high_x:.3g}</text>'
        f'<text x="{_EDGE - 6}" y="{_HEIGHT - _EDGE}" text-anchor="end">{low_y:.3g}</text>'
        f'<text x="{_EDGE - 6}" y="{_EDGE + 4}" text-anchor="end">{high_y:.3g}</text>',
    ]
    for i, (name, line) in enumerate(lines.items()):
        colour = _COLOURS[i % len(_COLOURS)]
        points = " ".join(place(p) for p in line)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{_EDGE + 10 + 120 * i}" y="{_HEIGHT - 12}" fill="{colour}">{escape(name)}</text>')
    for name, point in dots.items():
        x, y = place(point).split(",")
        parts.append(f'<circle cx="{x}" cy="{y}" r="3.5" fill="#57606a"/>')
        parts.append(f'<text x="{float(x) + 6:.1f}" y="{float(y) - 4:.1f}" font-size="9">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>\n"])


def _ends(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    return (low, high) if high > low else (low, low + 1.0)


def write(report: Mapping[str, object], folder: Path) -> list[Path]:
    """The plots that a report has material for, into ``folder``. Raises UsageError when it cannot be written to."""
    made: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in plots(report).items():
            path = folder / f"{name}.svg"
            path.write_text(text, encoding="utf-8")
            made.append(path)
    except OSError as error:
        raise UsageError(
            "measure.unwritable", param="plots", file=str(error.filename or folder), why=error.strerror or str(error)
        ) from None
    return made


def plots(report: Mapping[str, object]) -> dict[str, str]:
    """The SVG of each plot, by name."""
    detail = report["detail"]
    assert isinstance(detail, dict)
    found = {}
    for i, row in enumerate(detail["recovered"], 1):
        curve = row["router"]
        line = [(i / (len(curve) - 1), float(v)) for i, v in enumerate(curve)]
        title = f"{say('measure.plot.gap')}: {row['name']}"
        found[f"recovered_{i}"] = svg(title, {"router": line, "random": [(0.0, 0.0), (1.0, 1.0)]})
    if money := detail["money"]:
        curves = {k: [(1000 * c, q) for c, q in sorted(money["curves"][k])] for k in ("router", "length", "oracle")}
        models = {k: (1000 * c, q) for k, (c, q) in money["curves"]["models"].items()}
        found["cost"] = svg(say("measure.plot.cost"), curves, models)
    if bins := detail["reliability"]:
        line = [(p, o) for _, p, o in bins]
        found["reliability"] = svg(
            say("measure.plot.reliability"), {"difficulty": line, "ideal": [(0.0, 0.0), (1.0, 1.0)]}
        )
    return found
