"""A request in pydantic-ai's words, and what of it a model does not take.

Imported when a provider is first called, never before.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from pydantic_ai.messages import (
    BinaryContent,
    ModelMessage,
    ModelRequest,
    ModelRequestPart,
    ModelResponse,
    ModelResponsePart,
    SystemPromptPart,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolReturnPart,
    UserContent,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from jarvis.errors import UsageError
from jarvis.words.chat import ChatRequest, Image, Message, Text

_DATA = re.compile(r"data:([\w.+-]+/[\w.+-]+);base64,(.*)", re.DOTALL)
_OURS: Mapping[str, str] = {"max_tokens": "max_tokens", "stop_sequences": "stop", "thinking": "reasoning_effort"}
"""pydantic-ai's names of settings that have another one in OpenAI's API."""
_SAMPLED = (
    "temperature", "top_p", "presence_penalty", "frequency_penalty", "logit_bias", "openai_logprobs",
    "openai_top_logprobs",
)  # fmt: skip
"""What OpenAI's models do not take while they reason."""
_ANY_OBJECT = "Answer with one JSON object, and nothing before or after it."
_EFFORTS = frozenset({"minimal", "low", "medium", "high", "xhigh", "max"})


@dataclass(frozen=True, slots=True)
class Asked:
    messages: list[ModelMessage]
    settings: ModelSettings
    parameters: ModelRequestParameters


def ask(request: ChatRequest, model: Model, thoughts_back: bool = False) -> Asked:
    """``request`` for ``model``, without what it does not take. Raises UsageError for what cannot be said to it."""
    wanted = _settings(request, model)
    kept = {name: value for name, value in wanted.items() if name not in _refused(wanted, model)}
    settings = cast(ModelSettings, kept)
    messages = list(_messages(request.messages, model, thoughts_back))
    if (request.response_format or {}).get("type") == "json_object":
        messages.insert(0, ModelRequest(parts=[SystemPromptPart(_ANY_OBJECT)]))
    return Asked(messages, settings, _parameters(request, model))


def left_out(request: ChatRequest, model: Model) -> tuple[str, ...]:
    """What of ``request`` the model does not take, by its name in OpenAI's API."""
    wanted = _settings(request, model)
    sampling = request.sampling
    unknown = [name for name in ("min_p", "repeat_penalty") if getattr(sampling, name) is not None]
    refused = [_OURS.get(name, name.removeprefix("openai_")) for name in _refused(wanted, model)]
    if request.logprobs and model.system in ("anthropic", "google"):
        refused.append("logprobs")
    return tuple(sorted({*refused, *unknown}))


def _settings(request: ChatRequest, model: Model) -> dict[str, Any]:
    sampling = request.sampling
    wanted: dict[str, Any] = {
        "max_tokens": sampling.max_tokens,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "top_k": sampling.top_k,
        "presence_penalty": sampling.presence_penalty,
        "frequency_penalty": sampling.frequency_penalty,
        "logit_bias": dict(sampling.logit_bias) if sampling.logit_bias else None,
        "stop_sequences": list(sampling.stop) or None,
        "seed": sampling.seed,
        "parallel_tool_calls": request.parallel_tool_calls if request.tools else None,
        "tool_choice": _choice(request),
        "thinking": _thinking(request.reasoning_effort),
    }
    if request.logprobs and model.system not in ("anthropic", "google"):
        wanted |= {"openai_logprobs": True, "openai_top_logprobs": request.top_logprobs or None}
    return {name: value for name, value in wanted.items() if value is not None}


def _refused(wanted: Mapping[str, Any], model: Model) -> list[str]:
    """Of what is wanted, what this model does not take."""
    profile: Mapping[str, Any] = model.profile
    refused = {*model.unsupported_settings, *profile.get("openai_unsupported_model_settings", ())}
    thinking = wanted.get("thinking")
    if thinking is not None and not (profile.get("supports_thinking") or profile.get("openai_supports_reasoning")):
        refused.add("thinking")
    if profile.get("openai_supports_reasoning"):
        reasons = profile.get("thinking_enabled_by_default", False) if thinking is None else thinking is not False
        if reasons or not profile.get("openai_supports_reasoning_effort_none"):
            refused |= set(_SAMPLED)
    if profile.get("anthropic_disallows_sampling_settings") or (model.system == "anthropic" and thinking):
        refused |= {"temperature", "top_p", "top_k"}
    return sorted(refused & set(wanted))


