"""Paid models: whether the keys can be read, the addresses are such, and there is a budget; nobody is asked."""

from __future__ import annotations

from collections.abc import Iterator

from jarvis.doctor.base import Finding, Patient, ok, warn
from jarvis.errors import JarvisError
from jarvis.money.budgets import Limits
from jarvis.providers import keys
from jarvis.providers.here import checked, every


def check(patient: Patient) -> Iterator[Finding]:
    limits, ready = Limits.of(patient.settings), list[str]()
    for name, settings in every(patient.settings).items():
        try:
            key = keys.find(name, settings, patient.paths, patient.environ)
            if key is None and name not in patient.settings.provider:
                continue
            checked(name, settings, key.value if key else None)
        except JarvisError as error:
            yield warn(error.code, **error.facts)
            continue
        if key is not None:
            ready.append(name)
    if not ready:
        yield ok("providers.no_keys")
        return
    unpaid = [n for n in ready if limits.month is None and limits.day is None and not any(limits.providers.get(n, ()))]
    if unpaid:
        yield warn("providers.no_budget", providers=", ".join(unpaid))
    if paid := [n for n in ready if n not in unpaid]:
        yield ok("providers.ready", providers=", ".join(paid))
