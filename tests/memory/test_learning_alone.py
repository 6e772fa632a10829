"""``jarvis learn`` and the terminal is closed: everything is embedded, though the daemon would leave long before."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from household import write

from home import Home, wait_for

SLOW_SECONDS = 1.5
"""Of the server for each request: longer than the daemon stays idle."""


class Slow(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if asked["input"] != ["ready?"]:
            time.sleep(SLOW_SECONDS)
        data = [{"index": n, "embedding": [1.0, float(n)]} for n in range(len(asked["input"]))]
        body = json.dumps({"data": data}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *told: object) -> None: ...


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def test_the_daemon_stays_until_everything_is_embedded(home: Home, address: str) -> None:
    papers = home.folder.parent / "papers"
    for n in range(70):  # three batches, each of which takes longer than the daemon waits
        write(papers / f"{n}.md", f"En el cajón {n} hay llaves")
    home.environ["JARVIS_MEMORY_EMBEDDER"] = "house/slow"
    home.settings(
        "[daemon]\nidle_exit_seconds = 1\n"
        f"[provider.house]\nkind = 'openai_compatible'\naddress = '{address}'\nfree = true"
    )
    learned = home.run("learn", str(papers), "--json")
    assert learned.returncode == 0, learned.stderr
    wait_for(lambda: home.daemon_pid() is None, 60)
    db = sqlite3.connect(f"file:{home.paths.database}?mode=ro", uri=True)
    assert db.execute("SELECT count(*) FROM passages").fetchone() == (70,)
    assert db.execute("SELECT count(*) FROM vectors").fetchone() == (70,)
    db.close()
