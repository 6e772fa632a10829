"""Texts are cut into pieces as SentencePiece cuts them."""

from __future__ import annotations

from pathlib import Path

import pytest
import tiny
from hypothesis import given
from hypothesis import strategies as st

from jarvis.embedders._e5_file import E5File
from jarvis.embedders._pieces import Pieces


def cutter(path: Path) -> Pieces:
    file = E5File(path)
    return Pieces(file.pieces, file.scores.tolist(), file.rewritten, file.unknown)


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> Pieces:
    return cutter(tiny.write(tmp_path_factory.mktemp("tiny") / "file"))


def spelt(pieces: Pieces, text: str) -> list[str]:
    return [tiny.PIECES[n] for n in pieces.cut(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("la capital de Francia", ["▁la", "▁capital", "▁de", "▁Francia"]),
        ("  la \t\n de  ", ["▁la", "▁de"]),  # spaces of any kind are one, and none at the ends
        ("\uff21", ["▁", "A"]),  # rewritten
        ("½", ["▁", "1", "<unk>", "2"]),
        ("an\u0303o", ["▁", "a", "ñ", "o"]),  # an accent of its own is put on its letter first
        ("a\x01b", ["▁", "a", "b"]),
        ("日本語", ["▁", "<unk>"]),  # what is unknown in a row is one piece
        ("日a本", ["▁", "<unk>", "a", "<unk>"]),
        ("<s>", ["▁", "<unk>", "s", "<unk>"]),  # plain text, not the piece that begins a sequence
        ("<mask>", ["▁", "<unk>", "m", "a", "s", "k", "<unk>"]),
        ("", []),
        (" ", []),
    ],
)
def test_a_text_is_cut(pieces: Pieces, text: str, expected: list[str]) -> None:
    assert spelt(pieces, text) == expected
    assert spelt(pieces, text) == expected  # the second time from the words it remembers


def test_the_best_sum_wins_not_the_longest_piece() -> None:
    # "abc" is long but costs more than "a" and "bc" together
    words = ["<s>", "<pad>", "</s>", "<unk>", "▁a", "▁abc", "bc", "▁ab", "c", "<mask>"]
    scores = [0, 0, 0, 0, -1.0, -9.0, -2.0, -3.0, -2.5, 0]
    cut = Pieces(words, scores, {}, 3).cut("abc")
    assert [words[n] for n in cut] == ["▁a", "bc"]


@given(st.text(max_size=200))
def test_any_text_has_pieces_of_the_vocabulary(pieces: Pieces, text: str) -> None:
    found = pieces.cut(text)
    assert all(3 <= n < len(tiny.PIECES) - 1 for n in found)
    assert pieces.cut(f" {text} ") == found


def test_a_cache_that_is_full_changes_nothing(pieces: Pieces, monkeypatch: pytest.MonkeyPatch) -> None:
    before = pieces.cut("la capital de Francia")
    pieces._words.clear()
    monkeypatch.setattr("jarvis.embedders._pieces._CACHED_WORDS", 2)
    assert [pieces.cut("la capital de Francia") for _ in range(3)] == [before] * 3
    assert len(pieces._words) <= 2
