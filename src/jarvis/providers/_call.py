"""One call: the request translated, the stream read, every foreign error mapped.

Imported when a provider is first called, never before.
"""

from __future__ import annotations

import warnings
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

import httpx2
from pydantic_ai.direct import model_request_stream
from pydantic_ai.models import Model

from jarvis.errors import JarvisError
from jarvis.providers import _faults
from jarvis.providers._asked import ask
from jarvis.providers._client import opened
from jarvis.providers._told import Reading
from jarvis.words.chat import ChatRequest, Delta


async def pieces(model: Model, request: ChatRequest, provider: str, thoughts_back: bool) -> AsyncGenerator[Delta, None]:
    """The answer of one model in pieces; see ``providers.base.Provider.chat``."""
    failed: JarvisError
    answers: list[httpx2.Response] = []
    try:
        # What is left out is told by ``ignored``; a warning would be on the owner's stderr, once a process.
        warnings.filterwarnings("ignore", module=r"(pydantic|pydantic_ai|openai|anthropic|google)(\.|$)")
        asked = ask(request, model, thoughts_back)
        reading = Reading(model.model_name)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(_close, answers)
            before = opened.set(answers)
            try:
                stream = await stack.enter_async_context(
                    model_request_stream(
                        model,
                        asked.messages,
                        model_settings=asked.settings,
                        model_request_parameters=asked.parameters,
                        instrument=False,
                    )
                )
            finally:
                opened.reset(before)
            try:
                async for event in stream:
                    reading.named(stream.model_name)
                    for delta in reading.read(event):
                        yield delta
            except Exception:
                if stream.finish_reason in (None, "error"):
                    raise
                # The answer is whole. What broke is what was to be said of it afterwards, such as a usage that is none;
                # without it the ledger takes the worst.
            reading.named(stream.model_name)
            for delta in reading.end(stream, provider):
                yield delta
        return
    except JarvisError as error:
        failed = error
    except Exception as error:  # noqa: BLE001 - the edge: SDKs raise what they like, and all of it is mapped here
        began = any(answer.status_code < 300 for answer in answers)
        failed = _faults.mapped(error, provider, model.model_name, began=began)
    # Outside of the handler: a foreign error knows the request, and so the key, and must not travel with ours.
    raise failed


async def _close(answers: list[httpx2.Response]) -> None:
    for answer in answers:
        await answer.aclose()
