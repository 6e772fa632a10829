"""docs/backup.md: every command in it does what it says."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "imports"))

from test_conversations import chatgpt, webui, written
from test_ollama import Ollama, gguf

from home import Home

DOCUMENT = Path(__file__).parents[2] / "docs" / "backup.md"


def test_every_command_that_is_shown_works(home: Home, tmp_path: Path) -> None:
    home.fake("small", answer="Paris.")
    home.run("ask", "What is the capital of France?")
    home.stop()
    (home.paths.data / "version").write_text("0.0.9\n")
    home.run("history")  # another version opens it
    ollama = Ollama(tmp_path / "ollama")
    ollama.model("registry.ollama.ai/library/tiny/1b", ollama.layer("model", gguf(1)))
    (tmp_path / "passphrase").write_text("battery staple horse\n")
    (tmp_path / "disk").mkdir()
    names = {
        "FOLDER": tmp_path / "disk", "PASSPHRASE": tmp_path / "passphrase", "NEW_FOLDER": tmp_path / "new",
        "CHATGPT": written(tmp_path / "conversations.json", chatgpt()), "OLLAMA": ollama.folder,
        "OPEN_WEBUI": written(tmp_path / "chats.json", webui()),
        "HISTORIES": written(tmp_path / "history.json", [{"question": "a", "answer": "b"}]),
    }  # fmt: skip
    ran = 0
    for line in re.findall(r"^\$ jarvis (.*)$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE):
        if sealed := list((tmp_path / "disk").glob("*.age")):
            names["ENCRYPTED"] = sealed[0]
        words = [str(names.get(word, word)) for word in line.partition("#")[0].split()]
        done = home.run(*words, stdin="y\n")
        assert done.returncode == 0, (words, done.stderr)
        if words == ["backup"]:
            names["FILE"] = Path(done.stdout.strip())
        ran += 1
    assert ran == 15
    talks = json.loads(home.run("history", "--json").stdout)["conversations"]
    assert {talk["title"] for talk in talks} >= {"Minerales", "Saludo", "a", "What is the capital of France?"}
