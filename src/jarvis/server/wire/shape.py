"""What every request body has in common: strict types, known limits, unknown fields left out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    Tag,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from jarvis.errors import UsageError
from jarvis.words.chat import Sampling

INT32 = 2**31 - 1
INT64 = 2**63 - 1


class Asked(BaseModel):
    """A body, or a part of one. Unknown fields are ignored, as OpenAI does, and never passed on."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", allow_inf_nan=False)


def _one_or_many(value: object) -> str:
    return "<one>" if isinstance(value, str) else "<many>"


Stops = Annotated[
    Annotated[str, Field(min_length=1, max_length=1024), Tag("<one>")]
    | Annotated[tuple[Annotated[str, Field(min_length=1, max_length=1024)], ...], Field(max_length=4), Tag("<many>")],
    Discriminator(_one_or_many),
]
"""A text, or up to four. The tags are ours: ``where`` leaves them out of a field's name."""


def _finite(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """JSON has no infinity, but a parser makes one of 1e999; what is passed on must be JSON again."""
    rest: list[JsonValue] = [value]
    while rest:
        item = rest.pop()
        if isinstance(item, float) and not math.isfinite(item):
            raise PydanticCustomError("server.not_finite", "not a finite number")
        if isinstance(item, dict):
            rest.extend(item.values())
        elif isinstance(item, list):
            rest.extend(item)
    return value


FreeJson = Annotated[dict[str, JsonValue], AfterValidator(_finite)]
"""A JSON object of any shape (a JSON schema)."""


_REPEATS = re.compile(
    r'"(?:\\.|[^"\\])*+(?:"|\\?\Z)|\[(?:\\.|[^\]\\])*+(?:\]|\\?\Z)|#[^\n]*+'
    r"|\{\s*+(\d++)\s*+,\s*+(\d++)\s*+\}",
    re.DOTALL,
)
"""What is repeated how often in a grammar, between texts, classes and comments: each is read once, also one without an
end, or a long grammar would take hours.
"""


def _bounded(grammar: str) -> str:
    """llama.cpp counts the repeats of ``{5,2}`` down past zero and takes all the memory there is."""
    for found in _REPEATS.finditer(grammar):
        if found[1] and (max(len(found[1]), len(found[2])) > 6 or int(found[1]) > int(found[2])):
            raise PydanticCustomError("wire.grammar_repeats", "repeats", {"repeats": found[0][:40]})
    return grammar


def _level(value: object, check: ValidatorFunctionWrapHandler) -> object:
    try:
        return check(value)
    except ValidationError:
        raise PydanticCustomError("server.bad_quality", "a level, or 0 to 1") from None


Quality = Annotated[Literal["economy", "balanced", "best"] | Annotated[float, Field(ge=0, le=1)], WrapValidator(_level)]
"""How good an answer must be."""


class Sampled(Asked):
    """The fields of OpenAI's that choose the next token, with its limits, and four of llama.cpp's."""

    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, ge=0, le=1)
    presence_penalty: float | None = Field(None, ge=-2, le=2)
    frequency_penalty: float | None = Field(None, ge=-2, le=2)
    logit_bias: dict[Annotated[str, Field(pattern=r"^\d{1,9}$")], Annotated[float, Field(ge=-100, le=100)]] | None = (
        Field(None, max_length=1024)
    )
    max_tokens: int | None = Field(None, ge=1, le=INT32)
    stop: Stops | None = None
    seed: int | None = Field(None, ge=-INT64 - 1, le=INT64)
    top_k: int | None = Field(None, ge=0, le=INT32)
    min_p: float | None = Field(None, ge=0, le=1)
    repeat_penalty: float | None = Field(None, ge=0.01, le=10)
    grammar: Annotated[str, AfterValidator(_bounded)] | None = Field(None, max_length=1 << 18)

    def sampling(self, max_tokens: int | None) -> Sampling:
        """The same as words."""
        stop = (self.stop,) if isinstance(self.stop, str) else self.stop or ()
        return Sampling(
            temperature=self.temperature,
            top_p=self.top_p,
            top_k=self.top_k,
            min_p=self.min_p,
            repeat_penalty=self.repeat_penalty,
            presence_penalty=self.presence_penalty,
            frequency_penalty=self.frequency_penalty,
            logit_bias=self.logit_bias,
            max_tokens=max_tokens,
            stop=stop,
            seed=self.seed,
        )


class StreamOptions(Asked):
    include_usage: bool = False


Body = TypeVar("Body", bound=Asked)


def parse(shape: type[Body], raw: bytes) -> Body:
    """The body ``raw`` as ``shape``. Raises UsageError for the first thing that is wrong with it."""
    try:
        return shape.model_validate_json(raw)
    except ValidationError as error:
        raise _refusal(error.errors(include_url=False, include_input=False)[0]) from None


def parsed(shape: type[Body], fields: Mapping[str, str]) -> Body:
    """The fields of a form, which are all text, as ``shape``. Raises UsageError for the first that is wrong."""
    try:
        return shape.model_validate_strings(fields)
    except ValidationError as error:
        raise _refusal(error.errors(include_url=False, include_input=False)[0]) from None


def where(location: tuple[int | str, ...]) -> str:
    """A field's name as OpenAI writes it: ``messages[0].content``."""
    name = ""
    for step in location:
        if isinstance(step, int):
            name += f"[{step}]"
        elif not step.startswith("<"):
            name += f".{step}" if name else step
    return name


_LIMITS = {
    "greater_than_equal": ("server.field_min", "ge"),
    "less_than_equal": ("server.field_max", "le"),
    "too_short": ("server.field_short", "min_length"),
    "string_too_short": ("server.text_short", "min_length"),
    "too_long": ("server.field_long", "max_length"),
    "string_too_long": ("server.text_long", "max_length"),
    "literal_error": ("server.field_choice", "expected"),
    "string_pattern_mismatch": ("server.field_pattern", "pattern"),
}
_TYPES = {
    "string_type": "string",
    "int_type": "integer",
    "float_type": "number",
    "finite_number": "number",
    "bool_type": "boolean",
    "tuple_type": "array",
    "list_type": "array",
    "dict_type": "object",
    "model_type": "object",
}


_PLACE = re.compile(r"at line (\d+) column (\d+)")


def _refusal(detail: ErrorDetails) -> UsageError:
    """Pydantic's account of what is wrong, in Jarvis's words."""
    kind, name, facts = detail["type"], where(detail["loc"]), detail.get("ctx", {})
    if kind == "json_invalid":
        told = str(facts.get("error", ""))
        at = _PLACE.search(told)
        line, column = at.groups() if at else ("1", "1")
        return UsageError(
            "server.json_deep" if "recursion" in told else "server.json_invalid", line=line, column=column
        )
    if kind.startswith(("server.", "wire.")):
        return UsageError(kind, param=name, field=name, **facts)
    if kind == "missing":
        return UsageError("server.field_missing", param=name, field=name)
    if kind in _LIMITS:
        code, fact = _LIMITS[kind]
        limit = facts.get(fact)
        if kind == "literal_error":  # pydantic lists them in English: 'a', 'b' or 'c'
            limit = str(limit).replace("' or '", "', '")
        return UsageError(code, param=name, field=name, limit=limit, actual=facts.get("actual_length"))
    if kind in _TYPES:
        if not name:
            return UsageError("server.not_an_object")
        return UsageError("server.field_type", param=name, field=name, expected=_TYPES[kind])
    return UsageError("server.field_invalid", param=name, field=name, reason=detail["msg"])
