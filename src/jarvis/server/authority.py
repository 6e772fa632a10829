"""The certificate authority of this house, which vouches for this machine to the phones that were told to trust it.

It is made once, for a phone that trusts it must not have to be told again; the server's certificate is made anew
whenever it no longer fits. Whoever has its key could pass for others before these phones, so it is bound to what is
nobody's on the Internet (name constraints, RFC 5280, 4.2.1.10). A kept file that is not understood is never replaced.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from jarvis.config.kept import replace
from jarvis.config.paths import Paths, private
from jarvis.config.schema import Server
from jarvis.errors import ConfigError, Forbidden
from jarvis.server.addresses import bracketed, is_address, is_dns, own
from jarvis.texts import say

AUTHORITY_LIFE = timedelta(days=3650)
LIFE = timedelta(days=397)
"""Of the server's certificate: Apple's devices take no longer ones than 398 days."""
RENEW = timedelta(days=90)
"""It is made anew when less is left, which is only looked at when Jarvis starts."""
SKEW = timedelta(days=1)
"""How far a phone's clock may be behind."""
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
"""Jarvis is younger than this, so a clock that says less is wrong."""

NETWORKS = (
    "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.2.0/24", "192.168.0.0/16",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "::1/128", "2001:db8::/32", "fc00::/7", "fe80::/10",
)  # fmt: skip
"""Not reachable by the Internet (IANA's special-purpose address registries)."""
NAMES = ("localhost", "local", "lan", "home.arpa", "internal")
"""Of machines in a house: RFC 6761, RFC 6762, RFC 8375, ICANN's .internal; .lan is what routers hand out."""


def certify(server: Server, paths: Paths, now: datetime | None = None) -> Server:
    """``server`` with a certificate for what this machine is called and where it is, and answering to all of that.

    Raises ConfigError for kept files that cannot be used and for a clock that is wrong, Forbidden for a key that others
    can read, OSError.
    """
    now = now or datetime.now(UTC)
    if now < EARLIEST:
        raise ConfigError("authority.clock", now=_day(now))
    private(paths.authority.parent)
    authority, key = _authority(paths.authority, now)
    hosts = [host for host in own(server) if _may_vouch(authority, host)]
    file = paths.authority.with_name("server.pem")
    if not _still_good(file, authority, hosts, now):
        _issue(file, authority, key, hosts, now)
    allowed = tuple(dict.fromkeys([*server.allowed_hosts, *map(bracketed, hosts)]))
    return server.model_copy(update={"tls_cert": file, "tls_key": file, "allowed_hosts": allowed})


def certified(file: Path) -> list[str]:
    """The names and addresses that the certificate in ``file`` is for. Raises ValueError, OSError."""
    try:
        found = x509.load_pem_x509_certificate(file.read_bytes()).extensions
        names = found.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [*map(str, names.get_values_for_type(x509.IPAddress)), *names.get_values_for_type(x509.DNSName)]


def name_and_fingerprint(file: Path) -> tuple[str, str]:
    """What phones show of a certificate: whose it is, and SHA-256 of it."""
    found = x509.load_pem_x509_certificate(file.read_bytes())
    (name,) = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(name.value), found.fingerprint(hashes.SHA256()).hex(":").upper()


