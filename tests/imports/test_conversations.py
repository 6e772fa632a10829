"""``jarvis import``: conversations of other programs are taken once, whole, and what is not taken is told."""

from __future__ import annotations

import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from home import Home
from jarvis.errors import UsageError
from jarvis.imports.files import found
from jarvis.imports.talks import Talk


def node(name: str, parent: str | None, role: str, *parts: Any, **more: Any) -> dict[str, Any]:
    message = {
        "id": name, "author": {"role": role}, "create_time": more.pop("at", None), "recipient": more.pop("to", "all"),
        "content": {"content_type": more.pop("kind", "text"), "parts": list(parts)}, "metadata": more,
    }  # fmt: skip
    return {"id": name, "message": message, "parent": parent, "children": []}


def chatgpt(*more: Any) -> list[dict[str, Any]]:
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "sediment://x"}
    spoken = {"content_type": "audio_transcription", "text": "dicho en voz alta"}
    nodes = [
        {"id": "root", "message": None, "parent": None, "children": ["sys"]},
        node("sys", "root", "system", "", is_visually_hidden_from_conversation=True),
        node("q", "sys", "user", "¿Qué es una turmalina?", picture, at=1700000000.5),
        node("old", "q", "assistant", "Un dinosaurio.", at=1700000001, model_slug="gpt-4o"),
        node("think", "q", "assistant", "hmm", kind="thoughts", at=1700000002),
        node("call", "think", "assistant", "search()", to="browser", at=1700000002),
        node("tool", "call", "tool", "result", at=1700000002),
        node("new", "tool", "assistant", "Un mineral.", at=1700000003, model_slug="gpt-5"),
        node("voice", "new", "user", spoken, kind="multimodal_text", at=1700000004),
        *more,
    ]
    return [
        {"title": "Minerales", "create_time": 1700000000.0, "update_time": 1700000009.0, "conversation_id": "c-1",
         "current_node": nodes[-1]["id"], "mapping": {one["id"]: one for one in nodes}},
        {"title": "Nothing", "create_time": 1700000000.0, "id": "c-2", "mapping": {"root": nodes[0]}},
        {"title": "Broken", "mapping": {"a": {"message": 7, "parent": "a"}}, "current_node": "a"},
    ]  # fmt: skip


def webui() -> list[dict[str, Any]]:
    messages = {
        "a": {"id": "a", "parentId": None, "childrenIds": ["b", "c"], "role": "user", "content": "Hola",
              "timestamp": 1710000000, "files": [{"name": "x.pdf"}]},
        "b": {"id": "b", "parentId": "a", "childrenIds": [], "role": "assistant", "content": "mal", "model": "llama"},
        "c": {"id": "c", "parentId": "a", "childrenIds": [], "role": "assistant", "content": "Buenas",
              "model": "llama3.1:8b", "timestamp": 1710000005},
    }  # fmt: skip
    chat = {"title": "Saludo", "models": ["llama3.1:8b"], "history": {"messages": messages, "currentId": "c"}}
    return [{"id": "w-1", "user_id": "u", "title": "Saludo", "created_at": 1710000000, "chat": chat}]


def said(talk: Talk) -> list[tuple[str, str]]:
    return [(turn.role, turn.text) for turn in talk.turns]


def written(file: Path, body: Any) -> Path:
    file.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    return file


def test_chatgpt_the_branch_that_was_shown_and_nothing_hidden(tmp_path: Path) -> None:
    (read,) = found(written(tmp_path / "conversations.json", chatgpt()))
    (talk,) = read.talks
    assert said(talk) == [
        ("user", "¿Qué es una turmalina?"), ("assistant", "Un mineral."), ("user", "dicho en voz alta"),
    ]  # fmt: skip
    assert (talk.source, talk.title, talk.turns[1].model) == ("chatgpt:c-1", "Minerales", "gpt-5")
    assert (talk.turns[0].created, talk.turns[0].model) == (1700000000.5, "")
    assert read.parts == 1
    assert [(left.what, left.code) for left in read.left_out] == [
        ("Nothing", "imports.empty"), ("Broken", "imports.not_understood"),
    ]  # fmt: skip


def test_open_webui_also_one_chat_alone(tmp_path: Path) -> None:
    for body in (webui(), webui()[0]):
        (read,) = found(written(tmp_path / "chat-export-1.json", body))
        (talk,) = read.talks
        assert (talk.source, talk.title, read.parts) == ("open-webui:w-1", "Saludo", 1)
        assert said(talk) == [("user", "Hola"), ("assistant", "Buenas")]
        assert talk.turns[1].created == 1710000005


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("messages.json", [{"role": "user", "content": "a", "timestamp": "2025-01-02T03:04:05+00:00"},
                           {"role": "assistant", "content": "b", "model": "qwen"}], 1),
        ("one.json", {"messages": [{"role": "human", "text": "a"}, {"role": "bot", "text": "b"}], "title": "T"}, 1),
        ("many.json", {"conversations": [{"history": [{"role": "user", "text": "a"}, {"role": "ai", "text": "b"}]},
                                         {"messages": [{"query": "c", "response": "d"}]}]}, 2),
        ("asked.json", [{"query": "a", "response": "b", "model_used": "m", "timestamp": 1700000000}], 1),
    ],
)  # fmt: skip
def test_plain_histories(tmp_path: Path, name: str, body: Any, expected: int) -> None:
    (read,) = found(written(tmp_path / name, body))
    assert len(read.talks) == expected
    assert said(read.talks[0]) == [("user", "a"), ("assistant", "b")]
    again = next(iter(found(tmp_path / name)))
    assert [talk.source for talk in again.talks] == [talk.source for talk in read.talks]
    if name == "messages.json":
        assert read.talks[0].turns[1].created == 1735787045.0


