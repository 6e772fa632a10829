"""Where a passage of a document stands, as an answer names it."""

from __future__ import annotations

import pytest

from jarvis.assistant.citing import source
from jarvis.memory.passages import Passage


@pytest.mark.parametrize(
    ("page", "last_page", "place"),
    [(None, None, "house.pdf"), (2, 2, "house.pdf, p. 2"), (2, None, "house.pdf, p. 2"), (1, 3, "house.pdf, pp. 1-3")],
)
def test_every_page_is_named_that_it_may_be_on(page: int | None, last_page: int | None, place: str) -> None:
    passage = Passage(
        id=1, kind="chunk", text="x", thread="d1", language="en", at=0.0, path="/a/house.pdf", page=page,
        last_page=last_page,
    )  # fmt: skip
    assert source(passage, "en") == f"document {place}"
