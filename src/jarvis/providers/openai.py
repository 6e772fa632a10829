"""OpenAI's own models, by its chat completions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jarvis.providers._remote import Remote

if TYPE_CHECKING:
    import httpx2
    from pydantic_ai.models import Model


class Provider(Remote):
    address = "https://api.openai.com/v1"

    def _model(self, model: str, client: httpx2.AsyncClient) -> Model:
        from pydantic_ai.models.openai import OpenAIChatModelSettings
        from pydantic_ai.providers.openai import OpenAIProvider

        from jarvis.providers._openai import chat_model, sdk

        # a project may be set to a dearer tier: what a call can cost is known for this one
        tier: OpenAIChatModelSettings = {"openai_service_tier": "default"}
        provider = OpenAIProvider(openai_client=sdk(self.base, self._key, client))
        return chat_model(model, provider, settings=tier)

    def _import(self) -> None:
        import jarvis.providers._openai  # noqa: F401

        super()._import()
