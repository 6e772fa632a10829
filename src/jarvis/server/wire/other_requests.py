"""The other requests: OpenAI's completions and embeddings, and rerank as Jina and Cohere have it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from jarvis.errors import UsageError
from jarvis.server.wire.shape import Asked, Sampled, StreamOptions
from jarvis.words.chat import CompletionRequest


def _text_or_list(value: object) -> str:
    return "<text>" if isinstance(value, str) else "<list>"


Prompts = Annotated[
    Annotated[str, Tag("<text>")] | Annotated[tuple[str, ...], Field(min_length=1, max_length=128), Tag("<list>")],
    Discriminator(_text_or_list),
]
"""A text or several; lists of token numbers are refused, for they mean something else to every model."""

FilledText = Annotated[str, Field(min_length=1)]
Inputs = Annotated[
    Annotated[FilledText, Tag("<text>")]
    | Annotated[tuple[FilledText, ...], Field(min_length=1, max_length=2048), Tag("<list>")],
    Discriminator(_text_or_list),
]


class CompletionBody(Sampled):
    """Body of POST /v1/completions."""

    prompt: Prompts
    model: str = Field("auto", min_length=1, max_length=256)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = Field(None, ge=1, le=8)
    best_of: int | None = Field(None, ge=1)
    echo: bool | None = None
    logprobs: int | None = Field(None, ge=0, le=5)
    suffix: str | None = None

    @property
    def prompts(self) -> tuple[str, ...]:
        return (self.prompt,) if isinstance(self.prompt, str) else self.prompt

    def words(self) -> list[CompletionRequest]:
        """One request per prompt. Raises UsageError for fields that do not go together."""
        if self.stream_options is not None and not self.stream:
            raise UsageError("server.field_needs", param="stream_options", field="stream_options", other="stream")
        if self.best_of is not None and self.best_of != (self.n or 1):
            raise UsageError("server.unsupported_field", param="best_of", field="best_of")
        if self.echo and self.logprobs is not None:
            raise UsageError("server.fields_clash", param="echo", field="echo", other="logprobs")
        return [
            CompletionRequest(
                prompt=prompt,
                model=self.model,
                sampling=self.sampling(self.max_tokens),
                n=self.n or 1,
                echo=bool(self.echo),
                logprobs=self.logprobs,
                suffix=self.suffix,
                grammar=self.grammar,
            )
            for prompt in self.prompts
        ]


class EmbeddingBody(Asked):
    """Body of POST /v1/embeddings."""

    input: Inputs
    model: str = Field("auto", min_length=1, max_length=256)
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = Field(None, ge=1)

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.input,) if isinstance(self.input, str) else self.input


class RerankDocument(Asked):
    text: str


Document = Annotated[
    Annotated[str, Tag("<text>")] | Annotated[RerankDocument, Tag("<list>")], Discriminator(_text_or_list)
]


class RerankBody(Asked):
    """Body of POST /v1/rerank."""

    query: FilledText
    documents: tuple[Document, ...] = Field(min_length=1, max_length=2048)
    model: str = Field("auto", min_length=1, max_length=256)
    top_n: int | None = Field(None, ge=1)
    return_documents: bool = False

    @property
    def texts(self) -> list[str]:
        return [d if isinstance(d, str) else d.text for d in self.documents]
