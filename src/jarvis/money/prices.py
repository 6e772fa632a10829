"""What paid models cost: the owner's word, else the list that comes with ``genai-prices``; nothing is fetched.

The list is read when a price is first asked for (0.3 s): ``load`` does that in a thread. A price that is not known, not
complete or not bounded by tokens is None, and then the model is not called.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal

from jarvis.config.schema import ApiModel, Provider, Settings
from jarvis.money.rates import Rates, Tiered
from jarvis.money.tokens import MEDIA
from jarvis.words.usage import Usage

if TYPE_CHECKING:
    from genai_prices.data_snapshot import DataSnapshot
    from genai_prices.types import ModelInfo, ModelPrice
    from genai_prices.types import Provider as Lister

LIST = "genai-prices"
LISTED = {"openai": "openai", "anthropic": "anthropic", "gemini": "google", "deepseek": "deepseek"}
"""Our kinds of provider, as the list calls them."""
EARLIER, LONGEST = timedelta(minutes=5), timedelta(hours=1)
"""A provider's clock may be behind ours, and a call may last: what it costs at any moment between counts."""
SEARCHES = re.compile(r"search|sonar|deep-research")
"""Models that search the web by themselves, and bill for each search: no number of tokens bounds that."""
_CHECKED = re.compile(r"(?:verified|checked)\D{0,40}(20\d\d-\d\d-\d\d)", re.IGNORECASE)
_FREE = Rates(Tiered(Decimal(0)), (Tiered(Decimal(0)),))


@dataclass(frozen=True, slots=True)
class Price:
    """What one model costs, for a call that begins about now and lasts at most an hour.

    ``rates``: all that may hold in that time; the dearest counts. ``source``: who says so. ``listed`` is the model in
    the list, ``dated`` the ISO date of the list, both empty when it is not from there.
    ``sent``: kinds of media in the prompt; every kind, until ``sending`` narrows it down.
    """

    provider: str
    model: str
    source: Literal["owner", "list", "free"]
    rates: tuple[Rates, ...]
    listed: str = ""
    dated: str = ""
    sent: frozenset[str] = MEDIA

    def sending(self, kinds: Collection[str]) -> Price:
        """The same for prompts with only these kinds of media (``money.tokens.media``)."""
        return replace(self, sent=frozenset(kinds))

    def cost(self, usage: Usage) -> int:
        """Micro-dollars for what a provider reported, rounded up; the most that it may have billed for that."""
        return max(rates.cost(usage, self.sent) for rates in self.rates)

    def worst(self, prompt_tokens: int, max_output_tokens: int) -> int:
        """Micro-dollars that a call cannot exceed. ``max_output_tokens``: of all ``n`` answers, reasoning included."""
        return max(rates.worst(prompt_tokens, max_output_tokens, self.sent) for rates in self.rates)

    @property
    def per_million(self) -> tuple[Decimal, Decimal]:
        """Dollars for a million tokens read and written, short prompts, nothing cached; to show."""
        return max(r.read.base for r in self.rates), max(max(p.base for p in r.output) for r in self.rates)


