"""``jarvis serve --tls auto`` and ``jarvis open --qr``: how a phone of the house comes in."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import pty
import re
import signal
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
import segno
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chromium import browser
from home import Home, wait_for
from jarvis.config.schema import Server
from jarvis.daemon import Address, find
from jarvis.server import authority as authorities
from jarvis.server.authority import certify

HALVES = {" ": (1, 1), "\u2580": (0, 1), "\u2584": (1, 0), "\u2588": (0, 0)}
"""What is dark of the upper and the lower half of a character of a QR code."""


@pytest.fixture
def served(home: Home) -> Iterator[Callable[..., tuple[subprocess.Popen[str], Address]]]:
    """Starts servers in the foreground; they stop at the end."""
    home.fake("small", answer="Paris.")
    running: list[subprocess.Popen[str]] = []

    def serve(*words: str, **how: Any) -> tuple[subprocess.Popen[str], Address]:
        process = home.start("serve", *words, **{"stderr": subprocess.PIPE, **how})
        running.append(process)
        wait_for(lambda: find(home.paths) or process.poll() is not None, 60)
        address = find(home.paths)
        assert address is not None, process.stderr and process.stderr.read()
        return process, address

    yield serve
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def ended(process: subprocess.Popen[str]) -> str:
    """What it had said by its end."""
    process.send_signal(signal.SIGTERM)
    return str(process.communicate(timeout=30)[1])


def trusting(home: Home) -> ssl.SSLContext:
    """A client that trusts the house's authority and nobody else, and wants the right name."""
    return ssl.create_default_context(cafile=str(home.paths.authority))


