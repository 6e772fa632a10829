"""The certificate authority of the house: what it vouches for, what it refuses, and what becomes of its files."""

from __future__ import annotations

import ipaddress
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from jarvis.config.paths import Paths
from jarvis.config.schema import Server
from jarvis.errors import ConfigError, Forbidden, JarvisError
from jarvis.server import addresses
from jarvis.server.addresses import elsewhere, own
from jarvis.server.authority import EARLIEST, certified, certify, name_and_fingerprint

HOUSE = Server(host="0.0.0.0", tls="auto")
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)


@pytest.fixture
def where(tmp_path: Path) -> Paths:
    return Paths(*(tmp_path / name for name in ("config", "data", "cache", "state")))


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes this machine another one: its name, its addresses, and the one from which it goes out."""

    def be(name: str, *found: str, out: str = "") -> None:
        family = {True: socket.AF_INET6, False: socket.AF_INET}
        cards = {"eth0": [SimpleNamespace(family=family[":" in a], address=a) for a in ("127.0.0.1", *found)]}
        monkeypatch.setattr(psutil, "net_if_addrs", lambda: cards)
        monkeypatch.setattr(socket, "gethostname", lambda: name)
        monkeypatch.setattr(addresses, "_source", lambda family, probe: out if (":" in out) == (":" in probe) else "")

    return be


def read(file: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(file.read_bytes())


def beside(where: Paths, name: str) -> Path:
    return where.authority.with_name(name)


def kept(where: Paths) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in where.authority.parent.iterdir()}


def pem(key: Any, password: bytes = b"") -> bytes:
    locked = BestAvailableEncryption(password) if password else NoEncryption()
    found: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked)
    return found


def forged(where: Paths, *names: x509.GeneralName) -> x509.Certificate:
    """What somebody with the authority's key would make for a name of the Internet."""
    by = load_pem_private_key(beside(where, "authority.key").read_bytes(), None)
    assert isinstance(by, ec.EllipticCurvePrivateKey)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(read(where.authority).subject)
        .public_key(ec.generate_private_key(ec.SECP256R1()).public_key())
        .serial_number(7)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .add_extension(x509.SubjectAlternativeName(names), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        .sign(by, hashes.SHA256())
    )


def openssl_takes(where: Paths, found: x509.Certificate, tmp_path: Path) -> tuple[bool, str]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which is asked for its opinion, is not installed")
    file = tmp_path / "asked.pem"
    file.write_bytes(found.public_bytes(Encoding.PEM))
    words = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", where.authority, file]
    done = subprocess.run(words, capture_output=True, text=True)
    return done.returncode == 0, done.stderr


def test_what_is_made(where: Paths, tmp_path: Path) -> None:
    made = certify(HOUSE, where)
    assert {f.name: f.stat().st_mode & 0o777 for f in where.authority.parent.iterdir()} == {
        "authority.crt": 0o600, "authority.key": 0o600, "server.pem": 0o600,
    }  # fmt: skip
    assert where.authority.parent.stat().st_mode & 0o777 == 0o700
    authority, server = read(where.authority), read(beside(where, "server.pem"))
    for found in (authority, server):
        key = found.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1"
    assert authority.not_valid_after_utc - authority.not_valid_before_utc == timedelta(days=3650)
    assert server.not_valid_after_utc - server.not_valid_before_utc <= timedelta(days=397)
    assert server.not_valid_before_utc < NOW < server.not_valid_after_utc
    assert (made.tls_cert, made.tls_key) == (beside(where, "server.pem"),) * 2
    assert openssl_takes(where, server, tmp_path) == (True, "")
    name, fingerprint = name_and_fingerprint(where.authority)
    assert socket.gethostname().lower() in name
    assert bytes.fromhex(fingerprint.replace(":", "")) == authority.fingerprint(hashes.SHA256())


def test_a_second_start_changes_nothing(where: Paths) -> None:
    certify(HOUSE, where)
    before = kept(where)
    certify(HOUSE, where)
    assert kept(where) == before


def test_real_clients_come_in_by_every_name_and_address(where: Paths, open_house: Any) -> None:
    made = certify(HOUSE, where)
    house = open_house(host="0.0.0.0", tls_cert=made.tls_cert, tls_key=made.tls_key, allowed_hosts=made.allowed_hosts)
    context = ssl.create_default_context(cafile=str(where.authority))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    hosts = certified(beside(where, "server.pem"))
    assert {"localhost", "127.0.0.1", socket.gethostname().lower()} <= set(hosts)
    for host in hosts:
        at = host if host in addresses.reached("0.0.0.0") and ":" not in host else "127.0.0.1"
        with (
            socket.create_connection((at, house.port), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname=host) as wire,
        ):
            said = f"[{host}]" if ":" in host else host
            wire.sendall(f"GET /health HTTP/1.1\r\nHost: {said}:{house.port}\r\nConnection: close\r\n\r\n".encode())
            assert wire.recv(65536).startswith(b"HTTP/1.1 200 "), host
    with house.connect() as plain, pytest.raises(ssl.SSLCertVerificationError):
        context.wrap_socket(plain, server_hostname="other.local")
    with house.connect() as plain, pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("nas.local", True), ("printer.lan", True), ("192.168.1.9", True), ("fd12::1", True),
        ("example.com", False), ("www.google.com", False), ("8.8.8.8", False), ("172.32.0.1", False),
        ("2606:4700::1111", False), ("notlocal", False),
    ],
)  # fmt: skip
def test_it_can_vouch_for_nothing_of_the_internet(where: Paths, tmp_path: Path, name: str, good: bool) -> None:
    certify(HOUSE, where)
    found = forged(where, _ip(name) if addresses.is_address(name) else x509.DNSName(name))
    taken, why = openssl_takes(where, found, tmp_path)
    assert taken is good and (good or "permitted subtree violation" in why), why


