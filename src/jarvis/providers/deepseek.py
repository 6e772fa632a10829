"""DeepSeek: OpenAI's wire, with what the model thought in a field of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jarvis.providers._remote import Remote

if TYPE_CHECKING:
    import httpx2
    from pydantic_ai.models import Model


class Provider(Remote):
    address = "https://api.deepseek.com"
    thoughts_back = True

    def _model(self, model: str, client: httpx2.AsyncClient) -> Model:
        from pydantic_ai.providers.deepseek import DeepSeekProvider

        from jarvis.providers._openai import chat_model, sdk

        return chat_model(model, DeepSeekProvider(openai_client=sdk(self.base, self._key, client)))

    def _import(self) -> None:

        import jarvis.providers._openai  # noqa: F401

        super()._import()
