"""OpenAI's request for a chat completion, and the same as words."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Discriminator, Field, JsonValue, Tag

from jarvis.errors import UsageError
from jarvis.server.wire.json_schema import Checked
from jarvis.server.wire.shape import INT32, Asked, FreeJson, Quality, Sampled, StreamOptions
from jarvis.words import chat as words
from jarvis.words.chat import Json
from jarvis.words.exchange import Preferences
from jarvis.words.json_schema import Node

Name = Annotated[str, Field(pattern=r"^[a-zA-Z0-9_.-]{1,64}$")]
Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
_IMAGE = re.compile(r"data:image/(png|jpe?g|gif|webp|bmp);base64,[A-Za-z0-9+/]", re.IGNORECASE)


class ImageUrl(Asked):
    url: str
    detail: Literal["auto", "low", "high", "original"] = "auto"


class InputAudio(Asked):
    data: str
    format: Literal["wav", "mp3"]


class Part(Asked):
    """A part of a message; which field it needs is said by ``type``."""

    type: Literal["text", "image_url", "input_audio", "refusal"]
    text: str | None = None
    image_url: ImageUrl | None = None
    input_audio: InputAudio | None = None
    refusal: str | None = None

    def words(self, at: str, role: str) -> words.Part:
        if self.type in ("image_url", "input_audio") and role != "user":
            raise UsageError("server.part_role", param=at, field=at, kind=self.type, role=role)
        if self.type == "image_url" and self.image_url is not None:
            # Never fetched: a URL would make Jarvis a way into the owner's network.
            if not _IMAGE.match(self.image_url.url):
                raise UsageError("server.remote_image", param=f"{at}.image_url.url")
            return words.Image(self.image_url.url, self.image_url.detail)
        if self.type == "input_audio" and self.input_audio is not None:
            return words.Audio(self.input_audio.data, self.input_audio.format)
        text = self.text if self.type == "text" else self.refusal if self.type == "refusal" else None
        if text is None:
            raise UsageError("server.field_missing", param=f"{at}.{self.type}", field=f"{at}.{self.type}")
        return words.Text(text)


def _text_or_parts(value: object) -> str:
    return "<text>" if isinstance(value, str) else "<parts>"


Content = Annotated[
    Annotated[str, Tag("<text>")] | Annotated[tuple[Part, ...], Tag("<parts>")], Discriminator(_text_or_parts)
]


class CalledFunction(Asked):
    name: str = Field(max_length=256)
    arguments: str


class Called(Asked):
    """A tool call that the model made earlier in the conversation."""

    id: str = Field(max_length=256)
    type: Literal["function"] = "function"
    function: CalledFunction


class Message(Asked):
    """A message; what it must hold depends on its ``role``."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: Content | None = None
    name: str | None = Field(None, max_length=256)
    tool_calls: tuple[Called, ...] | None = Field(None, max_length=128)
    tool_call_id: str | None = Field(None, max_length=256)
    refusal: str | None = None
    reasoning_content: str | None = None

    def words(self, at: str) -> words.Message:
        role = "system" if self.role == "developer" else self.role
        parts: tuple[words.Part, ...]
        if isinstance(self.content, str):
            parts = (words.Text(self.content),)
        elif self.content is not None:
            parts = tuple(p.words(f"{at}.content[{i}]", role) for i, p in enumerate(self.content))
        elif role != "assistant":
            raise UsageError("server.field_missing", param=f"{at}.content", field=f"{at}.content")
        else:
            parts = (words.Text(self.refusal),) if self.refusal else ()
        if role == "tool" and self.tool_call_id is None:
            raise UsageError("server.field_missing", param=f"{at}.tool_call_id", field=f"{at}.tool_call_id")
        if self.tool_calls and role != "assistant":
            raise UsageError(
                "server.part_role", param=f"{at}.tool_calls", field=f"{at}.tool_calls", kind="tool_calls", role=role
            )
        calls = tuple(words.ToolCall(c.id, c.function.name, c.function.arguments) for c in self.tool_calls or ())
        return words.Message(role, parts, self.name, calls, self.tool_call_id, self.reasoning_content or "")


class Function(Asked):
    name: Name
    description: str | None = None
    parameters: FreeJson | None = None
    strict: bool | None = None


class Tool(Asked):
    type: Literal["function"]
    function: Function


class ChosenFunction(Asked):
    name: str = Field(max_length=256)


class Chosen(Asked):
    type: Literal["function"]
    function: ChosenFunction


Choice = Annotated[
    Annotated[Literal["none", "auto", "required"], Tag("<text>")] | Annotated[Chosen, Tag("<parts>")],
    Discriminator(_text_or_parts),
]


class Schema(Asked):
    name: Name
    description: str | None = None
    schema_: FreeJson | None = Field(None, alias="schema")
    strict: bool | None = None


SCHEMA = "response_format.json_schema.schema"


class ResponseFormat(Asked):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: Schema | None = None

    def words(self) -> dict[str, Json] | None:
        if self.type == "text":
            return None
        if self.type == "json_object":
            return {"type": "json_object"}
        if self.json_schema is None or self.json_schema.schema_ is None:
            raise UsageError("server.field_missing", param=SCHEMA, field=SCHEMA)
        checked = Checked(self.json_schema.schema_, SCHEMA)
        schema: dict[str, Json] = {"name": self.json_schema.name, "schema": checked.schema}
        if self.json_schema.strict is not None:
            schema["strict"] = self.json_schema.strict
        if self.json_schema.description is not None:
            schema["description"] = self.json_schema.description
        return {"type": "json_schema", "json_schema": schema}