def _ip(name: str) -> x509.IPAddress:
    return x509.IPAddress(ipaddress.ip_address(name))


def test_only_what_it_may_vouch_for_is_certified(where: Paths, machine: Any) -> None:
    machine("Nas.Example.com", "8.8.8.8", "172.17.0.1", "192.168.7.7", "2a00::5", "fe80::1%eth0", out="192.168.7.7")
    server = HOUSE.model_copy(update={"allowed_hosts": ("jarvis.lan:8443", "jarvis.example.org", "192.168.1.250")})
    made = certify(server, where)
    hosts = certified(beside(where, "server.pem"))
    assert set(hosts) == {
        "jarvis.lan", "192.168.1.250", "192.168.7.7", "172.17.0.1", "nas.local", "nas.example.com", "nas",
        "localhost", "127.0.0.1", "::1",
    }  # fmt: skip
    assert {"jarvis.example.org", "[::1]", "nas.local"} <= set(made.allowed_hosts)
    assert own(server)[3] == "192.168.7.7", "the way out comes first"
    machine("renamed", "192.168.7.7")
    certify(HOUSE, where)
    assert set(certified(beside(where, "server.pem"))) == {
        "192.168.7.7", "renamed.local", "localhost", "127.0.0.1", "::1",
    }  # fmt: skip


def test_where_other_devices_find_it(machine: Any) -> None:
    machine("nas", "172.17.0.1", "192.168.7.7", "fd00::5", out="192.168.7.7")
    hosts = [
        "10.9.9.9",
        "172.17.0.1",
        "192.168.7.7",
        "fd00::5",
        "127.0.0.1",
        "::1",
        "nas.local",
        "localhost",
        "*.x.org",
    ]

    def at(host: str) -> list[str]:
        return elsewhere(Server(host=host, tls="auto"), 8484, hosts)

    assert at("0.0.0.0") == [
        f"https://{host}:8484" for host in ("10.9.9.9", "192.168.7.7", "172.17.0.1", "nas.local")
    ], "10.9.9.9, which is not of this machine, is an address that its owner told"
    assert at("::") == ["https://10.9.9.9:8484", "https://[fd00::5]:8484", "https://nas.local:8484"]
    assert at("192.168.7.7") == [f"https://{host}:8484" for host in ("10.9.9.9", "192.168.7.7", "nas.local")]
    assert at("127.0.0.1") == at("localhost") == []


def test_with_no_network_there_is_still_this_machine(where: Paths, machine: Any) -> None:
    machine("nas")
    certify(HOUSE, where)
    hosts = certified(beside(where, "server.pem"))
    assert set(hosts) == {"nas.local", "nas", "localhost", "127.0.0.1", "::1"}
    assert elsewhere(HOUSE, 8484, hosts) == []
    machine("localhost", "192.168.7.7")
    assert elsewhere(HOUSE, 8484, own(HOUSE)) == ["https://192.168.7.7:8484"]


def test_it_is_renewed_in_time_by_the_same_authority(where: Paths, tmp_path: Path) -> None:
    certify(HOUSE, where, NOW)
    before = kept(where)
    certify(HOUSE, where, NOW + 300 * DAY)
    assert kept(where) == before
    certify(HOUSE, where, NOW + 310 * DAY)
    after = kept(where)
    assert after.pop("server.pem") != before.pop("server.pem") and after == before
    assert read(beside(where, "server.pem")).not_valid_after_utc > NOW + 700 * DAY
    certify(HOUSE, where, NOW)
    found = read(beside(where, "server.pem"))
    assert found.not_valid_before_utc < NOW, "one that was made in the future, by a clock that was wrong, is no good"
    assert openssl_takes(where, found, tmp_path)[0]


def test_it_is_renewed_when_the_addresses_change(where: Paths, machine: Any) -> None:
    machine("nas", "192.168.7.7")
    certify(HOUSE, where)
    before = kept(where)
    machine("nas", "192.168.7.8")
    certify(HOUSE, where)
    after = kept(where)
    assert after.pop("server.pem") != before.pop("server.pem") and after == before
    assert "192.168.7.8" in certified(beside(where, "server.pem"))


