"""A whole Jarvis that remembers: a fake model that says again what it is told, an embedder without a model, and a look
at the bytes of every file.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from home import Home, ended, wait_for
from jarvis.daemon import find


class Household:
    """A home with a daemon, and its HTTP face."""

    def __init__(self, home: Home, index: str = "exact", embedder: str = "fake") -> None:
        self.home = home
        self.papers = home.folder.parent / "papers"  # the owner's files: no part of what Jarvis keeps
        self.papers.mkdir(exist_ok=True)
        home.environ |= {"JARVIS_ROUTING_EMBEDDER": embedder, "JARVIS_MEMORY_EMBEDDER": embedder}
        home.settings(f'[telemetry]\njsonl = "{home.folder}/state/telemetry.jsonl"\n[memory]\nindex = "{index}"')
        home.fake("tiny")
        self.tokens: dict[str, str] = {}

    def start(self) -> None:
        """Be sure that a daemon runs."""
        assert self.home.run("stats", "--json").returncode == 0

    def kill(self) -> None:
        import os
        import signal

        import psutil

        pid = self.home.daemon_pid()
        assert pid is not None
        process = psutil.Process(pid)
        os.kill(pid, signal.SIGKILL)
        ended(process)

    def ask(self, method: str, path: str, body: object = None, who: str = "") -> Any:
        """The JSON of an answer; ``(status, JSON)`` of a refusal raises."""
        status, found = self.call(method, path, body, who)
        assert status == 200, (method, path, status, found)
        return found

    def call(self, method: str, path: str, body: object = None, who: str = "") -> tuple[int, Any]:
        address = find(self.home.paths)
        assert address is not None
        token = self.tokens[who] if who else self.home.paths.token.read_text().strip()
        request = urllib.request.Request(
            address.url + path,
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read().decode()
                return answer.status, _steps(text) if text.startswith(("data:", ":")) else json.loads(text)
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"{}")

    def say(self, text: str, who: str = "", conversation: str | None = None, **options: Any) -> str:
        """A question that is kept; its conversation."""
        body = {
            "model": "jarvis",
            "messages": [{"role": "user", "content": text}],
            "temperature": 0,
            "jarvis": {"store": True, "conversation": conversation, "face": "chat", **options},
        }
        return str(self.ask("POST", "/v1/chat/completions", body, who)["jarvis"]["conversation"])

    def person(self, name: str, *may: str) -> None:
        """Somebody else in the house, with a token."""
        scopes = [word for scope in may or ("chat", "history") for word in ("--may", scope)]
        made = self.home.run("token", "add", name, "--person", name, *scopes)
        assert made.returncode == 0, made.stderr
        self.tokens[name] = made.stdout.strip()

    def found(self, query: str, who: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("POST", "/jarvis/memory/search", {"query": query, "n": 50}, who)["found"]
        return found

    def embedded(self, who: str = "") -> None:
        """Wait until everything has a vector."""

        def done() -> bool:
            models = self.ask("GET", "/jarvis/memory/status", who=who)["models"]
            return all(m["embedded"] == m["of"] for m in models if m["used"])

        wait_for(done, 60)

    def holding(self, *markers: str) -> list[str]:
        """Which files under JARVIS_HOME hold any of the markers, in UTF-8 or UTF-16, whole or as words of it."""
        needles = [
            m.encode(code) for marker in markers for m in (marker, marker.lower()) for code in ("utf-8", "utf-16-le")
        ]
        found = []
        for path in sorted(self.home.folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                data = path.read_bytes()
                found += [f"{path.relative_to(self.home.folder)}: {n!r}" for n in needles if n in data]
        return found


def _steps(text: str) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]


def quoted(name: str) -> str:
    return urllib.parse.quote(name, safe="")


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path
