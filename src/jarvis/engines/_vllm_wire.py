"""vLLM's words where they differ from llama.cpp's: what is asked, what is counted, and how long a prompt was."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from jarvis.engines.dialect import Body, chat_body
from jarvis.engines.wire import Wire
from jarvis.errors import ContextTooLong
from jarvis.words.chat import ChatRequest, CompletionRequest, Delta, Json


class VllmWire(Wire):
    """The client of one vLLM server."""

    async def chat(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        async with aclosing(super().chat(request)) as deltas:
            try:
                async for delta in deltas:
                    yield delta
            except ContextTooLong as error:
                raise await self._counted(error, chat_body(request, self.able, self.plainness)) from None

    async def complete(self, request: CompletionRequest) -> AsyncGenerator[Delta, None]:
        async with aclosing(super().complete(request)) as deltas:
            try:
                async for delta in deltas:
                    yield delta
            except ContextTooLong as error:
                raise await self._counted(error, {"prompt": request.prompt}) from None

    async def count_tokens(self, request: ChatRequest) -> int:
        return len(await self._tokens(chat_body(request, self.able, self.plainness)))

    async def _counted(self, error: ContextTooLong, body: Body) -> ContextTooLong:
        """The same with the true number: vLLM stops counting one token after the limit."""
        tokens = len(await self._tokens(body))
        return ContextTooLong(error.code, param=error.param, **{**error.facts, "tokens": tokens})

    async def _tokens(self, body: Body) -> list[int]:
        """The tokens of a prompt: a text's, or what a chat becomes by the model's own template."""
        asked: Body = {name: body[name] for name in ("prompt", "messages") if name in body}
        if body.get("tools") and body.get("tool_choice") != "none":
            asked["tools"] = body["tools"]
        told = await self.line.call("/tokenize", asked)
        try:
            return [int(token) for token in told["tokens"]]
        except (KeyError, TypeError, ValueError) as error:
            raise self.line.garbage(told) from error

    async def _ready(self, body: Body) -> Json:
        return list(await self._tokens(body))  # as a text it would be given its first token twice

    async def _prompt(self, body: Body) -> str:
        told = await self.line.call("/detokenize", {"tokens": list(await self._tokens(body))})
        try:
            return str(told["prompt"])
        except (KeyError, TypeError) as error:
            raise self.line.garbage(told) from error

    def _group(self, body: Body) -> int:
        # without chance all answers would be one, and vLLM refuses to write it several times
        return 1 if body.get("temperature") == 0 else super()._group(body)

    def _said(self, body: Body) -> Body:
        said = dict(body)
        if "repeat_penalty" in said:
            said["repetition_penalty"] = said.pop("repeat_penalty")
        if "grammar" in said:
            said["structured_outputs"] = {"grammar": said.pop("grammar")}
        if "json_schema" in said:
            said["structured_outputs"] = {"json": said.pop("json_schema")}
        form = said.get("response_format")
        if isinstance(form, dict) and "schema" in form:  # llama.cpp's short form
            schema: dict[str, Json] = {"name": "answer", "schema": form["schema"]}
            said["response_format"] = {"type": "json_schema", "json_schema": schema}
        return said
