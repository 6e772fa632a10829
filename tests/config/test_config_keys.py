"""The schema's keys, and that each is explained in both languages."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, SecretStr

from jarvis.config import keys
from jarvis.config.example import example
from jarvis.config.lines import key_lines
from jarvis.config.problems import HIDDEN, plain, shown
from jarvis.config.schema import Settings
from jarvis.config.section import Section
from jarvis.texts import find, say


def every_key() -> list[keys.Key]:
    """Settings and sections, those of the tables included."""
    found: list[keys.Key] = []

    def walk(section: type[Section], before: keys.Key) -> None:
        for name, field in section.model_fields.items():
            key = (*before, name)
            found.append(key)
            if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
                walk(field.annotation, key)
            elif name in keys.tables() and not before:
                walk(keys.tables()[name], (*key, "some-id"))

    walk(Settings, ())
    return found


@pytest.mark.parametrize("key", every_key(), ids=keys.join)
def test_every_key_is_explained_and_the_schema_says_the_same(key: keys.Key) -> None:
    assert keys.about(key)
    field = keys.field_of(key)
    if field is not None:
        code = "settings." + keys.join((key[0], *key[2:]) if key[0] in keys.tables() else key)
        assert say(code, "en") == field.description
        assert keys.allowed(field)


def test_no_text_explains_a_key_that_is_gone() -> None:
    from jarvis.texts.settings import TEXTS

    known = {
        "settings." + keys.join((k[0], *k[2:]) if k[0] in keys.tables() and len(k) > 2 else k) for k in every_key()
    }
    assert set(TEXTS) == known
    assert find("settings.server.port") is not None


def test_the_environment_names_each_setting_once() -> None:
    names = list(keys.variables())
    assert names.count("JARVIS_SERVER_PORT") == 1
    assert len(set(names)) == len(names) == len(keys.settings())
    assert keys.variable("model.x.gpu") == ""


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("server.port", ("server", "port")),
        ("model.llama-3.1-8b.gpu", ("model", "llama-3.1-8b", "gpu")),
        ('model."llama-3.1-8b".gpu', ("model", "llama-3.1-8b", "gpu")),
        ("model.x", ("model", "x")),
        ("model.llama-3.1-8b.options.ngl", ("model", "llama-3.1-8b", "options", "ngl")),
        ("model.x.options", ("model", "x", "options")),
        ("model.my.options.gpu", ("model", "my.options", "gpu")),
        ("language", ("language",)),
    ],
)
def test_split(key: str, parts: keys.Key) -> None:
    assert keys.split(key) == parts


def test_the_example_is_the_defaults() -> None:
    document = example()
    assert Settings.model_validate(tomllib.loads(document)) == Settings()


def test_every_line_of_the_example_can_be_used_as_it_stands() -> None:
    lines = [
        line.removeprefix("# ")
        for line in example().splitlines()
        if not line.startswith("# ") or line[2:3] == "[" or line[2:].split(" ")[1:2] == ["="]
    ]
    values = tomllib.loads("\n".join(lines))
    settings = Settings.model_validate(values)
    assert set(keys.settings()) <= set(map(keys.join, key_lines("\n".join(lines))))
    assert settings.server == Settings().server.model_copy(
        update={"tls_cert": settings.server.tls_cert, "tls_key": settings.server.tls_key}
    )
    assert len(settings.model) == len(settings.api) == 1


class Hush(Section):
    key: SecretStr = Field(SecretStr("none"))


def test_a_secret_is_never_shown() -> None:
    field = Hush.model_fields["key"]
    assert keys.is_secret(field)
    assert shown(field, SecretStr("hunter2")) == shown(field, "hunter2") == HIDDEN
    assert plain(field, SecretStr("hunter2")) == HIDDEN


def test_lines_of_a_document() -> None:
    text = 'a = 1\n\n[b.c]\nd = [\n  1, # x\n]\ne."f.g" = """\n[not.a.table]\n"""\n[b."h.i"]\nj = {k = 1, l = 2}\n'
    assert key_lines(text) == {
        ("a",): 1,
        ("b", "c"): 3,
        ("b", "c", "d"): 4,
        ("b", "c", "e", "f.g"): 7,
        ("b", "h.i"): 10,
        ("b", "h.i", "j", "k"): 11,
        ("b", "h.i", "j", "l"): 11,
    }


names = st.text("abc.-", min_size=1, max_size=5)


@given(
    st.lists(
        st.tuples(names, st.lists(names, min_size=1, max_size=3, unique=True)), max_size=4, unique_by=lambda t: t[0]
    )
)
def test_lines_are_those_that_were_written(tables: list[tuple[str, list[str]]]) -> None:
    written: dict[keys.Key, int] = {}
    lines: list[str] = []
    for table, entries in tables:
        lines.append(f'["{table}"]')
        written[(table,)] = len(lines)
        for entry in entries:
            lines += [f'"{entry}" = [', "# comment", "]"]
            written[(table, entry)] = len(lines) - 2
    assert key_lines("\n".join(lines)) == written


def test_a_suggestion_means_the_same_thing() -> None:
    assert keys.did_you_mean(("foo", "bar")) == ""  # not engines.llama_cpp.binary, which merely looks like it
    assert keys.did_you_mean(("assistant", "port")) == "server.port"
    assert keys.did_you_mean(("prt",)) == "server.port"


def test_a_list_may_be_written_as_in_the_file() -> None:
    field = Settings.model_fields["tools"].annotation.model_fields["folders"]  # type: ignore[union-attr]
    for text in ("~/a, /b", '["~/a", "/b"]', "['~/a', '/b']"):
        assert keys.from_text(field, text) == ["~/a", "/b"]
    assert keys.from_text(field, "[un, [dos]") == ["[un", "[dos]"]
