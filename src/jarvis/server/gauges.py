"""What ``/metrics`` reads when it is asked: devices, models, who waits, budgets, what is kept, free disk."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

from jarvis.fleet.counts import Counts
from jarvis.fleet.refusals import numbered
from jarvis.server.metrics import Metrics
from jarvis.server.parts import Parts
from jarvis.words.person import Person

MIB = 1 << 20
STATES = ("loading", "ready", "busy", "asleep", "going")
_DEVICE = ("device", "name")
Rows = Iterable[tuple[tuple[str, ...], float]]
"""Values of the labels, and the number."""
Family = TypeVar("Family", GaugeMetricFamily, CounterMetricFamily)


async def read(parts: Parts, metrics: Metrics, person: Person) -> list[Metric]:
    """All of it, as it is now; and what the exchanges that are over would have cost elsewhere. Raises StoreError."""
    taken = metrics.unpriced()
    saved = await parts.saving.of(taken)
    if saved.against:
        metrics.saved(saved.always_usd, saved.spent_usd)
    view = await parts.fleet.view()
    found = [*devices(view), *models(view), *counted(parts.fleet.counts())]
    if parts.money is not None:
        found += budgets(await parts.money.report(person))
    kept = await parts.kept.counts()
    found.append(_one("jarvis_cache_entries", "Answers that are kept.", kept.entries))
    found.append(_one("jarvis_cache_bytes", "What kept answers take.", kept.bytes))
    found.append(
        _one("jarvis_cache_limit_bytes", "The most that kept answers may take.", parts.settings.cache.mib * MIB)
    )
    found += await asyncio.to_thread(disks, parts.folders)
    found.append(_one("jarvis_start_time_seconds", "When this daemon started, seconds since the epoch.", parts.started))
    return found


def devices(view: Mapping[str, Any]) -> Iterator[Metric]:
    """Cards and RAM: total = others + models + reserve + free, to the MiB."""
    names = numbered(d["name"] for d in view["devices"])
    rows = [((d["uuid"], name), d) for d, name in zip(view["devices"], names, strict=True)]
    for field, name, text in (
        ("memory_mib", "jarvis_device_memory_bytes", "Memory of a device."),
        ("free_mib", "jarvis_device_memory_free_bytes", "What a model may still take of a device."),
        ("others_mib", "jarvis_device_memory_others_bytes", "What other programs hold of a device."),
        ("reserve_mib", "jarvis_device_memory_reserve_bytes", "What is left free on purpose of a device."),
    ):
        yield _gauge(name, text, _DEVICE, ((labels, d[field] * MIB) for labels, d in rows))
    yield _gauge(
        "jarvis_device_model_memory_bytes", "What each model holds of a device, or was promised.", (*_DEVICE, "model"),
        (((*labels, m["model"]), m["mib"] * MIB) for labels, d in rows for m in d["models"]),
    )  # fmt: skip
    for field, name, text in (
        ("temperature_celsius", "jarvis_device_temperature_celsius", "Temperature of a card."),
        ("power_watts", "jarvis_device_power_watts", "What a card draws."),
        ("utilisation", "jarvis_device_utilization_ratio", "How busy a card is, 0 to 1."),
    ):
        yield _gauge(name, text, _DEVICE, ((labels, d[field]) for labels, d in rows if d[field] is not None))


def models(view: Mapping[str, Any]) -> Iterator[Metric]:
    """What is loaded, and who waits."""
    there = view["models"]
    yield _gauge(
        "jarvis_models", "Models by their state.", ("state",),
        (((state,), sum(m["state"] == state for m in there)) for state in STATES),
    )  # fmt: skip
    up = [m for m in there if m["state"] in ("ready", "busy")]
    yield _gauge(
        "jarvis_model_loaded", "1 for each model that could answer now.", ("model", "engine"),
        (((m["model"], m["engine"] or ""), 1) for m in up),
    )  # fmt: skip
    for field, name, text in (
        ("answering", "jarvis_model_answering", "Answers that a model is giving now."),
        ("parallel", "jarvis_model_parallel", "Answers that it can give at the same time."),
        ("pinned", "jarvis_model_pinned", "1 for a model that stays whatever others need."),
    ):
        yield _gauge(name, text, ("model",), (((m["model"],), float(m[field])) for m in up))
    waiting = view["waiting"]
    names = dict.fromkeys([*(m["model"] for m in there), *(w["model"] for w in waiting)])
    yield _gauge(
        "jarvis_queue_depth", "Requests that wait for a model.", ("model",),
        (((name,), sum(w["model"] == name for w in waiting)) for name in names),
    )  # fmt: skip
    yield _one(
        "jarvis_queue_longest_wait_seconds", "How long the one has waited that waits longest.",
        max((w["seconds"] for w in waiting), default=0.0),
    )  # fmt: skip


def counted(counts: Counts) -> Iterator[Metric]:
    """What became of models since this daemon started. Of each model that was ever there all is told, so that what
    happens first is seen as an increase from 0.
    """
    crashes = {model: number for (model, why), number in counts.unloads.items() if why == "crashed"}
    names = sorted({*counts.loads, *counts.failures, *counts.oom, *(model for model, _ in counts.unloads)})
    for found, name, text in (
        (counts.loads, "jarvis_model_loads", "Models loaded."),
        (counts.load_seconds, "jarvis_model_load_seconds", "What loading models took."),
        (counts.failures, "jarvis_model_load_failures", "Loads that failed."),
        (crashes, "jarvis_engine_crashes", "Engines that died by themselves."),
        (counts.oom, "jarvis_model_oom", "Times a model ran out of memory."),
        (counts.recovered, "jarvis_model_oom_recoveries", "Times a model was loaded with more room after that."),
    ):
        yield _counter(name, text, ("model",), (((model,), found.get(model, 0)) for model in names))
    yield _counter(
        "jarvis_model_unloads",
        "Models that left, by why: evicted or asleep (for another), idle, asked, crashed, changed (its files), other.",
        ("model", "reason"), counts.unloads.items(),
    )  # fmt: skip


def budgets(report: Mapping[str, Any]) -> Iterator[Metric]:
    """Budgets as they stand, and the month's projection, US dollars."""
    rows = [((b["budget"], b["name"] or ""), b) for b in report["budgets"]]
    for field, name, text in (
        ("limit_micro_usd", "jarvis_budget_limit_usd", "What a budget allows."),
        ("used_micro_usd", "jarvis_budget_spent_usd", "Spent of a budget, with what is reserved for calls under way."),
        ("left_micro_usd", "jarvis_budget_left_usd", "Left of a budget."),
    ):
        yield _gauge(name, text, ("budget", "name"), ((labels, b[field] / 1e6) for labels, b in rows))
    for field, name, text in (
        ("today_micro_usd", "jarvis_spent_today_usd", "Spent today on paid models."),
        ("month_micro_usd", "jarvis_spent_month_usd", "Spent this month on paid models."),
        ("projection_micro_usd", "jarvis_spent_month_projection_usd", "What the month comes to if it goes on so."),
    ):
        yield _one(name, text, report[field] / 1e6)


def disks(folders: Mapping[str, Path]) -> list[Metric]:
    """Blocks. A folder that is not there yet is told by the one above it."""
    usage = {}
    for name, folder in folders.items():
        there = next(p for p in (folder, *folder.parents) if p.exists())
        usage[name] = shutil.disk_usage(there)
    return [
        _gauge(
            "jarvis_disk_free_bytes", "Free on the disk of a folder: data (database, memory) or models.", ("folder",),
            (((name,), found.free) for name, found in usage.items()),
        ),
        _gauge(
            "jarvis_disk_size_bytes", "Size of the disk of a folder.", ("folder",),
            (((name,), found.total) for name, found in usage.items()),
        ),
    ]  # fmt: skip


def _one(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def _gauge(name: str, text: str, labels: tuple[str, ...], rows: Rows) -> GaugeMetricFamily:
    return _filled(GaugeMetricFamily(name, text, labels=labels), rows)


def _counter(name: str, text: str, labels: tuple[str, ...], rows: Rows) -> CounterMetricFamily:
    return _filled(CounterMetricFamily(name, text, labels=labels), rows)


def _filled(family: Family, rows: Rows) -> Family:
    for values, value in rows:
        family.add_metric(values, value)
    return family
