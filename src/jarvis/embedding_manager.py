"""The plan's ``EmbeddingManager``: memory and its vectors, for programs without an event loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from jarvis.errors import UsageError
from jarvis.library import Jarvis
from jarvis.words.chat import Json


class EmbeddingManager:
    """What this user's Jarvis remembers. Thread-safe; close it, or use it in ``with``.

    It talks to the daemon, started when none runs; with ``daemon=False`` the application runs in this process. Every
    method raises JarvisError with the next step in it.
    """

    def __init__(self, *, daemon: bool = True) -> None:
        self._jarvis = Jarvis(daemon=daemon)

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector per text, each of length 1, by the embedding model that is here. Raises ModelNotFound."""
        if not texts:
            return []
        body: dict[str, Json] = {"model": "auto", "input": list(texts)}
        answer = self._jarvis.call("POST", "/v1/embeddings", body)
        return [row["embedding"] for row in sorted(answer["data"], key=lambda row: int(row["index"]))]

    def add_to_memory(
        self,
        texts: Sequence[str],
        metadatas: Sequence[Mapping[str, Json]] | None = None,
        ids: Sequence[str] | None = None,
    ) -> list[str]:
        """Keep texts, found from now on; their ids. One whose id is there already replaces that one.

        Raises UsageError when there are not as many of each, an id comes twice, or a text is empty.
        """
        if not texts:
            return []
        body: dict[str, Json] = {"texts": list(texts)}
        if metadatas is not None:
            body["metadatas"] = [dict(m) for m in metadatas]
        if ids is not None:
            body["ids"] = list(ids)
        added: list[str] = self._jarvis.call("POST", "/jarvis/memory/texts", body)["ids"]
        return added

    def search_memory(
        self, query: str, n_results: int = 5, filter_metadata: Mapping[str, Json] | None = None
    ) -> list[dict[str, Any]]:
        """The best ``n_results`` of all that is remembered, best first: ``id``, ``text``, ``score``, ``source``, ``at``
        (seconds since the epoch), and ``metadata`` of a text that a program gave. ``filter_metadata``: only such texts
        whose metadata has all of this.
        """
        if n_results < 1:
            raise UsageError("library.n_results", param="n_results", value=n_results)
        body: dict[str, Json] = {"query": query, "n": min(n_results, 100)}
        if filter_metadata:
            body["metadata"] = dict(filter_metadata)
        found = self._jarvis.call("POST", "/jarvis/memory/search", body)["found"]
        return [hit | {"id": hit.get("name", hit["id"]), "metadata": hit.get("metadata", {})} for hit in found]

    def get_context_for_query(self, query: str, max_context: int = 2000) -> str:
        """What is remembered for a question, for a prompt: the best passages with where they come from, whole, as many
        as fit in ``max_context`` characters; empty when nothing relevant is remembered.
        """
        answer = self._jarvis.call("POST", "/jarvis/memory/search", {"query": query, "n": 20})
        lines, room = [], max_context
        for hit in answer["found"] if answer["relevant"] else ():
            line = f"({hit['source']}) {hit['text']}"
            if len(line) + 1 > room:
                break
            lines.append(line)
            room -= len(line) + 1
        return "\n".join(lines)

    def close(self) -> None:
        self._jarvis.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
