"""`jarvis connect`: listing, connecting and taking away, against the stand-ins of tests/tools/servers."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

sys.path.insert(0, str(Path(__file__).parents[1] / "tools" / "servers"))

import google_wire
import home_wire

from home import Home
from jarvis.cli.connect import command
from jarvis.errors import JarvisError
from jarvis.tools import _google


async def run(home: Home, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """While the stand-ins answer in this loop."""
    return await asyncio.to_thread(home.run, *words, stdin=stdin)


def rows(home: Home) -> dict[str, str]:
    listed = home.run("connect", "--json")
    assert listed.returncode == 0, listed.stderr
    return {row["system"]: row["state"] for row in json.loads(listed.stdout)}


async def test_home_assistant(home: Home) -> None:
    async with home_wire.serving(home_wire.House()) as house:
        wrong = await run(home, "connect", "home-assistant", house.address, stdin="wrong\n")
        assert wrong.returncode == 1 and "does not accept the token" in wrong.stderr
        assert "wrong" not in wrong.stderr and rows(home)["home-assistant"] == "none"
        done = await run(home, "connect", "home-assistant", house.address, stdin=home_wire.TOKEN + "\n")
        assert done.returncode == 0 and "16 entities" in done.stderr
        assert home_wire.TOKEN not in done.stdout + done.stderr
    assert rows(home)["home-assistant"] == "connected"
    assert house.address in home.paths.config_file.read_text()
    for file in home.folder.rglob("*"):
        if file.is_file() and home_wire.TOKEN.encode() in file.read_bytes():
            assert file.stat().st_mode & 0o077 == 0
    assert (await run(home, "connect", "home-assistant", "--remove")).returncode == 0
    assert rows(home)["home-assistant"] == "keyless"
    assert (await run(home, "connect", "home-assistant", "--remove")).returncode == 1


async def test_an_mcp_server(home: Home) -> None:
    home.settings('[mcp.notes]\nurl = "http://127.0.0.1:9/mcp"\n[mcp.files]\ncommand = ["files"]')
    assert rows(home) == {"home-assistant": "none", "google": "none", "notes": "keyless", "files": "keyless"}
    done = await run(home, "connect", "notes", stdin="canary-key-0123456789\n")
    assert done.returncode == 0 and "canary" not in done.stdout + done.stderr
    assert rows(home)["notes"] == "key"
    refused = await run(home, "connect", "files", stdin="x\n")
    assert refused.returncode == 2 and "mcp.files.key_variable" in refused.stderr
    unknown = await run(home, "connect", "note", stdin="x\n")
    assert unknown.returncode == 1 and "notes" in unknown.stderr


def test_an_mcp_server_called_google_gets_no_grant(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from jarvis.tools import _secrets

    monkeypatch.setenv("JARVIS_HOME", str(home.folder))
    _google.keep(_google.Grant("id", "secret-0123456789", "refresh-0123456789", ()))
    assert _secrets.find(_secrets.of_server("google")) is None and _secrets.find("google")


@pytest.fixture
async def google(home: Home, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[google_wire.Google]:
    monkeypatch.setenv("JARVIS_HOME", str(home.folder))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    async with google_wire.serving(google_wire.Google()) as served:
        monkeypatch.setattr(_google, "GOOGLE", served.addresses)
        yield served


async def invoked(*words: str, stdin: str = "") -> Result:
    """In this process, so that Google is the stand-in."""
    return await asyncio.to_thread(lambda: CliRunner().invoke(command, list(words), input=stdin))


@pytest.fixture
def client(tmp_path: Path) -> str:
    path = tmp_path / "client.json"
    path.write_text(json.dumps({"installed": {"client_id": google_wire.CLIENT, "client_secret": google_wire.SECRET}}))
    return str(path)


async def test_google_by_the_browser(
    google: google_wire.Google, home: Home, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import webbrowser

    import aiohttp

    loop = asyncio.get_running_loop()

    async def visit(address: str) -> None:
        async with aiohttp.ClientSession() as session, session.get(address) as response:
            assert response.status == 200

    def opened(address: str) -> bool:
        asyncio.run_coroutine_threadsafe(visit(address), loop)
        return True

    monkeypatch.setenv("BROWSER", "test")
    monkeypatch.setattr(webbrowser, "open", opened)
    done = await invoked("google", client)
    assert done.exit_code == 0, done.output
    assert rows(home)["google"] == "connected"
    assert google_wire.SECRET not in done.output and not any(grant in done.output for grant in google.grants)
    again = await invoked("google", "--write")  # the client is known from before
    kept = _google.kept()
    assert again.exit_code == 0 and kept is not None and _google.CALENDAR_WRITE in kept.scopes
    gone = await invoked("google", "--remove")
    assert gone.exit_code == 0 and len(google.grants) == 1  # that of the first time; the second was taken back
    assert rows(home)["google"] == "none"


async def test_google_on_a_machine_without_a_browser(google: google_wire.Google, home: Home, client: str) -> None:
    import aiohttp

    process = subprocess.Popen(
        [sys.executable, "-c", PASTING.format(base=google.base, client=client)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "JARVIS_HOME": str(home.folder), "JARVIS_LANG": "en"},
    )
    assert process.stdout is not None
    address = (await asyncio.to_thread(process.stdout.readline)).strip()
    async with aiohttp.ClientSession() as session, session.get(address, allow_redirects=False) as response:
        came_back = response.headers["Location"]
    _, told = await asyncio.to_thread(process.communicate, came_back + "\n")
    assert process.returncode == 0, told
    assert rows(home)["google"] == "connected"


PASTING = """
import sys
from jarvis.cli.main import main
from jarvis.tools import _google
base = {base!r}
paths = ("/auth", "/token", "/revoke", "/calendar/v3", "/gmail/me")
_google.GOOGLE = _google.Addresses(*(base + path for path in paths))
sys.argv = ["jarvis", "connect", "google", {client!r}, "--paste"]
main()
"""


async def test_google_with_another_address_pasted(google: google_wire.Google, client: str) -> None:
    refused = await invoked("google", client, "--paste", stdin="http://127.0.0.1:8486/?state=x&code=y\n")
    assert isinstance(refused.exception, JarvisError) and google.grants == {}


async def test_google_cannot_be_told(google: google_wire.Google, home: Home, client: str) -> None:
    _google.keep(_google.Grant(google_wire.CLIENT, google_wire.SECRET, "1//never-heard-of-0123", ()))
    google.down = 500
    gone = await invoked("google", "--remove")
    assert gone.exit_code == 0 and rows(home)["google"] == "none"


@pytest.mark.parametrize("words", [("google",), ("google", "/no/such/file.json")])
async def test_google_without_a_client(google: google_wire.Google, words: tuple[Any, ...]) -> None:
    assert isinstance((await invoked(*words)).exception, JarvisError)
