"""Where keys come from, and that none is ever shown."""

from __future__ import annotations

import base64
import logging
import os
import stat
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import keyring
import keyring.backend
import keyring.backends.fail
import pytest

from jarvis.config.paths import Paths, paths
from jarvis.config.schema import Provider as Settings
from jarvis.errors import ConfigError, Forbidden, UsageError
from jarvis.providers import keys
from jarvis.providers.here import make
from jarvis.workers.environment import environment

CANARY = "sk-canary-Ab1/Cd2+Ef3=Gh4"


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 5.0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Asking(Ring):
    """A locked one: it waits for an owner who is not there."""

    def get_password(self, service: str, username: str) -> str | None:
        time.sleep(60)
        return None


@pytest.fixture
def home(tmp_path: Path) -> Paths:
    return paths({"JARVIS_HOME": str(tmp_path / "home")})


@pytest.fixture(autouse=True)
def no_ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(keys, "_slow_until", 0.0)
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


def key_file(folder: Path, mode: int = 0o600, text: str = "sk-from-the-file\n") -> Path:
    file = folder / "key"
    file.write_text(text)
    file.chmod(mode)
    return file


def test_the_first_place_that_has_one_wins(home: Paths, tmp_path: Path) -> None:
    env = {"OPENAI_API_KEY": "sk-from-the-environment"}
    assert keys.find("openai", Settings(), home, {}) is None
    found = keys.find("openai", Settings(), home, env)
    assert found == keys.Key("environment", "OPENAI_API_KEY", "sk-from-the-environment")
    kept = keys.keep("openai", "sk-that-was-kept", home)
    assert kept.source == "file"
    found = keys.find("openai", Settings(), home, env)
    assert found is not None and (found.source, found.value) == ("file", "sk-that-was-kept")
    ring = Ring()
    keyring.set_keyring(ring)
    ring.set_password("jarvis", "openai", "sk-from-the-ring")
    found = keys.find("openai", Settings(), home, env)
    assert found is not None and (found.source, found.value) == ("keyring", "sk-from-the-ring")
    found = keys.find("openai", Settings(key_file=key_file(tmp_path)), home, env)
    assert found is not None and (found.source, found.value) == ("key_file", "sk-from-the-file")


def test_a_key_is_kept_in_the_keyring_or_in_a_file_of_its_owner_alone(home: Paths) -> None:
    file = keys.kept_file(home, "groq")
    assert keys.keep("groq", CANARY + "\n", home).source == "file"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [f.name for f in file.parent.iterdir()] == ["groq"]
    ring = Ring()
    keyring.set_keyring(ring)
    assert keys.keep("groq", CANARY, home).source == "keyring"
    assert ring.kept == {("jarvis", "groq"): CANARY}
    assert not file.exists()
    assert keys.remove("groq", home) is True
    assert ring.kept == {}
    assert keys.remove("groq", home) is False


def test_a_keyring_that_asks_is_not_waited_for(home: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "KEYRING_SECONDS", 0.05)
    keyring.set_keyring(Asking())
    found = keys.find("openai", Settings(), home, {"OPENAI_API_KEY": "sk-from-the-environment"})
    assert found is not None and found.source == "environment"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_can_read_is_refused(home: Paths, tmp_path: Path, mode: int) -> None:
    file = key_file(tmp_path, mode)
    with pytest.raises(Forbidden) as caught:
        keys.find("openai", Settings(key_file=file), home, {"OPENAI_API_KEY": "sk-another"})
    assert caught.value.code == "providers.key_exposed"
    assert caught.value.hint() == f"chmod 600 {file}"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_refused(home: Paths, tmp_path: Path) -> None:
    file = key_file(tmp_path)
    os.chown(file, 12345, 12345)
    with pytest.raises(Forbidden) as caught:
        keys.find("openai", Settings(key_file=file), home, {})
    assert caught.value.code == "providers.key_not_yours"


