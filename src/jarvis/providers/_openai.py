"""OpenAI's SDK as all that speak its wire use it.

Imported when a provider is first called, never before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from openai import AsyncOpenAI
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIChatModelSettings
from pydantic_ai.profiles import ModelProfile, merge_profile
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers import Provider

if TYPE_CHECKING:
    import httpx2

NO_KEY = "none"
"""The SDK insists on a key; without one of the owner's its header is taken away again (``_client``)."""


def sdk(base: str, key: str | None, client: httpx2.AsyncClient) -> AsyncOpenAI:
    """The SDK on our client: it tries nothing again, and takes neither key nor address from the environment."""
    return AsyncOpenAI(api_key=key or NO_KEY, base_url=base, http_client=client, max_retries=0, timeout=client.timeout)


def chat_model(
    model: str,
    provider: Provider[AsyncOpenAI],
    profile: ModelProfile | None = None,
    settings: OpenAIChatModelSettings | None = None,
) -> OpenAIChatModel:
    """A model by chat completions; a stream that ends without saying why has been cut off."""
    whole = OpenAIModelProfile(openai_chat_streaming_requires_finish_reason=True)
    return OpenAIChatModel(model, provider=provider, profile=merge_profile(whole, profile), settings=settings)