def _choice(request: ChatRequest) -> Any:
    """OpenAI's ``tool_choice``: a word, or the one function to be called."""
    choice = request.tool_choice
    if choice is None or not request.tools:
        return None
    if isinstance(choice, str):
        return choice
    function = choice.get("function") if isinstance(choice, dict) else None
    if isinstance(function, dict) and isinstance(name := function.get("name"), str):
        return [name]
    raise UsageError("providers.tool_choice", param="tool_choice")


def _thinking(effort: str | None) -> str | bool | None:
    if effort is None or effort in _EFFORTS:
        return effort
    if effort == "none":
        return False
    raise UsageError("providers.effort", param="reasoning_effort", value=effort, known=", ".join(sorted(_EFFORTS)))


def _parameters(request: ChatRequest, model: Model) -> ModelRequestParameters:
    tools = [
        ToolDefinition(
            name=tool.name,
            description=tool.description or None,
            parameters_json_schema=dict(tool.parameters) or {"type": "object", "properties": {}},
            strict=tool.strict,
        )
        for tool in request.tools
    ]
    form: Mapping[str, Any] = request.response_format or {}
    match form.get("type", "text"):
        case "json_schema":
            told = form.get("json_schema") or {}
            native = model.profile.get("supports_json_schema_output", False)
            return ModelRequestParameters(
                function_tools=tools,
                output_mode="native" if native else "prompted",
                output_object=OutputObjectDefinition(
                    json_schema=dict(told.get("schema") or {"type": "object"}),
                    name=told.get("name"),
                    description=told.get("description"),
                    # Anthropic knows only strict ones
                    strict=None if model.system == "anthropic" else told.get("strict"),
                ),
            )
        case "json_object":
            return ModelRequestParameters(
                function_tools=tools,
                output_mode="prompted",
                output_object=OutputObjectDefinition(json_schema={"type": "object"}),
                prompted_output_template=False,  # its own would show a schema that allows nothing
            )
    return ModelRequestParameters(function_tools=tools)


def _messages(messages: Sequence[Message], model: Model, thoughts_back: bool) -> Iterator[ModelMessage]:
    asked: list[ModelRequestPart] = []
    names: dict[str, str] = {}
    for message in messages:
        if message.role != "assistant":
            asked += _said(message, names)
            continue
        if asked:
            yield ModelRequest(parts=asked)
            asked = []
        names |= {call.id: call.name for call in message.tool_calls}
        if answered := _answered(message, model, thoughts_back):
            yield ModelResponse(parts=answered)
    if asked:
        yield ModelRequest(parts=asked)


def _said(message: Message, names: Mapping[str, str]) -> Iterator[ModelRequestPart]:
    """What anybody but the model said."""
    if message.role == "system":
        yield SystemPromptPart(message.text)
        return
    content = [_content(part) for part in message.parts]
    plain = message.text if all(isinstance(part, str) for part in content) else None
    if message.role == "tool":
        id = message.tool_call_id or ""
        yield ToolReturnPart(names.get(id) or message.name or "tool", plain if plain is not None else content, id)
    else:
        yield UserPromptPart(plain if plain is not None else content)


def _content(part: Any) -> UserContent:
    if isinstance(part, Text):
        return part.text
    if isinstance(part, Image):
        found = _DATA.fullmatch(part.url)
        if found is None:
            raise UsageError("providers.image", param="messages")
        vendor = {"detail": part.detail} if part.detail in ("low", "high") else None
        return BinaryContent(_decoded(found[2]), media_type=found[1], vendor_metadata=vendor)
    return BinaryContent(_decoded(part.data), media_type=f"audio/{part.format}")


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except ValueError as error:
        raise UsageError("providers.image", param="messages") from error


def _answered(message: Message, model: Model, thoughts_back: bool) -> list[ModelResponsePart]:
    """What a model said before. Its thoughts only where they are asked for again: they are long, and paid for."""
    parts: list[ModelResponsePart] = []
    if message.reasoning and thoughts_back:
        field = model.profile.get("openai_chat_thinking_field")
        parts.append(ThinkingPart(message.reasoning, id=str(field or "reasoning"), provider_name=model.system))
    if message.text:
        parts.append(TextPart(message.text))
    parts += [ToolCallPart(call.name, call.arguments, call.id) for call in message.tool_calls]
    return parts