@pytest.mark.parametrize("text", ["", "two words", "línea", "one\ntwo\n", "x" * 5000])
def test_what_is_no_key_is_refused(home: Paths, tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError):
        keys.find("openai", Settings(key_file=key_file(tmp_path, text=text)), home, {})
    with pytest.raises(UsageError):
        keys.keep("openai", text, home)
    assert not keys.kept_file(home, "openai").exists()


def test_a_missing_file_is_said(home: Paths, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        keys.find("openai", Settings(key_file=tmp_path / "nowhere"), home, {"OPENAI_API_KEY": "sk-another"})
    assert caught.value.code == "providers.key_file_missing"


def test_variables_are_named_after_the_provider() -> None:
    assert keys.variables("openai") == ("OPENAI_API_KEY",)
    assert keys.variables("gemini") == ("GEMINI_API_KEY", "GOOGLE_API_KEY")
    assert keys.variables("my-own.box") == ("MY_OWN_BOX_API_KEY",)


def test_no_engine_gets_a_key() -> None:
    names = [n for p in ("openai", "anthropic", "gemini", "deepseek", "openrouter", "groq") for n in keys.variables(p)]
    names += ["NVIDIA_API_KEY", "CUDA_SECRET", "ANTHROPIC_AUTH_TOKEN", "OPENAI_ORG_ID", "HF_TOKEN"]
    assert len(names) > 10
    seen = environment("tag", source={"PATH": "/bin", **dict.fromkeys(names, CANARY)})
    assert CANARY not in seen.values()
    assert seen["PATH"] == "/bin"


def forms(key: str) -> list[str]:
    around = f"Authorization: Bearer {key}; and more"
    return [
        key,
        urllib.parse.quote(key, safe=""),
        urllib.parse.quote_plus(key),
        *(base64.b64encode(f"{'x' * n}{key}".encode()).decode() for n in range(3)),
        *(base64.urlsafe_b64encode(f"{'x' * n}{key} yz".encode()).decode() for n in range(3)),
        base64.b64encode(f":{key}".encode()).decode(),
        base64.b64encode(f"Bearer {key}".encode()).decode(),
        around,
        repr({"x-api-key": key}),
    ]


def holds(text: str, key: str = CANARY) -> bool:
    """Whether the key can be read in a text, at any place of base64."""
    packed = [
        core
        for pack in (base64.b64encode, base64.urlsafe_b64encode)
        for n in range(3)
        if (core := pack(b"x" * n + key.encode()).decode()[4:-4])
    ]
    return any(form in text for form in (key, urllib.parse.quote(key, safe=""), urllib.parse.quote_plus(key), *packed))


@pytest.mark.parametrize("form", forms(CANARY))
def test_sinks_let_no_form_of_a_key_through(form: str) -> None:
    assert holds(form)
    keys.remember(CANARY)
    out = StringIO()
    handler = logging.StreamHandler(out)
    log = logging.Logger("test")
    log.addHandler(handler)
    keys.guard([handler])
    keys.guard([handler])
    log.info("before %s after", form)
    try:
        raise ValueError(form)
    except ValueError:
        log.exception("it failed")
    told = out.getvalue()
    assert told.startswith("before ") and "after" in told and "ValueError" in told
    assert not holds(told)


def test_what_looks_like_a_key_is_not_shown_either() -> None:
    for text in ("sk-proj-abcdefghijklmnop", "AIzaSyA-1234567890abcdefghijkl", "Bearer abc.def-ghi_jkl=="):
        assert keys.redacted(f"a {text} b") == "a [key] b"
    assert keys.redacted("the task-force is asked to skim") == "the task-force is asked to skim"


def test_a_key_is_not_in_the_repr_of_what_has_it() -> None:
    found = keys.Key("environment", "OPENAI_API_KEY", CANARY)
    provider = make("openai", Settings(), CANARY)
    assert CANARY not in f"{found!r} {found} {provider!r} {provider}"


@pytest.mark.parametrize(
    ("name", "settings", "code"),
    [
        ("box", Settings(), "no_kind"),
        ("box", Settings(kind="openai_compatible"), "no_address"),
        ("openai", Settings(address="http://example.com/v1"), "in_clear"),
        ("openai", Settings(address="https://me:secret@example.com/v1"), "key_in_address"),
        ("openai", Settings(address="ftp://example.com"), "bad_address"),
        ("openai", Settings(address="https://example.com/v1?key=x"), "bad_address"),
        ("openai", Settings(address="http://127.evil.example/v1"), "in_clear"),
        ("openai", Settings(address="example.com:8000/v1"), "bad_address"),
        ("openai", Settings(address="http://127.0.0.1:99999"), "bad_address"),
        ("openai", Settings(address="http://"), "bad_address"),
        ("openai", Settings(address="file:///etc/passwd"), "bad_address"),
        ("openai", Settings(address="https://exa mple.com/v1"), "bad_address"),
    ],
)
def test_a_provider_that_cannot_be_is_refused(name: str, settings: Settings, code: str) -> None:
    with pytest.raises(ConfigError) as caught:
        make(name, settings, CANARY)
    assert caught.value.code == f"providers.{code}"
    assert "secret" not in str(caught.value)


def test_a_provider_without_a_key_may_be_anywhere() -> None:
    make("ollama", Settings(), None)
    make("box", Settings(kind="openai_compatible", address="http://10.0.0.7:8000/v1"), None)
    make("openai", Settings(address="http://127.0.0.1:9/v1"), CANARY)


def test_making_a_provider_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom jarvis.config.schema import Provider\nfrom jarvis.providers.here import make\n"
        "for n in ('openai','anthropic','gemini','deepseek','ollama','fake'): make(n, Provider(), 'k')\n"
        "print([m for m in ('pydantic_ai','openai','anthropic','google.genai','httpx2','keyring') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_commands_never_print_a_key(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JARVIS_")}
    env: dict[str, Any] = {
        **kept, "JARVIS_HOME": str(tmp_path / "home"), "JARVIS_LANG": "en", "GROQ_API_KEY": CANARY,
    }  # fmt: skip

    def run(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).with_name("jarvis")), *words]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, env=env)
        assert not holds(done.stdout + done.stderr)
        return done

    assert run("key", "set", "openai", stdin=f"{CANARY}\n").returncode == 0
    listed = run("key", "list").stdout
    assert "environment, GROQ_API_KEY" in listed and "keys/openai" in listed
    assert run("key", "set", "nobody", stdin=CANARY).returncode == 1
    assert run("key", "set", "openai", stdin="not a key").returncode == 2
    models = run("models", "--api").stdout
    assert "needs budget" in models and "needs key" in models
    shown = run("models", "show", "claude-3.5-sonnet").stdout
    assert "claude-sonnet-5-5" in shown and "needs key" in shown
    assert run("models", "show", "gpt-4o-mini", "--json").returncode == 0
    assert run("key", "remove", "openai").returncode == 0
    assert run("key", "remove", "openai").returncode == 1


@pytest.mark.parametrize("name", ["../x", "a/b", "..", ".x", "", "x" * 65])
def test_a_name_leads_nowhere_else(home: Paths, name: str) -> None:
    for act in (lambda: keys.keep(name, CANARY, home), lambda: keys.find(name, Settings(), home, {})):
        with pytest.raises(ConfigError):
            act()


@pytest.mark.parametrize("ring", [True, False])
def test_whoever_runs_can_see_that_keys_have_changed(home: Paths, ring: bool) -> None:
    if ring:
        keyring.set_keyring(Ring())
    seen = [keys.stamp(home)]
    for act in (
        lambda: keys.keep("groq", CANARY, home),
        lambda: keys.keep("groq", "sk-another-one", home),
        lambda: keys.remove("groq", home),
    ):
        act()
        seen.append(keys.stamp(home))
    assert len(set(seen)) == 4
    keys.find("groq", Settings(), home, {})
    assert keys.stamp(home) == seen[-1]