class Prices:
    """Knows them all."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._found: dict[tuple[str, str], ModelInfo | None] = {}

    def load(self) -> None:
        """Read the list. Blocks."""
        _ = self._list.providers

    @property
    def name(self) -> str:
        """The list and its version, for people."""
        return f"{LIST} {version(LIST)}"

    @cached_property
    def _list(self) -> DataSnapshot:
        from genai_prices.data_snapshot import _bundled_snapshot

        return _bundled_snapshot()  # never one that something else in this process has fetched

    @cached_property
    def dated(self) -> str:
        """When something in the list was last checked by those who keep it, an ISO date; empty when it does not say."""
        comments = (c or "" for p in self._list.providers for c in (p.price_comments, *_comments(p)))
        return max((found[1] for c in comments for found in _CHECKED.finditer(c)), default="")

    def price(self, provider: str, model: str, api: str | None = None, at: datetime | None = None) -> Price | None:
        """What ``model`` costs at ``provider`` (an entry of the configuration's ``provider``), or None when unknown.

        ``model`` is the provider's name for it, or the id of one of the owner's (``api.ID``); ``api`` is that id when
        ``model`` is the name. ``at``: when the call begins, default now.
        """
        place = self._settings.provider.get(provider) or Provider()
        own = self._settings.api.get(api or model) or self._owned(provider, model) or ApiModel()
        if place.free:
            return Price(provider, model, "free", (_FREE,))
        reads, writes = own.input_usd_per_million, own.output_usd_per_million
        if reads is not None and writes is not None:
            flat = Rates(_flat(reads), (_flat(writes),))
            return Price(provider, model, "owner", (flat,))
        found = self._listed(provider, place, own.model or model, at or datetime.now(UTC))
        if found is None or (reads is None and writes is None):
            return found
        own_rates = tuple(_with_own(rates, reads, writes) for rates in found.rates)
        return replace(found, source="owner", rates=own_rates)

    def reading(self, provider: str, model: str, own: float | None = None) -> Price | None:
        """What a model costs that reads alone, as one does that makes vectors; ``own``: the owner's dollars for a
        million tokens. None when unknown.
        """
        place, nothing = self._settings.provider.get(provider) or Provider(), _flat(0.0)
        if place.free:
            return Price(provider, model, "free", (_FREE,))
        if own is not None:
            return Price(provider, model, "owner", (Rates(_flat(own), (nothing,)),))
        return self._listed(provider, place, model, datetime.now(UTC), writes=False)

    def _owned(self, provider: str, model: str) -> ApiModel | None:
        return next((m for m in self._settings.api.values() if (m.provider, m.model) == (provider, model)), None)

    def _listed(self, provider: str, place: Provider, model: str, at: datetime, *, writes: bool = True) -> Price | None:
        lister = self._lister(provider, place)
        if lister is None or SEARCHES.search(model.lower()):
            return None
        key = (lister.id, model.lower())
        if key not in self._found:
            self._found[key] = lister.find_model(model, all_providers=self._list.providers)
        info = self._found[key]
        if info is None:
            return None
        rates = [_rates(prices, writes=writes) for prices in _holding(info, at)]
        known = tuple(r for r in rates if r is not None)
        if len(known) < len(rates):
            return None
        return Price(provider, model, "list", known, info.id, self.dated)

    def _lister(self, provider: str, place: Provider) -> Lister | None:
        """Whom the list calls so: by its kind, by its address, by its name; a name alone says nothing of an address."""
        kind = place.kind or (provider if provider in LISTED else "openai_compatible")
        name = LISTED.get(kind, provider)
        if kind == "openai_compatible" and place.address is not None:
            return next((p for p in self._list.providers if re.match(p.api_pattern, str(place.address))), None)
        return next((p for p in self._list.providers if p.id == name), None)


def _comments(lister: Lister) -> Iterator[str | None]:
    return (model.price_comments for model in lister.models)


def _holding(info: ModelInfo, at: datetime) -> list[ModelPrice]:
    """Every price that holds at some moment of a call that begins at ``at``."""
    if not isinstance(info.prices, list):
        return [info.prices]
    first, last = at.astimezone(UTC) - EARLIER, at.astimezone(UTC) + LONGEST
    moments = {first, last}
    for days in (-1, 0, 1):  # the list's times may be those of another zone
        midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=days)
        for item in info.prices:
            limits = [getattr(item.constraint, name, None) for name in ("start_time", "end_time")]
            moments |= {
                midnight + timedelta(hours=t.hour, minutes=t.minute, seconds=t.second) - (t.utcoffset() or timedelta())
                for t in limits
                if t is not None
            }
        moments.add(midnight)
    found: list[ModelPrice] = []
    for moment in moments:
        if first <= moment <= last and (prices := info.get_prices(moment)) not in found:
            found.append(prices)
    return found


def _rates(prices: ModelPrice, *, writes: bool = True) -> Rates | None:
    """The list's prices as ours. None without one for reading or, of what ``writes``, for writing, or with one of
    nothing.
    """
    told = {key: _tiered(value) for key, value in vars(prices).items() if value is not None}
    read = told.get("input_mtok")
    # Pictures, sounds and films among an answer's tokens too: what can be made may be billed.
    output = tuple(p for key, p in told.items() if key.startswith("output_") and key.endswith("_mtok"))
    if read is None or not read.base:
        return None
    if writes and ("output_mtok" not in told or not told["output_mtok"].base):
        return None
    # That a cache keeps it for an hour, which is dearer, is never asked for.
    puts = [told[key] for key in ("cache_write_mtok", "cache_write_5m_mtok") if key in told]
    requests = told.get("requests_kcount")
    return Rates(
        read=read,
        output=output or (_flat(0.0),),
        cached=told.get("cache_read_mtok"),
        written=puts[0] if puts else None,
        media={kind: told[f"input_{kind}_mtok"] for kind in sorted(MEDIA) if f"input_{kind}_mtok" in told},
        request=requests.base * 1000 if requests else Decimal(0),
    )


def _tiered(value: Any) -> Tiered:
    if isinstance(value, Decimal):
        return Tiered(value)
    return Tiered(value.base, tuple((tier.start, tier.price) for tier in value.tiers))


def _flat(dollars: float) -> Tiered:
    return Tiered(Decimal(str(dollars)))


def _with_own(rates: Rates, reads: float | None, writes: float | None) -> Rates:
    """What the owner says of one side holds for all of that side, without discounts."""
    if reads is not None:
        rates = replace(rates, read=_flat(reads), cached=None, written=None, media={})
    return rates if writes is None else replace(rates, output=(_flat(writes),))


def reference(settings: Settings, prices: Prices) -> Price | None:
    """The model that the saving is measured against: the owner's choice (``budget.compare_with``), else the dearest of
    the owner's paid models to write with, else ``DEFAULT_REFERENCE``. None when its price is not known.
    """
    chosen = settings.budget.compare_with
    if chosen is not None:
        own = settings.api.get(chosen)
        if own is not None and own.provider is not None:
            return prices.price(own.provider, own.model or chosen, chosen)
        return next((p for name in LISTED if (p := prices.price(name, chosen))), None)
    own_prices = [
        price
        for name, own in settings.api.items()
        if own.provider is not None and (price := prices.price(own.provider, own.model or name, name))
    ]
    dearest = max(own_prices, key=lambda p: p.per_million[::-1], default=None)
    return dearest or prices.price(*DEFAULT_REFERENCE)


DEFAULT_REFERENCE = ("openai", "gpt-4o")
"""The plan's own general model, whose price is still listed."""


def always_api_cost(usage: Usage, price: Price) -> int:
    """Micro-dollars that an exchange would have cost at ``price``, rounded up; what the saving is measured against.

    To claim too little rather than too much: what an engine here found in its cache is taken as cached there too, and
    nothing pays for being put into it. The tokens are those of the model that answered.
    """
    return min(rates.cost(replace(usage, cache_write_tokens=0), ()) for rates in price.rates)
