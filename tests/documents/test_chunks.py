"""Chunks: nothing lost, nothing too long, pages right, and what is added at the end changes only the end."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jarvis.documents._sentences import sentences
from jarvis.documents.chunks import OVERLAP, chunks, most
from jarvis.words.memory import Chunk, Section

TARGET = 120

_word = st.text("abcñé", min_size=1, max_size=12)
_sentence = st.tuples(st.lists(_word, min_size=1, max_size=14), st.sampled_from([".", "?", "!", "…", ""])).map(
    lambda made: " ".join(made[0]).capitalize() + made[1]
)
_paragraph = st.lists(_sentence, min_size=1, max_size=5).map(" ".join)
_row = st.lists(_word, min_size=2, max_size=4).map(" | ".join)
_table = st.lists(_row, min_size=1, max_size=8).map("\n".join)
_item = st.lists(_paragraph.map(lambda text: f"- {text}"), min_size=1, max_size=4).map("\n".join)
_lines = st.lists(st.text("xyz= ().", max_size=60).map(str.rstrip), min_size=1, max_size=8)
_code = _lines.map(lambda lines: "\n".join(["```", *lines, "```"]))
_long = st.integers(1, 500).map(lambda count: "w" * count)
_block = st.one_of(_paragraph, _paragraph, _table, _item, _code, _long)
_text = st.lists(_block, max_size=5).map("\n\n".join)
_headings = st.lists(st.sampled_from(["Uno", "Dos", "Tres"]), max_size=4).map(tuple)


@st.composite
def documents(draw: st.DrawFn) -> list[Section]:
    page: int | None = draw(st.sampled_from([None, 1]))
    made = []
    for _ in range(draw(st.integers(0, 7))):
        made.append(Section(draw(_text), draw(_headings), page))
        if page is not None:
            page += draw(st.integers(0, 2))
    return made


def squeezed(text: str) -> str:
    return "".join(text.split())


def without_headings(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.startswith("#"))


def all_of(sections: list[Section]) -> str:
    return squeezed("\n".join(section.text for section in sections))


@given(documents())
@settings(max_examples=100, deadline=None)
def test_no_character_is_lost_and_at_most_a_sentence_is_said_twice(sections: list[Section]) -> None:
    content, at = all_of(sections), 0
    for chunk in chunks(sections, TARGET):
        text = squeezed(without_headings(chunk.text))
        if chunk.headings and chunk.text == chunk.headings[-1]:
            continue  # headings over nothing
        # what is said again is at most the overlap, and what follows it is new
        again = next((k for k in range(int(TARGET * OVERLAP) + 1) if content[max(0, at - k) :].startswith(text)), None)
        assert again is not None, (chunk, content[at:][:200])
        at = at - again + len(text)
    assert at == len(content)


@given(documents(), st.integers(40, 400))
@settings(deadline=None)
def test_no_chunk_is_empty_or_longer_than_the_most(sections: list[Section], target: int) -> None:
    assert all(0 < len(chunk.text) <= most(target) for chunk in chunks(sections, target))


@given(documents())
@settings(deadline=None)
def test_pages_go_up_and_are_those_of_the_text(sections: list[Section]) -> None:
    made = chunks(sections, TARGET)
    pages = [page for chunk in made for page in (chunk.page, chunk.last_page) if page is not None]
    assert pages == sorted(pages) or _overlaps(made)
    if sections and sections[0].page is not None:
        told = {section.page for section in sections}
        assert all(chunk.page in told and chunk.last_page in told for chunk in made)


def _overlaps(made: list[Chunk]) -> bool:
    """Where a sentence is said again, its page is told again: never a page before that."""
    firsts = [chunk.page or 0 for chunk in made]
    lasts = [chunk.last_page or 0 for chunk in made]
    return firsts == sorted(firsts) and lasts == sorted(lasts)


def test_however_little_pages_say_a_chunk_is_on_two_of_them_at_most() -> None:
    pages = [Section(f"Palabra{n} sigue y acaba aquí.", (), n) for n in range(1, 60)]
    titled = [Section(f"Palabra{n} sigue.", (f"Lámina {n}",), n) for n in range(1, 60)]
    for sections in (pages, titled):
        made = chunks(sections)
        assert {(chunk.last_page or 0) - (chunk.page or 0) for chunk in made} <= {0, 1}
        text = " ".join(chunk.text for chunk in made)
        assert all(f"Palabra{n} " in text for n in range(1, 60))


def test_a_page_is_that_of_the_words() -> None:
    pages = [Section(f"Palabra{n} sigue y acaba aquí.", (), n) for n in range(1, 60)]
    for chunk in chunks(pages, TARGET):
        assert f"Palabra{chunk.page} " in chunk.text.split("\n")[0]
        assert f"Palabra{chunk.last_page} " in chunk.text.split("\n")[-1]


@given(documents(), _headings)
@settings(deadline=None)
def test_every_heading_is_in_the_trail_or_the_text(sections: list[Section], trail: tuple[str, ...]) -> None:
    made = chunks([*sections, Section("", trail)], TARGET)
    for section in (*sections, Section("", trail)):
        for heading in section.headings:
            assert any(heading in chunk.headings or heading in chunk.text for chunk in made)


@given(documents(), documents(), _text)
@settings(max_examples=100, deadline=None)
def test_what_is_added_changes_only_the_last(sections: list[Section], more: list[Section], text: str) -> None:
    before = chunks(sections, TARGET)[:-1]
    grown = list(sections)
    if grown:
        last = grown[-1]
        grown[-1] = Section(f"{last.text}\n{text}", last.headings, last.page)
    for changed in (grown, [*sections, *more], [*grown, *more]):
        assert chunks(changed, TARGET)[: len(before)] == before


@pytest.mark.parametrize(
    ("text", "more"),
    [
        # a sentence that is now too long for one chunk, and whose first part would fit into the one before
        (f"Corto.\n\n{'w' * 81}, {'v' * 60}", "u" * 60),
        # a table that is now too long for one chunk, and whose first rows would fit into the one before
        ("Corto y nada más.\n\n" + "\n".join(["uno | dos | tres"] * 9), "\n".join(["cuatro | cinco"] * 9)),
        ("```\n" + "\n".join(["x = 1"] * 24), "\n".join(["y = 2"] * 9)),
    ],
)
def test_what_grows_too_long_changes_nothing_before_it(text: str, more: str) -> None:
    before = chunks([Section(text)], TARGET)
    assert chunks([Section(f"{text}\n{more}")], TARGET)[: len(before) - 1] == before[:-1]
    assert len(before) > 1 or text.startswith("```")


def test_firm_headings_part_chunks_and_lower_ones_do_not() -> None:
    words = " ".join(["Esto es una frase de las que se leen bien."] * 3)
    made = chunks([Section(words, ("A", "B", "C")), Section(words, ("A", "B", "D")), Section(words, ("A", "E"))], 600)
    assert [chunk.headings for chunk in made] == [("A", "B"), ("A", "E")]
    assert made[0].text == f"### C\n\n{words}\n\n### D\n\n{words}"


def test_tiny_pieces_go_together() -> None:
    made = chunks([Section("Uno.", ("A",)), Section("Dos.", ("B",)), Section("Tres.", ("B", "C"))])
    assert made == [Chunk("# A\n\nUno.\n\n# B\n\nDos.\n\n## C\n\nTres.")]


def test_a_table_and_code_that_fit_are_whole() -> None:
    table = "\n".join(f"Nombre: Ana | Número: {n}" for n in range(40))
    code = "```\n" + "\n".join(f"x = {n}" for n in range(100)) + "\n```"
    prose = "Una frase más para llenar el hueco. " * 8
    made = chunks([Section(f"{prose}\n\n{table}\n\n{prose}\n\n{code}")])
    assert any(table in chunk.text for chunk in made)
    assert any(code in chunk.text for chunk in made)


def test_a_table_that_does_not_fit_is_cut_between_rows() -> None:
    rows = [f"Nombre: Ana | Número: {n}" for n in range(200)]
    made = chunks([Section("\n".join(rows))])
    assert [row for chunk in made for row in chunk.text.split("\n")] == rows
    assert all(len(chunk.text) > 800 for chunk in made[:-1])


def test_code_is_cut_at_empty_lines() -> None:
    part = "\n".join(f"línea {n}" for n in range(30))
    made = chunks([Section("```\n" + "\n\n".join([part] * 6) + "\n```")])
    assert all(chunk.text.count("línea 0") == chunk.text.count("línea 29") for chunk in made)


def test_a_paragraph_that_goes_on_says_its_last_sentence_again() -> None:
    text = " ".join(f"Esta es la frase número {n} del párrafo largo." for n in range(60))
    made = chunks([Section(text)])
    for one, other in pairwise(made):
        last = one.text.rpartition("Esta es")[2]
        assert other.text.startswith(f"Esta es{last}")
        assert other.text.count("Esta es") > 2


def test_the_usual_size() -> None:
    text = "\n\n".join(" ".join(f"Frase {n} de {m} palabras más o menos." for n in range(9)) for m in range(50))
    sizes = [len(chunk.text) for chunk in chunks([Section(text)])]
    assert 600 < sum(sizes[:-1]) / len(sizes[:-1]) <= 900


@pytest.mark.parametrize(
    "text",
    [
        "El Sr. García llegó tarde. | La Sra. Núñez no.",
        "Vive en EE. UU. desde 1990. | Antes, no.",
        "Pesa 4.5 kg y mide 1.80 m. | Come bien.",
        "Véase la pág. 7 y el núm. 12 del vol. III. | Fin.",
        "Lo dijo J. R. R. Tolkien. | Nadie más.",
        "Murió en el 44 a. C. en Roma. | ¿Quién lo mató? | ¡Bruto!",
        "Hay frutas, p. ej. manzanas. | Y más…  | Basta.",
        "Mr. Smith met Dr. Jones at 5 p.m. yesterday. | They left.",
        "See No. 5 on p. 3, e.g. Figure 2. | Nothing else.",
        '«Vámonos.» | Dijo que sí. | "Really?" | Yes.',
        "¿Vienes? dijo ella. | Sí.",
        "Was it no. | Then yes.",
        "Es del s. XVII y mide 3 m. | Vale.",
        "1. Primero se abre. | Después se cierra.",
    ],
)
def test_sentences(text: str) -> None:
    expected = [part.strip() for part in text.split(" | ")]
    plain = " ".join(expected)
    assert [plain[start:end] for start, end in sentences(plain)] == expected
