"""Gemini's generateContent and streamGenerateContent as a stand-in speaks them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from jarvis.providers._fake_mind import Asked, Reply, tokens
from jarvis.providers._fake_server import Piece, Refused, sse

FIELDS = frozenset({
    "contents", "systemInstruction", "tools", "toolConfig", "generationConfig", "safetySettings", "cachedContent",
    "labels",
})  # fmt: skip
CONFIG = frozenset({
    "temperature", "topP", "topK", "maxOutputTokens", "stopSequences", "responseMimeType", "responseSchema",
    "responseJsonSchema", "presencePenalty", "frequencyPenalty", "seed", "thinkingConfig", "candidateCount",
    "responseModalities",
})  # fmt: skip
FINISHES = {"stop": "STOP", "length": "MAX_TOKENS", "tools": "STOP", "filter": "SAFETY"}
STATUSES = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE", 529: "UNAVAILABLE",
}  # fmt: skip
SENTENCES = {"too_long": "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."}


class GeminiWire:
    name = "gemini"
    routes = ("/gemini/v1beta/models/{model}:{action}",)

    def key(self, headers: Mapping[str, str]) -> str:
        return headers.get("x-goog-api-key", "")

    def read(self, path: Mapping[str, str], body: Mapping[str, Any]) -> tuple[Asked, bool]:
        body = _camel(body)
        config = body.get("generationConfig") or {}
        if unknown := sorted((set(body) - FIELDS) | (set(config) - CONFIG)):
            raise Refused(f'Invalid JSON payload received. Unknown name "{unknown[0]}": Cannot find field.')
        system = body.get("systemInstruction") or {}
        spoken = [("system", " ".join(p["text"] for p in system["parts"]))] if system else []
        tools = [f for t in body.get("tools", ()) for f in t.get("functionDeclarations", ())]
        calling = (body.get("toolConfig") or {}).get("functionCallingConfig") or {}
        allowed = calling.get("allowedFunctionNames") or []
        mode = calling.get("mode", "AUTO")
        thinking = config.get("thinkingConfig") or {}
        wants_json = config.get("responseMimeType") == "application/json"
        return Asked(
            model=path["model"],
            messages=[*spoken, *_messages(body["contents"])],
            tools=[(t["name"], t.get("parametersJsonSchema") or t.get("parameters") or {}) for t in tools],
            choice=allowed[0]
            if mode == "ANY" and len(allowed) == 1
            else {"ANY": "any", "NONE": "none"}.get(mode, "auto"),
            schema=(config.get("responseJsonSchema") or config.get("responseSchema") or {"type": "object"})
            if wants_json
            else None,
            most=config.get("maxOutputTokens"),
            stop=config.get("stopSequences") or (),
            thinks=bool(
                thinking.get("includeThoughts") or thinking.get("thinkingLevel") or thinking.get("thinkingBudget")
            ),
            extra_tokens=sum(len(tokens(json.dumps(t))) for t in tools),
        ), path["action"] == "streamGenerateContent"

    def _usage(self, asked: Asked, call: Mapping[str, Any], thought: int, said: int) -> dict[str, Any]:
        usage = {"promptTokenCount": asked.prompt_tokens, "totalTokenCount": asked.prompt_tokens + thought + said}
        optional = {
            "candidatesTokenCount": said,
            "thoughtsTokenCount": thought,
            "cachedContentTokenCount": call["cached_tokens"],
        }
        return usage | {name: count for name, count in optional.items() if count}

    def _chunk(
        self, asked: Asked, parts: list[dict[str, Any]], finish: str | None, usage: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        candidate: dict[str, Any] = {"content": {"parts": parts, "role": "model"}, "index": 0}
        if finish:
            candidate["finishReason"] = finish
        told = {"candidates": [candidate], "modelVersion": asked.model, "responseId": "r1"}
        return {**told, "usageMetadata": usage} if usage is not None else told

    def whole(self, asked: Asked, told: Reply, call: Mapping[str, Any], finish: str, usage: bool) -> dict[str, Any]:
        parts: list[dict[str, Any]] = []
        if told.thought:
            parts.append({"text": "".join(told.thought), "thought": True})
        if told.text:
            parts.append({"text": "".join(told.text)})
        parts += [_called(n, name, arguments) for n, (name, arguments) in enumerate(told.calls)]
        spent = self._usage(asked, call, len(told.thought), told.completion_tokens - len(told.thought))
        return self._chunk(asked, parts, FINISHES[finish], spent if usage else None)

    def pieces(self, asked: Asked, told: Reply, call: Mapping[str, Any], finish: str, usage: bool) -> list[Piece]:
        parts: list[tuple[dict[str, Any], int, int]] = [({"text": w, "thought": True}, 0, 1) for w in told.thought]
        parts += [({"text": word}, 1, 0) for word in told.text]
        parts += [
            (_called(n, name, arguments), len(tokens(f"{name} {arguments}")), 0)
            for n, (name, arguments) in enumerate(told.calls)
        ]
        found = []
        said = thought = 0
        for part, size, thinking in parts:
            said, thought = said + size, thought + thinking
            spent = self._usage(asked, call, thought, said) if usage else None
            found.append(Piece(sse(self._chunk(asked, [part], None, spent)), size, thinking))
        spent = self._usage(asked, call, thought, said) if usage else None
        return [*found, Piece(sse(self._chunk(asked, [{"text": ""}], FINISHES[finish], spent)))]

    def error(self, status: int, why: str, message: str) -> dict[str, Any]:
        details: list[dict[str, Any]] = []
        if why == "bad_key":
            info = {"reason": "API_KEY_INVALID", "domain": "googleapis.com"}
            details.append({"@type": "type.googleapis.com/google.rpc.ErrorInfo", **info})
        elif why == "busy":
            details.append({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "14s"})
        elif why == "no_credit":
            quota = {"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}
            details.append({"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [quota]})
        elif why == "overloaded":
            message = "The model is overloaded. Please try again later."
        code = self.status(status, why)
        told = {"code": code, "message": SENTENCES.get(why, message), "status": STATUSES.get(code, "UNKNOWN")}
        return {"error": {**told, "details": details} if details else told}

    def status(self, status: int, why: str) -> int:
        """The key of a Google API is refused with 400; and there is no 529."""
        return {"bad_key": 400}.get(why, 503 if status == 529 else status)

    def blocked(self) -> dict[str, Any]:
        """A prompt that is not let through is no error there."""
        return {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "modelVersion": "m", "responseId": "r1"}

    def event(self, body: Mapping[str, Any]) -> bytes:
        return sse(body)


OPEN = frozenset({"args", "response", "parameters", "parametersJsonSchema", "responseJsonSchema", "responseSchema"})
"""What holds names that are not the API's."""