def _authority(file: Path, now: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    secret = file.with_suffix(".key")
    if not secret.exists() and not file.exists():
        replace(secret, _pem(ec.generate_private_key(ec.SECP256R1())))
    key = _key(secret, "authority.damaged")
    if not file.exists():  # the start that made the key went no further
        replace(file, _made(key, now).public_bytes(Encoding.PEM).decode())
    found = _certificate(file, "authority.damaged")
    if found.public_key() != key.public_key():
        raise _damaged("authority.damaged", file, say("authority.not_a_pair", key=secret))
    if now < found.not_valid_before_utc:
        raise ConfigError("authority.early", now=_day(now), made=_day(found.not_valid_before_utc), folder=file.parent)
    if found.not_valid_after_utc - now < SKEW:
        raise ConfigError("authority.over", path=file, end=_day(found.not_valid_after_utc), folder=file.parent)
    return found, key


def _made(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    machine = socket.gethostname().lower().rstrip(".")
    named = [machine] if is_dns(machine) else []
    # The first label alone is a name of this machine too. A constraint takes what is below it along (RFC 5280).
    names = dict.fromkeys([*NAMES, *named, *(name.partition(".")[0] for name in named)])
    permitted = [x509.IPAddress(ipaddress.ip_network(n)) for n in NETWORKS] + [x509.DNSName(n) for n in names]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Jarvis ({machine[:40]}, {_day(now)})")])
    return (
        _builder(subject, subject, key, now - SKEW, now - SKEW + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .sign(key, hashes.SHA256())
    )


def _issue(
    file: Path, authority: x509.Certificate, by: ec.EllipticCurvePrivateKey, hosts: Sequence[str], now: datetime
) -> None:
    """The server's certificate and its key, in one file: they are replaced together."""
    key = ec.generate_private_key(ec.SECP256R1())
    begin = max(now - SKEW, authority.not_valid_before_utc)
    end = min(begin + LIFE, authority.not_valid_after_utc)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Jarvis")])
    made = (
        _builder(subject, authority.subject, key, begin, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general(host) for host in hosts]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        .sign(by, hashes.SHA256())
    )
    replace(file, made.public_bytes(Encoding.PEM).decode() + _pem(key))


def _still_good(file: Path, authority: x509.Certificate, hosts: Sequence[str], now: datetime) -> bool:
    if not file.exists():
        return False
    key, found = _key(file, "authority.server_damaged"), _certificate(file, "authority.server_damaged")
    try:
        found.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        raise _damaged("authority.server_damaged", file, say("authority.of_another")) from None
    if found.public_key() != key.public_key():
        raise _damaged("authority.server_damaged", file, say("authority.not_a_pair", key=file))
    begin, end = found.not_valid_before_utc, found.not_valid_after_utc
    lasts = end - now >= RENEW or end == authority.not_valid_after_utc
    return begin <= now and lasts and set(certified(file)) == set(hosts)


def _may_vouch(authority: x509.Certificate, host: str) -> bool:
    """Whether the name constraints of the authority permit ``host``, which may be called otherwise now than then."""
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    permitted = [base.value for base in constraints.permitted_subtrees or ()]
    if is_address(host):
        address = ipaddress.ip_address(host)
        return any(address in net for net in permitted if not isinstance(net, str))
    return any(host == base or host.endswith(f".{base}") for base in permitted if isinstance(base, str))


def _key(file: Path, code: str) -> ec.EllipticCurvePrivateKey:
    try:
        with file.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode & 0o777
            text = opened.read()
    except FileNotFoundError:
        raise _damaged(code, file, say("authority.missing")) from None
    if mode & 0o077:
        raise Forbidden("authority.exposed", path=file, mode=f"{mode:03o}", folder=file.parent)
    try:
        key = load_pem_private_key(text, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _damaged(code, file, say("authority.no_key")) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise _damaged(code, file, say("authority.other_kind"))
    return key


def _certificate(file: Path, code: str) -> x509.Certificate:
    try:
        found = x509.load_pem_x509_certificate(file.read_bytes())
        if code == "authority.damaged":
            found.extensions.get_extension_for_class(x509.NameConstraints)
    except ValueError as error:
        raise _damaged(code, file, say("authority.no_certificate")) from error
    except x509.ExtensionNotFound as error:
        raise _damaged(code, file, say("authority.unbound")) from error
    return found


def _damaged(code: str, file: Path, reason: str) -> ConfigError:
    return ConfigError(code, path=file, reason=reason, folder=file.parent)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, begin: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    """Of an authority, which signs certificates, or of a server."""
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _general(host: str) -> x509.GeneralName:
    return x509.IPAddress(ipaddress.ip_address(host)) if is_address(host) else x509.DNSName(host)


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