def test_json_lines_by_session_and_one_that_was_cut_off(tmp_path: Path) -> None:
    lines = [
        json.dumps({"session_id": "s1", "question": "a", "answer": "b"}),
        json.dumps({"session_id": "s2", "question": "c", "answer": "d"}),
        json.dumps({"session_id": "s1", "question": "e", "answer": "f"}),
        '{"session_id": "s1", "quest',
    ]
    (tmp_path / "log.jsonl").write_text("\n".join(lines))
    (read,) = found(tmp_path / "log.jsonl")
    assert [[text for _, text in said(talk)] for talk in read.talks] == [["a", "b", "e", "f"], ["c", "d"]]


def test_a_folder_tells_what_it_does_not_take(tmp_path: Path) -> None:
    folder = tmp_path / "old"
    (folder / "chroma").mkdir(parents=True)
    (folder / "chroma" / "chroma.sqlite3").write_bytes(b"SQLite")
    written(folder / "models_v2.json", {"models": {}, "api_models": {}})
    written(folder / "history.json", [{"role": "user", "content": "a"}])
    (folder / "broken.json").write_text("{not json")
    (folder / "latin.json").write_bytes(b'["\xf1"]')
    (folder / "deep.json").write_text("[" * 100_000)
    (folder / "link.json").symlink_to("/etc/hostname")
    (folder / "notes.txt").write_text("not looked at")
    left = {one.what: one.code for read in found(folder) for one in read.left_out}
    assert left == {
        "chroma/chroma.sqlite3": "imports.vectors", "models_v2.json": "imports.plan",
        "broken.json": "imports.not_understood", "latin.json": "imports.not_text",
        "deep.json": "imports.not_understood",
    }  # fmt: skip
    assert sum(len(read.talks) for read in found(folder)) == 1


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("../../etc/conversations.txt", "x")
    with pytest.raises(UsageError):
        list(found(tmp_path / "x.zip"))


def test_twice_is_once_and_what_went_on_is_added(home: Home, tmp_path: Path) -> None:
    home.fake("small", answer="Paris.")
    archive = tmp_path / "export.zip"

    def take(*more: Any, words: tuple[str, ...] = ()) -> dict[str, Any]:
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("chatgpt/conversations.json", json.dumps(chatgpt(*more)))
            file.writestr("chatgpt/user.json", "{}")
        done = home.run("import", str(archive), "--json", *words)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    assert take(words=("--dry-run",))["taken"] == []
    first = take()
    assert [(one["did"], one["turns"]) for one in first["taken"]] == [("new", 3)]
    assert [left["what"] for left in first["left_out"]] == ["Nothing", "Broken"]
    identity = first["taken"][0]["id"]
    assert [(one["id"], one["did"], one["turns"]) for one in take()["taken"]] == [(identity, "same", 0)]
    longer = take(node("last", "voice", "assistant", "De nada.", at=1700000010, model_slug="gpt-5"))
    assert [(one["did"], one["turns"]) for one in longer["taken"]] == [("more", 1)]
    assert take()["taken"][0]["did"] == "same"
    shown = json.loads(home.run("history", "show", identity, "--json").stdout)
    assert [turn["text"] for turn in shown["turns"]][-2:] == ["dicho en voz alta", "De nada."]
    assert datetime.fromtimestamp(shown["created"]).year == 2023
    assert home.run("history", "search", "mineral").stdout.startswith(identity)
    assert "turmalina" in home.run("memory", "search", "turmalina").stdout
    assert "Un mineral" not in home.run("memory", "search", "mineral").stdout
    other = take(node("else", "voice", "assistant", "Otra cosa.", at=1700000010))
    assert other["taken"][0]["did"] == "changed"
    assert json.loads(home.run("history", "show", identity, "--json").stdout) == shown
    said = home.run("import", str(archive))
    assert "Broken: not in a form that is known" in said.stderr
    assert "1 picture or file within messages was not taken" in said.stderr
    nothing = home.run("import", str(written(tmp_path / "x.json", {"a": 1})))
    assert (nothing.returncode, "Nothing was taken" in nothing.stderr) == (1, True)


def test_what_was_exported_comes_back(home: Home, tmp_path: Path) -> None:
    home.fake("small", answer="Paris.")
    home.run("ask", "What is the capital of France?")
    assert home.run("export", str(tmp_path / "out")).returncode == 0
    lines = tmp_path / "out" / "conversations.jsonl"
    (one,) = json.loads(home.run("import", str(lines), "--json").stdout)["taken"]
    assert one["did"] == "same"
    home.run("history", "delete", one["id"], "--yes")
    (again,) = json.loads(home.run("import", str(lines), "--json").stdout)["taken"]
    assert (again["did"], again["id"], again["turns"]) == ("new", one["id"], 2)