def _camel(told: Any) -> Any:
    """Names as the API documents them; it takes them with underscores too, and the SDK sends some so."""
    if isinstance(told, list):
        return [_camel(item) for item in told]
    if not isinstance(told, Mapping):
        return told
    pairs = ((re.sub("_([a-z])", lambda m: m[1].upper(), name), value) for name, value in told.items())
    return {name: value if name in OPEN else _camel(value) for name, value in pairs}


def _called(n: int, name: str, arguments: str) -> dict[str, Any]:
    call = {"id": f"call_{n}", "name": name, "args": json.loads(arguments)}
    return {"functionCall": call, "thoughtSignature": "c2lnbmVk"}


def _messages(contents: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    called = 0
    for content in contents:
        role = content.get("role", "user")
        if role not in ("user", "model"):
            raise Refused("Please use a valid role: user, model.")
        answers = sum("functionResponse" in part for part in content["parts"])
        if answers != called:
            raise Refused("The number of function response parts must equal that of the function call parts.")
        called = sum("functionCall" in part for part in content["parts"])
        yield "tool" if answers else role, " ".join(_part(part) for part in content["parts"])


def _part(part: Mapping[str, Any]) -> str:
    if "text" in part:
        return str(part["text"])
    if "inlineData" in part:
        return f"[{part['inlineData']['mimeType']}]"
    if "functionCall" in part:
        return f"{part['functionCall']['name']} {json.dumps(part['functionCall'].get('args', {}))}"
    if "functionResponse" in part:
        return json.dumps(part["functionResponse"]["response"])
    raise Refused("contents.parts must not be empty.")