def test_nothing_outlives_the_authority(where: Paths) -> None:
    certify(HOUSE, where, NOW)
    end = read(where.authority).not_valid_after_utc
    certify(HOUSE, where, end - 30 * DAY)
    assert read(beside(where, "server.pem")).not_valid_after_utc == end
    before = kept(where)
    certify(HOUSE, where, end - 20 * DAY)
    assert kept(where) == before, "it cannot be made to last longer"
    with pytest.raises(ConfigError) as caught:
        certify(HOUSE, where, end)
    assert caught.value.code == "authority.over" and "mv " in caught.value.hint()


def test_a_clock_that_is_wrong(where: Paths) -> None:
    with pytest.raises(ConfigError) as caught:
        certify(HOUSE, where, datetime(1970, 1, 1, tzinfo=UTC))
    assert caught.value.code == "authority.clock" and "1970-01-01" in caught.value.message()
    assert not where.authority.parent.exists()
    certify(HOUSE, where, NOW)
    before = kept(where)
    with pytest.raises(ConfigError) as caught:
        certify(HOUSE, where, EARLIEST)
    assert caught.value.code == "authority.early" and "timedatectl" in caught.value.hint()
    assert kept(where) == before


def _without_bounds(key: ec.EllipticCurvePrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mine")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW - DAY, NOW + 99 * DAY)
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def _spoil(where: Paths, what: str) -> None:
    server = beside(where, "server.pem")
    own = load_pem_private_key(beside(where, "authority.key").read_bytes(), None)
    assert isinstance(own, ec.EllipticCurvePrivateKey)
    certificate = read(server).public_bytes(Encoding.PEM)
    name, content = {
        "junk key": ("authority.key", b"junk"),
        "empty key": ("authority.key", b""),
        "key with a password": ("authority.key", pem(own, b"secret")),
        "key of another kind": ("authority.key", pem(rsa.generate_private_key(65537, 2048))),
        "key of another": ("authority.key", pem(ec.generate_private_key(ec.SECP256R1()))),
        "no key": ("authority.key", None),
        "junk authority": ("authority.crt", b"junk"),
        "authority without bounds": ("authority.crt", _without_bounds(own)),
        "junk server": ("server.pem", b"junk"),
        "server without key": ("server.pem", certificate),
        "server with another key": ("server.pem", certificate + pem(own)),
        "another authority": ("authority.crt", None),
    }[what]
    if content is None:
        beside(where, name).unlink()
    else:
        beside(where, name).write_bytes(content)
    if what == "another authority":
        beside(where, "authority.key").unlink()


SPOILT = [
    "junk key", "empty key", "key with a password", "key of another kind", "key of another", "no key",
    "junk authority", "authority without bounds", "junk server", "server without key", "server with another key",
    "another authority",
]  # fmt: skip


@pytest.mark.parametrize("what", SPOILT)
def test_a_kept_file_that_is_not_understood_is_told_and_left(where: Paths, what: str) -> None:
    certify(HOUSE, where)
    _spoil(where, what)
    before = kept(where)
    with pytest.raises(ConfigError) as caught:
        certify(HOUSE, where)
    of_server = "server" in what or what == "another authority"
    assert caught.value.code == ("authority.server_damaged" if of_server else "authority.damaged")
    after = kept(where)
    assert {name: after[name] for name in before} == before, "nothing is overwritten"
    for lang in ("en", "es"):
        assert str(where.authority.parent) in caught.value.message(lang)
        assert "mv " in caught.value.hint(lang)
    # what the hint says
    command = caught.value.hint("en").split("`")[1]
    subprocess.run(["sh", "-c", command], check=True)
    certify(HOUSE, where)
    assert certified(beside(where, "server.pem"))


@pytest.mark.parametrize("name", ["authority.key", "server.pem"])
def test_a_key_that_others_can_read_is_not_used(where: Paths, name: str) -> None:
    certify(HOUSE, where)
    beside(where, name).chmod(0o640)
    with pytest.raises(Forbidden) as caught:
        certify(HOUSE, where)
    assert "640" in caught.value.message() and f"chmod 600 {beside(where, name)}" in caught.value.hint()


def test_a_start_that_was_broken_off_after_the_key(where: Paths, tmp_path: Path) -> None:
    certify(HOUSE, where)
    for name in ("authority.crt", "server.pem"):
        beside(where, name).unlink()
    key = beside(where, "authority.key").read_bytes()
    certify(HOUSE, where)
    assert beside(where, "authority.key").read_bytes() == key
    assert openssl_takes(where, read(beside(where, "server.pem")), tmp_path)[0]


def test_a_folder_that_cannot_be_made(where: Paths) -> None:
    where.data.mkdir(parents=True)
    where.authority.parent.write_text("in the way")
    with pytest.raises((OSError, JarvisError)):
        certify(HOUSE, where)
    assert where.authority.parent.read_text() == "in the way"
