"""Whoever speaks OpenAI's wire: OpenRouter, Groq, Ollama, LM Studio, vLLM, another Jarvis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jarvis.providers._remote import Remote

if TYPE_CHECKING:
    import httpx2
    from pydantic_ai.models import Model


class Provider(Remote):
    """``settings.address`` says where; without a key none is sent."""

    def _model(self, model: str, client: httpx2.AsyncClient) -> Model:
        from pydantic_ai.profiles.openai import OpenAIModelProfile
        from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

        from jarvis.providers._openai import chat_model, sdk

        # Of the two names for the longest answer the older one is understood by all of them. What else such a model
        # can do nobody knows but who asks.
        profile = OpenAIModelProfile(
            openai_chat_supports_max_completion_tokens=False,
            supports_thinking=True,
            supports_json_schema_output=True,
            supports_json_object_output=True,
        )
        provider = OpenAICompatibleProvider(self.name, openai_client=sdk(self.base, self._key, client))
        return chat_model(model, provider, profile)

    def _import(self) -> None:

        import jarvis.providers._openai  # noqa: F401

        super()._import()
