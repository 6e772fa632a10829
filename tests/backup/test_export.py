"""``jarvis export``: everything is there, whole, and nothing of what is secret or somebody else's."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from home import Home
from jarvis import wiring
from jarvis.store.database import Database

KEY = "sk-canary-canary-canary"


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def test_everything_is_there_and_no_secret(home: Home, tmp_path: Path) -> None:
    nothing = home.run("export", str(tmp_path / "none"))
    assert (nothing.returncode, "nothing to export" in nothing.stderr) == (1, True)
    home.fake("small", answer="Es «París»,\ncreo.")
    home.run("ask", "¿Capital de Francia? / ../../etc")
    home.run("feedback", "up")
    home.run("memory", "add", "Mi perro se llama Turmalina")
    home.run("memory", "add", "Mi gato se llama Obsidiana", "--private")
    (home.folder / "papers").mkdir()
    (home.folder / "papers" / "uno.md").write_text("# Casa\n\nEl contrato vence.")
    home.run("learn", str(home.folder / "papers"))
    key = home.paths.config / "keys" / "openai"
    key.parent.mkdir(mode=0o700)
    key.write_text(f"{KEY}\n")
    home.stop()
    database = Database(home.paths.database, wiring.MIGRATIONS)

    def more(db: Any) -> None:
        db.execute(
            "INSERT INTO spending VALUES (1, 1000, '2026-11-28', '2026-11', 'openai', 'gpt', 'owner', 'k', 500,"
            " 1234567, 'settled', 'h', 1001, 10, 20)"
        )
        db.execute("INSERT INTO conversations VALUES ('guests', 'ana', 'Canary of Ana', 1, 1)")
        db.execute("INSERT INTO people (name, created) VALUES ('ana', 1)")
        db.execute(
            "INSERT INTO memories (person, kind, text, language, said) SELECT id, 'fact', 'Canary of Ana', 'en', 1"
            " FROM people WHERE name = 'ana'"
        )

    database.call(more)
    database.close()
    out = tmp_path / "out"
    done = home.run("export", str(out), "--json")
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)["files"]
    (conversation,) = lines(out / "conversations.jsonl")
    assert [(turn["role"], turn["text"]) for turn in conversation["turns"]] == [
        ("user", "¿Capital de Francia? / ../../etc"), ("assistant", "Es «París»,\ncreo."),
    ]  # fmt: skip
    (readable,) = (out / "conversations").iterdir()
    assert "Es «París»,\ncreo." in readable.read_text(encoding="utf-8")
    assert [fact["text"] for fact in lines(out / "memory.jsonl")] == [
        "Mi perro se llama Turmalina", "Mi gato se llama Obsidiana",
    ]  # fmt: skip
    assert "Turmalina" in (out / "memory.md").read_text(encoding="utf-8")
    (document,) = lines(out / "documents.jsonl")
    assert (document["person"], Path(document["path"]).name) == ("owner", "uno.md")
    assert [row["kind"] for row in lines(out / "feedback.jsonl")] == ["up"]
    (spent,) = rows(out / "spending.csv")
    assert (spent["amount_usd"], spent["at"], spent["model"]) == ("1.234567", "1970-01-01T00:16:40Z", "gpt")
    assert len(rows(out / "exchanges.csv")) == counts["exchanges.csv"] == 1
    assert '[model."small"]' in (out / "settings" / "config.toml").read_text()
    assert (out / "settings" / "models" / "small.toml").exists()
    readme = (out / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in readme for name in counts)
    everything = b"".join(file.read_bytes() for file in out.rglob("*") if file.is_file())
    for secret in (KEY, home.paths.token.read_text().strip(), "Canary of Ana"):
        assert secret.encode() not in everything
    assert {file.stat().st_mode & 0o077 for file in [out, *out.rglob("*")]} == {0}
    again = home.run("export", str(out))
    assert (again.returncode, "already something" in again.stderr) == (2, True)
    everyone = home.run("export", str(tmp_path / "all"), "--everyone")
    assert everyone.returncode == 0, everyone.stderr
    assert len(lines(tmp_path / "all" / "conversations.jsonl")) == 2
    assert [fact["text"] for fact in lines(tmp_path / "all" / "memory.jsonl")][-1] == "Canary of Ana"
