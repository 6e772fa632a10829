"""The plan's own file (``models_v2.json``) as Jarvis's configuration, with what had to be corrected. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from jarvis.config import keys
from jarvis.config.match import match
from jarvis.config.paths import written
from jarvis.config.problems import problems, together
from jarvis.config.schema import Range
from jarvis.config.section import Section
from jarvis.errors import ConfigError
from jarvis.texts import say
from jarvis.words.exchange import Notice

ENDS = (
    # Providers' own end dates: Anthropic, API release notes, 2025-10-28; Google, Gemini API deprecations (2.0 Flash, of
    # which Flash Thinking was an experiment); DeepSeek, API news 2026-04-24; OpenAI, API deprecations, 2026-10-14.
    (re.compile(r"claude-3[.-]5-sonnet"), "2025-10-28"),
    (re.compile(r"gemini-(2\.0-)?flash(-thinking)?(?!-lite)(-exp)?$|gemini-2\.0-"), "2026-06-01"),
    (re.compile(r"deepseek-(chat|reasoner)$"), "2026-07-24"),
    (re.compile(r"gpt-4(o|\.1)(-mini)?$"), "2027-01-14"),
)
"""The last day of models that a provider ends, ISO dates."""

_ENGINES = {
    "llama.cpp": "llama_cpp",
    "llamacpp": "llama_cpp",
    "llama-cpp": "llama_cpp",
    "llama-cpp-python": "llama_cpp",
}
_UNQUANTIZED = ("f16", "fp16", "bf16", "f32")


@dataclass(frozen=True, slots=True)
class KnownVariant:
    """One quantisation of a model of the catalog. ``bytes`` are those of its weights."""

    quantization: str
    bytes: int
    engines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalog knows of a model. ``names``: its name and aliases."""

    names: tuple[str, ...]
    variants: tuple[KnownVariant, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a plan is read against: the catalog, the engines that there are, and whether a path exists."""

    known: Mapping[str, Known]
    engines: Collection[str]
    exists: Callable[[Path], bool]


@dataclass(frozen=True, slots=True)
class Imported:
    """What a plan became.

    ``values``: key -> value for the configuration; ``models``: the plan's key -> model id; ``notices``: corrections.
    """

    values: dict[keys.Key, object] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)

    def correct(self, code: str, **facts: object) -> None:
        self.notices.append(Notice(f"config.plan_{code}", facts))


class PlanModel(Section):
    name: str
    path: str | None = None
    backend: str | None = None
    gpu_id: int | None = Field(None, ge=0)
    vram_required: float | None = Field(None, gt=0)
    difficulty_range: Range | None = None
    quantization: str | None = None
    priority: int | None = None
    specialties: tuple[str, ...] | None = None


class PlanApi(Section):
    difficulty_range: Range | None = None
    cost_per_1k: float | None = Field(None, ge=0)
    specialties: tuple[str, ...] | None = None
    fast: bool | None = None
    fallback: bool | None = None


class PlanRouting(Section):
    prefer_local: bool | None = None
    max_local_latency: float | None = Field(None, gt=0)
    fallback_on_oom: bool | None = None
    cache_responses: bool | None = None


class Plan(Section):
    """The plan's format."""

    models: dict[str, PlanModel] = Field(default_factory=dict)
    api_models: dict[str, PlanApi] = Field(default_factory=dict)
    routing: PlanRouting = PlanRouting()


def parse(text: str, file: Path) -> Plan:
    """The plan in ``text``. Raises ConfigError for each thing in it that is wrong, naming its JSON path."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        for name, count in ((name, [n for n, _ in pairs].count(name)) for name, _ in pairs):
            if count > 1:
                raise ConfigError("config.plan_twice", param=name, key=name, path=file)
        return dict(pairs)

    try:
        document = json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        raise ConfigError(
            "config.plan_syntax", path=file, line=error.lineno, column=error.colno, reason=error.msg
        ) from error
    except RecursionError as error:
        raise ConfigError("config.plan_syntax", path=file, line=1, column=1, reason="too deep") from error
    if not isinstance(document, dict) or not document.keys() & Plan.model_fields.keys():
        raise ConfigError("config.plan_not_one", path=file)
    try:
        return Plan.model_validate_json(json.dumps(document), strict=True)
    except ValidationError as error:
        found = [_for_plan(p) for p in problems(error, Plan, lambda _: f"file {file}")]
        raise together(found) from error


def _for_plan(problem: ConfigError) -> ConfigError:
    """The same mistake with a next step that fits: the settings of Jarvis do not help here."""
    if problem.code == "config.unknown_key":
        return ConfigError("config.plan_unknown_key", param=problem.param, **problem.facts)
    if problem.code == "config.bad_value":
        return ConfigError("config.plan_bad_value", param=problem.param, **problem.facts)
    if problem.code == "config.not_a_section":
        problem.facts["mend"] = say("config.plan_bad_value.hint")
    return problem


def convert(plan: Plan, around: Surroundings, folder: Path) -> Imported:
    """The plan as settings. ``folder`` is what its relative paths count from.

    Raises ConfigError when two of its entries are one model.
    """
    result = Imported()
    for key, model in plan.models.items():
        id = _identify(key, model, around, result)
        if id in result.models.values():
            first = next(k for k, v in result.models.items() if v == id)
            raise ConfigError("config.plan_same_model", param=f"models.{key}", first=first, second=key, model=id)
        result.models[key] = id
        for name, value in _model(key, id, model, around, folder, result).items():
            _put(result, ("model", id, name), value)
    _say_all(plan, around, result)
    for key, api in plan.api_models.items():
        _api(key, api, result)
    for name in PlanRouting.model_fields:
        _put(result, ("routing", name), getattr(plan.routing, name))
    return result


def _put(result: Imported, key: keys.Key, value: object) -> None:
    if value is not None:
        result.values[key] = list(value) if isinstance(value, tuple) else value


def meant(model: PlanModel, known: Mapping[str, Known]) -> tuple[str, str | None, str | None] | None:
    """Id, quantisation and engine that an entry of the plan means; None when the catalog has no such model."""
    found = match(model.name, {id: entry.names for id, entry in known.items()})
    if found is None:
        return None
    variant = _variant(known[found.id], model)
    return found.id, None if variant is None else variant.quantization, _engine(model)


def _identify(key: str, model: PlanModel, around: Surroundings, result: Imported) -> str:
    found = match(model.name, {id: known.names for id, known in around.known.items()})
    if found is None:
        id = re.sub(r"[^a-z0-9.]+", "-", model.name.lower()).strip("-.") or key
        result.correct("unknown_model", key=key, name=model.name, model=id)
        return id
    if found.how != "same":
        result.correct(found.how, key=key, name=model.name, model=found.id)
    return found.id


def _model(
    key: str, id: str, model: PlanModel, around: Surroundings, folder: Path, result: Imported
) -> dict[str, object]:
    """The settings of one model, apart from its id."""
    known = around.known.get(id)
    path = None if model.path is None else written(model.path, folder)
    if path is not None and known is not None and not around.exists(path):
        result.correct("no_files", key=key, path=path, model=id)
        path = None
    engine = _engine(model) if _engine(model) in around.engines else None
    quantization = model.quantization
    if known is not None:
        variant = _variant(known, model)
        _say_size(key, id, model, known, variant, result)
        if path is None and (
            variant is None or _too_big(variant, model) or not set(variant.engines) & set(around.engines)
        ):
            # Jarvis picks what this machine can run; what was asked for cannot be.
            if left := ", ".join(filter(None, (quantization, engine))):
                result.correct("left_to_jarvis", key=key, left=left)
            quantization = engine = None
        elif path is None and variant is not None and quantization is not None:
            quantization = variant.quantization
    return {
        "quantization": quantization,
        "engine": engine,
        "path": None if path is None else str(path),
        "gpu": model.gpu_id,
        "difficulty_range": model.difficulty_range,
        "specialties": model.specialties,
        "priority": model.priority,
    }


def _engine(model: PlanModel) -> str | None:
    return _ENGINES.get((model.backend or "").lower(), model.backend)


def _variant(known: Known, model: PlanModel) -> KnownVariant | None:
    """The quantisation of the catalog that the plan means: ``awq`` is ``AWQ-INT4``; none is 16 bits a weight.

    Not with llama.cpp, which nobody runs like that: there, none is what the card names first.
    """
    if model.quantization is None and _engine(model) == "llama_cpp":
        return known.variants[0] if known.variants else None
    wanted = (model.quantization,) if model.quantization else _UNQUANTIZED
    for name in wanted:
        for variant in known.variants:
            if _plain(variant.quantization).startswith(_plain(name)):
                return variant
    return None


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _too_big(variant: KnownVariant, model: PlanModel) -> bool:
    return model.vram_required is not None and variant.bytes > model.vram_required * 2**20


def _say_size(
    key: str, id: str, model: PlanModel, known: Known, variant: KnownVariant | None, result: Imported
) -> None:
    listed = ", ".join(f"{v.quantization} {_gb(v.bytes)}" for v in sorted(known.variants, key=lambda v: v.bytes))
    if variant is None:
        result.correct("no_quantization", key=key, quantization=model.quantization or "FP16", model=id, listed=listed)
    elif _too_big(variant, model):
        result.correct(
            "weights",
            key=key,
            model=id,
            quantization=variant.quantization,
            size=_gb(variant.bytes),
            planned=f"{(model.vram_required or 0) / 1000:.1f} GB",
            listed=listed,
        )


def _gb(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def _say_all(plan: Plan, around: Surroundings, result: Imported) -> None:
    """What is the same for several entries is said once."""

    def correct(code: str, entries: list[str], **facts: object) -> None:
        if entries:
            result.correct(code, keys=", ".join(entries), **facts)

    models, known = plan.models.items(), ", ".join(sorted(around.engines))
    for engine in sorted({e for _, m in models if (e := _engine(m)) is not None and e not in around.engines}):
        correct("engine", [key for key, m in models if _engine(m) == engine], engine=engine, known=known)
    correct("vram", [key for key, m in models if m.vram_required is not None])
    correct("gpu", [key for key, m in models if m.gpu_id is not None])
    correct("price", [f"{key} {a.cost_per_1k:g}" for key, a in plan.api_models.items() if a.cost_per_1k is not None])


def _api(key: str, api: PlanApi, result: Imported) -> None:
    # An empty table would be lost; that it is listed is the owner's wish too.
    values = {name: getattr(api, name) for name in ("difficulty_range", "specialties", "fast", "fallback")}
    if all(value is None for value in values.values()):
        values["fallback"] = False
    for name, value in values.items():
        _put(result, ("api", key, name), value)
    if end := next((date for pattern, date in ENDS if pattern.match(key)), None):
        result.correct("ends", key=key, date=end)
