"""``jarvis open``: a browser is led in, once, and stays until the key is changed or the daemon ends."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from home import Home

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


@pytest.fixture
def dark(home: Home) -> Home:
    """A home on a machine without a screen."""
    for name in SCREENS:
        home.environ.pop(name, None)
    home.fake("small", answer="Paris.")
    return home


def asked(url: str, **headers: str) -> tuple[int, str]:
    """Status and cookie. A code is posted, everything else is read."""
    method = "POST" if "X_Jarvis_Code" in headers else "GET"
    request = urllib.request.Request(url, method=method, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status, (reply.headers["set-cookie"] or "").partition(";")[0]
    except urllib.error.HTTPError as error:
        with error:
            return error.code, ""


def entered(url: str) -> tuple[str, str]:
    """Where the page is that an address leads to, and its cookie."""
    entrance, _, code = url.partition("#")
    status, cookie = asked(entrance, X_Jarvis_Code=code)
    assert status == 204
    assert asked(entrance, X_Jarvis_Code=code)[0] == 401, "once"
    return entrance.removesuffix("/page/enter"), cookie


def test_it_prints_an_address_that_opens_the_page_once(dark: Home) -> None:
    done = dark.run("open", "--print")
    assert done.returncode == 0, done.stderr
    assert "in the background" in done.stderr and "60 seconds" in done.stderr
    assert "No browser" not in done.stderr
    base, cookie = entered(done.stdout.strip())
    assert asked(f"{base}/fleet", Cookie=cookie)[0] == 200
    assert asked(f"{base}/fleet")[0] == 401


def test_without_a_browser_it_prints_the_address_too(dark: Home) -> None:
    done = dark.run("open")
    assert (done.returncode, done.stdout.count("/page/enter#")) == (0, 1)
    assert "No browser" in done.stderr


def test_a_browser_is_given_the_address(dark: Home, tmp_path: Path) -> None:
    script = tmp_path / "browser"
    script.write_text(f'#!/bin/sh\necho "$1" >{tmp_path}/asked\n')
    script.chmod(0o700)
    dark.environ["BROWSER"] = str(script)
    done = dark.run("open", "--json")
    told = json.loads(done.stdout)
    assert told["opened"] is True and told["seconds"] == 60
    assert (tmp_path / "asked").read_text().strip() == told["url"]
    said = dark.run("open")
    assert (said.stdout, "jarvis open --print" in said.stderr) == ("", True)
    assert entered((tmp_path / "asked").read_text().strip())
    (tmp_path / "asked").unlink()
    assert json.loads(dark.run("open", "--json", "--print").stdout)["opened"] is False
    assert not (tmp_path / "asked").exists()


def test_a_browser_that_fails_is_none(dark: Home) -> None:
    dark.environ["BROWSER"] = "/nonexistent/browser"
    assert "/page/enter#" in dark.run("open").stdout


def test_a_new_key_ends_every_page(dark: Home) -> None:
    base, cookie = entered(dark.run("open", "--print").stdout.strip())
    waiting = dark.run("open", "--print").stdout.strip()
    assert dark.run("token", "--rotate").returncode == 0
    assert asked(f"{base}/fleet", Cookie=cookie)[0] == 401
    assert asked(f"{base}/fleet", Cookie=entered(waiting)[1])[0] == 401, "nor does a code of before open one"
    base, cookie = entered(dark.run("open", "--print").stdout.strip())
    assert asked(f"{base}/fleet", Cookie=cookie)[0] == 200


def test_it_joins_the_daemon_that_runs(dark: Home) -> None:
    dark.run("ask", "hi")
    pid = dark.daemon_pid()
    done = dark.run("open", "--print")
    assert dark.daemon_pid() == pid and "in the background" not in done.stderr


def test_it_speaks_spanish(dark: Home) -> None:
    dark.environ["JARVIS_LANG"] = "es"
    assert "No hay navegador" in dark.run("open").stderr
