"""Anthropic's models, by its messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jarvis.providers._remote import Remote

if TYPE_CHECKING:
    import httpx2
    from pydantic_ai.models import Model


class Provider(Remote):
    address = "https://api.anthropic.com"

    def _model(self, model: str, client: httpx2.AsyncClient) -> Model:
        from anthropic import AsyncAnthropic
        from pydantic_ai.models.anthropic import AnthropicModel
        from pydantic_ai.providers.anthropic import AnthropicProvider

        # with a key given it looks for none in the environment; an empty one is as good as none
        sdk = AsyncAnthropic(
            api_key=self._key or "none", base_url=self.base, http_client=client, max_retries=0, timeout=client.timeout
        )
        return AnthropicModel(model, provider=AnthropicProvider(anthropic_client=sdk))

    def _import(self) -> None:
        import pydantic_ai.models.anthropic  # noqa: F401

        super()._import()