class JarvisOptions(Asked):
    """Our own clients' extension: asks for the whole assistant, and says what to do with the conversation."""

    conversation: str | None = Field(None, max_length=64, description="Go on with this stored conversation.")
    store: bool = Field(False, description="Keep the exchange; a new conversation when none is named.")
    face: Literal["ask", "chat", "library", "api", "voice"] = Field("api", description="Where the question came in.")
    quality: Quality | None = Field(None, description="How good the answer must be; default: what is set.")
    cache: Literal["use", "none"] = Field("use", description="none: no earlier answer, and this one is not kept.")

    difficulty: float | None = Field(None, ge=0, le=100, description="Your own estimate of how hard it is.")

    fresh: bool = Field(True, description="Look up on the web what is about now, or say that it cannot be known.")

    private: Literal["stays", "send"] = Field(
        "stays",
        description="send: what is private in it may go to a paid model, whatever `routing.private_stays` says.",
    )

    confirm: str = Field("", max_length=64, description="Id of a call that was asked about: it is to be done.")

    tools: bool = Field(True, description="Jarvis may use its own tools.")

    incognito: bool = Field(
        False, description="Nothing of it is kept, remembered, recalled or learned from; goes with no conversation."
    )

    def preferences(self) -> Preferences:
        use = self.cache == "use" and not self.incognito
        return Preferences(
            self.quality, use, self.difficulty, self.fresh, self.private == "send", self.confirm, self.tools,
            self.incognito,
        )  # fmt: skip


class ChatBody(Sampled):
    """Body of POST /v1/chat/completions."""

    messages: tuple[Message, ...] = Field(min_length=1, max_length=4096)
    model: str = Field("auto", min_length=1, max_length=256, description="A model's id, auto, or jarvis.")
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = Field(None, ge=1, le=8)
    max_completion_tokens: int | None = Field(None, ge=1, le=INT32)
    logprobs: bool | None = None
    top_logprobs: int | None = Field(None, ge=0, le=20)
    tools: tuple[Tool, ...] | None = Field(None, max_length=128)
    tool_choice: Choice | None = None
    parallel_tool_calls: bool | None = None
    response_format: ResponseFormat | None = None
    reasoning_effort: Effort | None = None
    modalities: tuple[Literal["text"], ...] | None = None
    audio: JsonValue = None
    functions: JsonValue = None
    function_call: JsonValue = None
    web_search_options: JsonValue = None
    jarvis: JarvisOptions | None = None

    def words(self) -> words.ChatRequest:
        """The same as words. Raises UsageError for fields that do not go together, or that nothing here can serve."""
        self._check()
        tools = self._checked_tools()
        return words.ChatRequest(
            messages=tuple(m.words(f"messages[{i}]") for i, m in enumerate(self.messages)),
            model=self.model,
            sampling=self.sampling(self.max_completion_tokens or self.max_tokens),
            tools=tuple(_tool(t.function, checked.schema) for t, checked in zip(self.tools or (), tools, strict=True)),
            tool_choice=self._choice(),
            parallel_tool_calls=self.parallel_tool_calls if self.tools else None,
            response_format=self.response_format.words() if self.response_format else None,
            grammar=self.grammar,
            n=self.n or 1,
            logprobs=bool(self.logprobs),
            top_logprobs=self.top_logprobs if self.logprobs else None,
            reasoning_effort=self.reasoning_effort,
        )

    def not_held(self) -> set[str]:
        """Keywords of its schemas that no answer will be held to."""
        found = {name for checked in self._checked_tools() for name in checked.not_held}
        format = self.response_format
        if format is not None and format.type == "json_schema" and format.json_schema is not None:
            found |= Checked(format.json_schema.schema_ or {}, SCHEMA).not_held
        return found

    def _checked_tools(self) -> list[Checked]:
        return [
            Checked(tool.function.parameters or {}, f"tools[{i}].function.parameters", every_pattern=False)
            for i, tool in enumerate(self.tools or ())
        ]

    def _check(self) -> None:
        for name in ("audio", "functions", "function_call", "web_search_options"):
            if getattr(self, name) is not None:
                raise UsageError("server.unsupported_field", param=name, field=name)
        if self.stream_options is not None and not self.stream:
            raise UsageError("server.field_needs", param="stream_options", field="stream_options", other="stream")
        if self.logprobs and self.tools and self.tool_choice != "none":
            # llama.cpp has none for calls, and none for words either once they could be calls
            raise UsageError("server.fields_clash", param="logprobs", field="logprobs", other="tools")
        if self.top_logprobs is not None and not self.logprobs:
            raise UsageError("server.field_needs", param="top_logprobs", field="top_logprobs", other="logprobs")
        if self.grammar is not None and self.response_format is not None and self.response_format.type != "text":
            raise UsageError("server.fields_clash", param="grammar", field="grammar", other="response_format")

    def _choice(self) -> Json:
        if self.tool_choice is None:
            return None
        if isinstance(self.tool_choice, str):
            if self.tool_choice == "required" and not self.tools:
                raise UsageError("server.field_needs", param="tool_choice", field="tool_choice", other="tools")
            return self.tool_choice if self.tools else None
        name = self.tool_choice.function.name
        if name not in {t.function.name for t in self.tools or ()}:
            raise UsageError("server.unknown_tool", param="tool_choice", name=name)
        return {"type": "function", "function": {"name": name}}


def _tool(function: Function, parameters: Node) -> words.Tool:
    return words.Tool(function.name, function.description or "", parameters, function.strict)