def asked(home: Home, url: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(url)
    wire = http.client.HTTPSConnection(parts.netloc, context=trusting(home), timeout=20)
    try:
        wire.request(method, parts.path or "/", headers={k.replace("_", "-"): v for k, v in headers.items()})
        reply = wire.getresponse()
        return reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read()
    finally:
        wire.close()


def modules(printed: str) -> list[list[int]]:
    """The rows of the QR code in what a terminal was sent, 1 for dark, without the margin."""
    lines = [line for line in re.sub(r"\x1b\[[0-9;]*m", "", printed).splitlines() if re.fullmatch("[ ▀▄█]{20,}", line)]
    rows = [[HALVES[c][half] for c in line] for line in lines for half in (0, 1)]
    margin = 4
    width = len(rows[0]) - 2 * margin
    return [row[margin : margin + width] for row in rows[margin : margin + width]]


def check_qr(printed: str, text: str) -> None:
    rows = modules(printed)
    assert rows == [list(row) for row in segno.make(text, micro=False).matrix]
    if find_spec("cv2") is None:  # a decoder, which comes with the extra ocr
        return
    import cv2

    light = 1 - np.pad(np.array(rows, np.uint8), 4)
    # It misses one code in some hundreds at any one size.
    pictures = [np.kron(light, np.ones((size, size), np.uint8)) * 255 for size in (3, 5, 8)]
    assert text in [cv2.QRCodeDetector().detectAndDecode(picture)[0] for picture in pictures]


@contextmanager
def terminal() -> Iterator[tuple[int, Callable[[], str]]]:
    """A terminal's end for a process, and what was written to it, once that process is gone."""
    ours, theirs = pty.openpty()

    def read() -> str:
        os.close(theirs)
        data = b""
        try:
            while piece := os.read(ours, 65536):
                data += piece
        except OSError:  # that is how the end of a terminal is told
            pass
        return data.decode()

    try:
        yield theirs, read
    finally:
        os.close(ours)


def test_from_the_start_to_a_phone_that_is_in(home: Home, served: Any) -> None:
    process, address = served("--tls", "auto", "--host", "0.0.0.0")
    assert address.url.startswith("https://127.0.0.1:")
    if not address.house:
        pytest.skip("this machine is in no network")
    status, headers, authority = asked(home, f"{address.house}/page/authority.crt")
    assert (status, headers["content-type"]) == (200, "application/x-x509-ca-cert")
    assert authority == home.paths.authority.read_bytes()
    assert asked(home, f"{address.house}/")[0] == 200, "the page"
    assert asked(home, f"{address.house}/fleet")[0] == 401
    done = home.run("ask", "hi")
    assert (done.returncode, done.stdout.strip()) == (0, "Paris."), done.stderr
    opened = home.run("open", "--qr")
    assert opened.returncode == 0, opened.stderr
    url = opened.stdout.splitlines()[-1]
    assert url.startswith(f"{address.house}/page/enter#") and f"{address.house}/page/authority.crt" in opened.stderr
    check_qr(opened.stdout, url)
    entrance, _, code = url.partition("#")
    status, headers, _ = asked(home, entrance, "POST", X_Jarvis_Code=code, Origin=address.house)
    assert status == 204 and "Secure" in headers["set-cookie"]
    cookie = headers["set-cookie"].partition(";")[0]
    assert asked(home, f"{address.house}/fleet", Cookie=cookie, Origin=address.house)[0] == 200
    told = json.loads(home.run("open", "--qr", "--json").stdout)
    assert told["url"].startswith(f"{address.house}/page/enter#") and told["opened"] is False
    said = ended(process)
    assert address.house in said and f"{address.house}/page/authority.crt" in said and "jarvis open --qr" in said
    found = x509.load_pem_x509_certificate(authority)
    assert found.fingerprint(hashes.SHA256()).hex(":").upper() in said
    assert "█" not in said, "there is no terminal to draw on"


def test_on_a_terminal_there_is_a_code_to_scan(home: Home, served: Any) -> None:
    with terminal() as (end, read):
        home.environ |= {"JARVIS_LANG": "es", "PYTHONIOENCODING": "utf-8"}
        process, address = served("--tls", "auto", "--host", "0.0.0.0", stderr=end)
        if not address.house:
            pytest.skip("this machine is in no network")
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        said = read()
    assert f"Para los móviles de su casa: {address.house}" in said and "Ajustes" in said
    check_qr(said, address.house)


def test_a_certificate_that_ends_is_renewed_at_the_next_start(
    home: Home, served: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authorities, "EARLIEST", datetime(2020, 1, 1, tzinfo=UTC))
    certify(Server(host="0.0.0.0", tls="auto"), home.paths, datetime.now(UTC) - timedelta(days=400))
    authority = home.paths.authority.read_bytes()
    file = home.paths.authority.with_name("server.pem")
    old = x509.load_pem_x509_certificate(file.read_bytes())
    assert old.not_valid_after_utc < datetime.now(UTC)
    _, address = served("--tls", "auto")
    assert asked(home, f"{address.url}/health")[0] == 200
    assert home.paths.authority.read_bytes() == authority
    assert home.run("ps").returncode == 0


def test_by_the_setting_in_the_background(home: Home) -> None:
    home.fake("small", answer="Paris.")
    home.environ |= {"JARVIS_SERVER_TLS": "auto", "JARVIS_SERVER_HOST": "0.0.0.0"}
    done = home.run("ask", "hi")
    assert done.stdout.strip() == "Paris.", done.stderr
    address = find(home.paths)
    assert address and asked(home, f"{address.url}/page/authority.crt")[0] == 200
    assert "█" not in (home.paths.logs / "daemon.log").read_text()


def test_on_this_machine_alone_it_says_so(home: Home, served: Any) -> None:
    process, address = served("--tls", "auto")
    assert asked(home, f"{address.url}/health")[0] == 200
    done = home.run("open", "--qr")
    assert done.returncode != 0 and "server.tls auto server.host 0.0.0.0" in done.stderr
    said = ended(process)
    assert "No phone can reach it" in said and "--host 0.0.0.0" in said and "CA certificate" not in said


def test_without_it_there_is_no_authority_to_fetch(home: Home) -> None:
    home.fake("small")
    done = home.run("open", "--qr")
    assert done.returncode != 0 and "No phone can reach" in done.stderr
    address = find(home.paths)
    assert address is not None
    wire = http.client.HTTPConnection(urlsplit(address.url).netloc, timeout=20)
    wire.request("GET", "/page/authority.crt")
    reply = wire.getresponse()
    assert reply.status == 404 and "--tls auto" in json.loads(reply.read())["error"]["hint"]
    wire.close()
    assert not home.paths.authority.parent.exists()


def test_two_kinds_of_certificate_at_once_are_refused(home: Home) -> None:
    done = home.run("serve", "--tls", "auto", "--tls-cert", "c.pem", "--tls-key", "k.pem")
    assert done.returncode == 2 and "server.tls is auto" in done.stderr and "tls_cert" in done.stderr
    assert home.run("serve", "--tls", "maybe").returncode == 2


def test_files_that_cannot_be_used_end_it_with_the_next_step(home: Home) -> None:
    folder = home.paths.authority.parent
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way")
    done = home.run("serve", "--tls", "auto")
    assert done.returncode != 0 and str(folder) in done.stderr and "Traceback" not in done.stderr
    folder.unlink()
    certify(Server(tls="auto"), home.paths)
    home.paths.authority.with_suffix(".key").write_text("junk")
    home.environ["JARVIS_SERVER_TLS"] = "auto"
    for words in (["serve"], ["ask", "hi"]):
        done = home.run(*words)
        assert done.returncode != 0 and "no private key" in done.stderr and f"mv {folder}" in done.stderr, words
        assert "Traceback" not in done.stderr
    assert home.paths.authority.with_suffix(".key").read_text() == "junk"


@pytest.mark.browser
async def test_a_browser_takes_our_key_and_no_other(home: Home, served: Any, tmp_path: Path) -> None:
    _, address = served("--tls", "auto", "--host", "0.0.0.0")
    place = address.house or address.url
    found = x509.load_pem_x509_certificate(home.paths.authority.with_name("server.pem").read_bytes())
    key = found.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pin = base64.b64encode(hashlib.sha256(key).digest()).decode()
    reach = f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {urlsplit(place).hostname}"
    (tmp_path / "right").mkdir()
    async with browser(tmp_path / "right", "es", reach, f"--ignore-certificate-errors-spki-list={pin}") as tab:
        await tab.visit(place)
        await tab.until("document.querySelector('#state')?.textContent.includes('jarvis open --qr')")
        await tab.until("document.querySelector('#trust')?.hidden === false")
        assert await tab.run("document.querySelector('#trust').href") == f"{place}/page/authority.crt"
        url = (home.run("open", "--qr") if address.house else home.run("open", "--print")).stdout.splitlines()[-1]
        await tab.visit(url)
        await tab.until("document.querySelectorAll('.bar').length > 0")
        assert await tab.run("isSecureContext && location.href") == f"{place}/"
        assert await tab.run("document.querySelector('#trust').hidden")
    (tmp_path / "wrong").mkdir()
    wrong = base64.b64encode(bytes(32)).decode()
    async with browser(tmp_path / "wrong", "es", reach, f"--ignore-certificate-errors-spki-list={wrong}") as tab:
        await tab.visit(place)
        await tab.until("document.body?.innerText.includes('ERR_CERT_AUTHORITY_INVALID')")
