"""GET and DELETE /jarvis/cache."""

from __future__ import annotations

from typing import Any


def test_it_tells_what_is_kept_and_what_is_on(house: Any) -> None:
    told = house.ask("GET", "/jarvis/cache").json
    assert (told["entries"], told["bytes"], told["hits"], told["oldest"]) == (3, 2100, 5, 1000.0)
    assert (told["most_bytes"], told["ttl_seconds"]) == (64 * 2**20, 7 * 86400)
    assert (told["exact"], told["sampled"], told["semantic"]) == (True, False, False)


def test_a_guest_neither_sees_nor_deletes(house: Any) -> None:
    before = house.ask("GET", "/jarvis/cache").json
    for method in ("GET", "DELETE"):
        assert house.ask(method, "/jarvis/cache", token=house.GUEST).status == 403
    assert house.ask("GET", "/jarvis/cache").json == before


def test_one_persons_are_deleted_or_all(house: Any) -> None:
    assert house.ask("DELETE", "/jarvis/cache?person=ana").json == {"deleted": 2}
    assert house.ask("GET", "/jarvis/cache").json["entries"] == 1
    assert house.ask("DELETE", "/jarvis/cache").json == {"deleted": 1}
    told = house.ask("GET", "/jarvis/cache").json
    assert (told["entries"], told["oldest"]) == (0, None)
