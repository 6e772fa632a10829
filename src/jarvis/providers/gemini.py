"""Google's Gemini, by its generateContent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jarvis.providers._remote import Remote

if TYPE_CHECKING:
    import httpx2
    from pydantic_ai.models import Model


class Provider(Remote):
    address = "https://generativelanguage.googleapis.com"

    def _model(self, model: str, client: httpx2.AsyncClient) -> Model:
        from pydantic_ai.models.google import GoogleModel
        from pydantic_ai.providers.google import GoogleProvider

        # the SDK tries nothing again unless it is told to
        provider = GoogleProvider(api_key=self._key or "none", base_url=self.base, http_client=client)
        return GoogleModel(model, provider=provider)

    def _import(self) -> None:
        import pydantic_ai.models.google  # noqa: F401

        super()._import()
