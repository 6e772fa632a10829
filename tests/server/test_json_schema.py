"""Schemas and grammars that an answer is to be held to: refused with the place and the next step, or kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jarvis.errors import UsageError
from jarvis.server.wire.chat_request import ChatBody
from jarvis.server.wire.json_schema import MOST_NAMES, Checked
from jarvis.server.wire.shape import parse
from jarvis.words.chat import Delta

HELLO: list[Any] = [{"role": "user", "content": "Hello"}]
CHAT = "/v1/chat/completions"
AT = "response_format.json_schema.schema"
TEXT = {"type": "string"}


def body(schema: Any, **more: Any) -> dict[str, Any]:
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    return {"messages": HELLO, "response_format": form, **more}


WRONG: list[tuple[Any, str, str]] = [
    ({"type": "objekt"}, ".type", "field_choice"),
    ({"type": []}, ".type", "field_choice"),
    ({"type": ["string", 3]}, ".type", "field_choice"),
    ({"type": "object", "properties": 5}, ".properties", "field_type"),
    ({"properties": {"a": 5}}, ".properties.a", "field_type"),
    ({"properties": {"a": False}}, ".properties.a", "field_type"),
    ({"properties": {"a": {"items": {"type": "x"}}}}, ".properties.a.items.type", "field_choice"),
    ({"anyOf": []}, ".anyOf", "field_short"),
    ({"anyOf": TEXT}, ".anyOf", "field_type"),
    ({"oneOf": [TEXT, {"enum": "a"}]}, ".oneOf[1].enum", "field_type"),
    ({"enum": []}, ".enum", "field_short"),
    ({"required": "a"}, ".required", "field_type"),
    ({"additionalProperties": 1}, ".additionalProperties", "field_type"),
    ({**TEXT, "pattern": "("}, ".pattern", "schema_pattern"),
    ({**TEXT, "pattern": "^(?=a)"}, ".pattern", "schema_pattern"),
    ({**TEXT, "pattern": "^a{5,2}$"}, ".pattern", "schema_pattern"),
    ({**TEXT, "pattern": 5}, ".pattern", "field_type"),
    ({**TEXT, "minLength": 5, "maxLength": 2}, "", "schema_empty"),
    ({"items": {"minItems": 2, "maxItems": 1}}, ".items", "schema_empty"),
    ({**TEXT, "minLength": -1}, ".minLength", "field_min"),
    ({**TEXT, "minLength": 2001}, ".minLength", "field_max"),
    ({**TEXT, "maxLength": 1.5}, ".maxLength", "field_type"),
    ({**TEXT, "maxLength": True}, ".maxLength", "field_type"),
    ({"type": "integer", "minimum": 3, "maximum": 2}, "", "schema_empty"),
    ({"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 4}, "", "schema_empty"),
    ({"type": "integer", "minimum": "3"}, ".minimum", "field_type"),
    ({"$ref": "#/nowhere"}, ".$ref", "schema_reference"),
    ({"$ref": "http://example.org/x"}, ".$ref", "schema_reference"),
    ({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}, ".$ref", "schema_reference"),
    ({"enum": list(range(MOST_NAMES + 1))}, "", "schema_large"),
    ({"enum": ["x" * 40_000]}, "", "schema_large"),
    ({"anyOf": [{"pattern": "x" * 900}] * 40}, "", "schema_large"),
    ({"properties": {f"p{i}": TEXT for i in range(MOST_NAMES + 1)}}, "", "schema_large"),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "where", "code"), WRONG, ids=lambda x: str(x)[:40])
def test_a_schema_that_is_none_is_refused_with_its_place(house: Any, schema: Any, where: str, code: str) -> None:
    for lang in ("en", "es"):
        reply = house.ask("POST", CHAT, body(schema), headers={"Accept-Language": lang})
        assert reply.status == 400
        assert (reply.error["param"], reply.error["code"]) == (AT + where, code)
        assert reply.error["hint"]
    assert not house.stage.asked


RIGHT: list[Any] = [
    {},
    {"type": ["string", "null"]},
    {"type": "integer", "minimum": 0, "exclusiveMaximum": 1},
    {**TEXT, "minLength": 2, "maxLength": 2.0, "pattern": r"^\d+$", "format": "date"},
    {"type": "object", "properties": {"a": TEXT}, "additionalProperties": False, "title": "T", "description": "d"},
    {"items": {"$ref": "#/$defs/node"}, "$defs": {"node": {"properties": {"next": {"$ref": "#/$defs/node"}}}}},
    {"type": "array", "prefixItems": [TEXT, {"const": 5}], "items": False},
    {"enum": ["a", 1, None, {"b": [2]}]},
]  # fmt: skip


@pytest.mark.parametrize("schema", RIGHT, ids=str)
def test_a_schema_in_order_reaches_the_desk_as_it_is(house: Any, schema: Any) -> None:
    reply = house.ask("POST", CHAT, body(schema))
    assert reply.status == 200 and "x-jarvis-notices" not in reply.headers
    assert house.stage.asked[0].response_format["json_schema"]["schema"] == schema


def test_what_is_required_is_named_and_what_may_be_anything_is_a_schema(house: Any) -> None:
    house.ask("POST", CHAT, body({"type": "object", "properties": {"a": True}, "required": ["a", "b"]}))
    kept = house.stage.asked[0].response_format["json_schema"]["schema"]
    assert kept["properties"] == {"a": {}, "b": {}}


def test_what_an_answer_is_not_held_to_is_told(house: Any) -> None:
    schema = {"properties": {"a": {"type": "number", "minimum": 0}, "b": {"type": "array", "uniqueItems": True}}}
    whole = house.ask("POST", CHAT, body(schema))
    assert whole.headers["x-jarvis-notices"] == "wire.schema_not_held"
    stream = house.ask("POST", CHAT, body(schema, stream=True))
    ((_, told),) = [c for c in stream.comments if c[0] == "notice"]
    assert told["facts"] == {"names": "minimum, uniqueItems"}
    assert stream.events[-1]["choices"][0]["finish_reason"] == "stop"


def test_a_tool_is_checked_too_but_not_refused_for_its_patterns(house: Any) -> None:
    def tools(schema: Any) -> Any:
        return [{"type": "function", "function": {"name": "f", "parameters": schema}}]

    reply = house.ask("POST", CHAT, {"messages": HELLO, "tools": tools({"type": "objekt"})})
    assert (reply.status, reply.error["param"]) == (400, "tools[0].function.parameters.type")
    looks = {"type": "object", "properties": {"a": {"type": "string", "pattern": "^(?!x)"}}}
    reply = house.ask("POST", CHAT, {"messages": HELLO, "tools": tools(looks)})
    assert (reply.status, reply.headers["x-jarvis-notices"]) == (200, "wire.schema_not_held")


def test_pydantic_models_are_schemas_in_order(house: Any) -> None:
    import pydantic

    class Part(pydantic.BaseModel):
        name: str = pydantic.Field(min_length=1, max_length=20, pattern="^[a-z]+$")
        share: float | None = pydantic.Field(None, ge=0, le=1)

    class Whole(pydantic.BaseModel):
        parts: list[Part] = pydantic.Field(max_length=5)

    house.stage.script = [house.stage.ROUTE, Delta(text='{"parts": []}', finish="stop"), house.stage.answer("")]
    with house.openai() as client:
        told = client.chat.completions.parse(model="auto", messages=HELLO, response_format=Whole)
    assert told.choices[0].message.parsed == Whole(parts=[])
    assert house.stage.asked[0].response_format["json_schema"]["strict"] is True


def test_a_chain_of_references_is_as_long_as_there_may_be_names() -> None:
    def chain(length: int) -> dict[str, Any]:
        named: dict[str, Any] = {f"d{i}": {"$ref": f"#/$defs/d{i + 1}"} for i in range(length)}
        return {"$ref": "#/$defs/d0", "$defs": {**named, f"d{length}": TEXT}}

    assert Checked(chain(MOST_NAMES - 1), AT).not_held == set()
    with pytest.raises(UsageError) as caught:
        Checked(chain(MOST_NAMES), AT)
    assert caught.value.code == "wire.schema_large"
    with pytest.raises(UsageError):
        Checked({"anyOf": [TEXT] * (MOST_NAMES + 1)}, AT)


@pytest.mark.parametrize("path", [CHAT, "/v1/completions"])
@pytest.mark.parametrize("repeats", ["{5,2}", "{ 3 , 1 }", "{1,99999999999}"])
def test_a_grammar_that_would_take_all_memory_is_refused(house: Any, path: str, repeats: str) -> None:
    asked = {"messages": HELLO, "prompt": "x", "grammar": f'root ::= "a"{repeats}'}
    reply = house.ask("POST", path, asked)
    assert (reply.status, reply.error["param"], reply.error["code"]) == (400, "grammar", "grammar_repeats")
    assert repeats[:5] in reply.error["message"]


@pytest.mark.parametrize(
    "grammar", ['root ::= "{5,2}"', "root ::= [{5,2}]", 'root ::= "a"{2,5} # {5,2}', 'root ::= "a"{3}']
)
def test_a_grammar_in_order_is_passed_on(house: Any, grammar: str) -> None:
    assert house.ask("POST", CHAT, {"messages": HELLO, "grammar": grammar}).status == 200
    assert house.stage.asked[0].grammar == grammar


def test_log_probabilities_and_tools_do_not_go_together(house: Any) -> None:
    tool = {"type": "function", "function": {"name": "f"}}
    asked = {"messages": HELLO, "tools": [tool], "logprobs": True}
    reply = house.ask("POST", CHAT, asked)
    assert (reply.status, reply.error["param"], reply.error["code"]) == (400, "logprobs", "fields_clash")
    assert house.ask("POST", CHAT, {**asked, "tool_choice": "none"}).status == 200


@pytest.mark.parametrize("text", ['"' + '\\"' * 100_000, "[" * 200_000, "[\\" * 100_000, "{1" * 100_000, "#" * 200_000])
def test_a_long_grammar_is_read_once(text: str) -> None:
    """It would take hours if every mark began a search to the end."""
    body = parse(ChatBody, json.dumps({"messages": HELLO, "grammar": text}).encode())
    assert body.grammar == text
