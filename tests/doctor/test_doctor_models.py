"""Models on disk: whole, half, damaged, elsewhere; with the command that mends each."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from jarvis.catalog.catalog import Catalog
from jarvis.catalog.pull import pull
from jarvis.config.paths import Paths
from jarvis.config.schema import Models, OwnModel, Settings
from jarvis.doctor.base import Finding

Look = Callable[..., list[Finding]]
CONTENT = b"not much of a model" * 1000

CARD = """
id = "tiny"
name = "Tiny"
family = "tiny"
kind = "chat"
licence = "Apache-2.0"
languages = ["en"]
context = 512
parameters = 1000

[[variants]]
quantization = "Q1"
format = "other"
engines = ["fake"]

[[variants.files]]
name = "tiny.dat"
bytes = {size}
sha256 = "{sha256}"
sources = ["file:{source}"]
"""


@pytest.fixture
def card(home: Paths, tmp_path: Path) -> Path:
    """A card of the owner's; the file that its source names."""
    source = tmp_path / "elsewhere" / "tiny.dat"
    source.parent.mkdir()
    source.write_bytes(CONTENT)
    home.cards.mkdir(parents=True)
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    (home.cards / "tiny.toml").write_text(CARD.format(size=len(CONTENT), sha256=sha256, source=source))
    return source


@pytest.fixture
def jarvis(environ: dict[str, str]) -> Callable[[str], None]:
    """Runs the commands of a hint that begin with ``jarvis``, whether they end well or not."""
    script = Path(sys.executable).with_name("jarvis")

    def run(hint: str) -> None:
        for command in hint.split("`")[1].split(";"):
            words = command.split()
            assert words[0] == "jarvis"
            subprocess.run([script, *words[1:]], env=environ, capture_output=True, timeout=60, check=False)

    return run


@pytest.fixture
def pulled(card: Path, home: Paths) -> Path:
    """The file of a model that was pulled."""
    models = Catalog(home.models, home.cards)
    return pull(models, *models.wanted("tiny")).path


def damage(file: Path, content: bytes) -> None:
    file.unlink()  # it may be a link to its source
    file.write_bytes(content)


def codes(found: list[Finding]) -> list[str]:
    return [f.code.partition(".")[2] for f in found]


def test_no_model_yet(look: Look, home: Paths) -> None:
    (found,) = look("models")
    assert (found.status, found.code) == ("WARN", "doctor.no_model")
    assert "jarvis pull smollm2-135m-instruct" in found.hint("es")


def test_a_whole_model(pulled: Path, look: Look) -> None:
    assert codes(look("models")) == ["model_verified"]
    assert codes(look("models", deep=True)) == ["model_verified"]


@pytest.fixture(params=["small", "large"])
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Whether the model counts as one that is hashed each time."""
    kind: str = request.param
    if kind == "large":
        monkeypatch.setattr("jarvis.doctor.models.HASHED_BYTES", 0)
    return kind


def flip(file: Path) -> None:
    """Change a byte in the middle, where the file lies."""
    with file.open("r+b") as opened:
        opened.seek(len(CONTENT) // 2)
        opened.write(b"!")


def test_a_changed_byte_is_found_and_mended(
    pulled: Path, card: Path, size: str, look: Look, jarvis: Callable[[str], None]
) -> None:
    damage(pulled, CONTENT)
    flip(pulled)
    (found,) = look("models")
    assert (found.status, found.code) == ("FAIL", "doctor.model_damaged")
    assert str(pulled) in found.message("en")
    jarvis(found.hint("en"))
    assert codes(look("models")) == ["model_verified" if size == "small" else "model_untouched"]
    assert pulled.read_bytes() == CONTENT


def test_a_file_that_may_not_be_read_is_found_and_mended(pulled: Path, look: Look) -> None:
    pulled.chmod(0)
    if os.access(pulled, os.R_OK):
        pytest.skip("this user may read every file")
    (found,) = look("models")
    assert (found.status, found.code) == ("FAIL", "doctor.model_unreadable")
    subprocess.run(["sh", "-c", found.hint("es").split("`")[1]], check=True, timeout=60)
    assert codes(look("models")) == ["model_verified"]


def test_what_was_not_read_is_said_and_reading_it_is_noted(
    pulled: Path, look: Look, monkeypatch: pytest.MonkeyPatch, jarvis: Callable[[str], None]
) -> None:
    monkeypatch.setattr("jarvis.doctor.models.HASHED_BYTES", 0)
    (found,) = look("models")
    assert found.code == "doctor.model_untouched"
    assert time.strftime("%Y-%m-%d") in found.message("es")
    assert codes(look("models", deep=True)) == ["model_verified"]
    os.utime(pulled)
    assert codes(look("models")) == ["model_verified"], "touched, and read for it"
    jarvis("`jarvis models verify tiny`")
    assert codes(look("models")) == ["model_untouched"]


def test_a_file_of_the_owner_is_said_to_be_unchecked_and_a_cut_off_one_is_found(
    look: Look, tmp_path: Path, starter_path: Path
) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(starter_path.read_bytes())
    settings = Settings(model={"smollm2-135m-instruct": OwnModel(path=own)})
    assert codes(look("models", settings=settings)) == ["model_own"]
    page = own.with_name("page")
    page.write_text("<html>")
    settings_of_page = Settings(model={"smollm2-135m-instruct": OwnModel(path=page)})
    assert codes(look("models", settings=settings_of_page)) == ["own_damaged"]
    os.truncate(own, 50_000_000)
    (found,) = look("models", settings=settings)
    assert (found.status, found.code) == ("FAIL", "doctor.own_damaged")
    assert "config unset model.smollm2-135m-instruct.path" in found.hint("en")


@pytest.mark.parametrize("content", [CONTENT[:100], b"", CONTENT + b"more"], ids=["half", "empty", "more"])
def test_a_file_of_the_wrong_size_is_found_at_once_and_mended(
    pulled: Path, look: Look, jarvis: Callable[[str], None], content: bytes
) -> None:
    damage(pulled, content)
    found = look("models")[0]
    assert (found.status, found.code) == ("FAIL", "catalog.broken")
    assert str(len(CONTENT)) in found.message("en")
    jarvis(found.hint("en"))
    assert codes(look("models", deep=True)) == ["model_verified"]


def test_a_file_that_is_gone(pulled: Path, look: Look, jarvis: Callable[[str], None]) -> None:
    pulled.unlink()
    found = look("models")[0]
    assert found.code == "catalog.broken"
    jarvis(found.hint("es"))
    assert codes(look("models", deep=True)) == ["model_verified"]


def test_a_half_model(card: Path, home: Paths, look: Look, jarvis: Callable[[str], None]) -> None:
    folder = home.models / "tiny" / "Q1" / ".jarvis" / "unfinished"
    folder.mkdir(parents=True)
    assert codes(look("models")) == ["no_model"], "a pull that was refused is not one that was begun"
    (folder / "tiny.dat").write_bytes(CONTENT[:100])
    found = look("models")[0]
    assert (found.status, found.code) == ("WARN", "doctor.model_half")
    jarvis(found.hint("es"))
    assert codes(look("models", deep=True)) == ["model_verified"]


def test_a_card_that_has_moved_on(pulled: Path, home: Paths, look: Look) -> None:
    card = home.cards / "tiny.toml"
    new = hashlib.sha256(b"new").hexdigest()
    card.write_text(card.read_text().replace(hashlib.sha256(CONTENT).hexdigest(), new))
    found = look("models")[0]
    assert (found.status, found.code) == ("WARN", "doctor.model_other")


def test_a_path_of_the_owner_that_leads_nowhere(look: Look, tmp_path: Path) -> None:
    settings = Settings(model={"tiny-2.5": OwnModel(path=tmp_path / "gone.gguf")})
    found = look("models", settings=settings)[0]
    assert found.code == "doctor.model_path"
    assert "jarvis config unset model.tiny-2.5.path" in found.hint("en")


def test_a_lost_file_of_the_owners_hides_no_other_model(pulled: Path, look: Look, tmp_path: Path) -> None:
    settings = Settings(model={"smollm2-135m-instruct": OwnModel(path=tmp_path / "gone.gguf")})
    (tmp_path / "it's home" / "data" / "models" / "smollm2-135m-instruct").mkdir()
    assert codes(look("models", settings=settings)) == ["model_verified", "model_path"]


def test_a_default_that_does_not_exist(look: Look) -> None:
    found = look("models", settings=Settings(models=Models(default="smollm")))
    assert [f.code for f in found if f.status == "FAIL"] == ["catalog.bad_default"]


def test_a_broken_card_does_not_end_the_examination(home: Paths, look: Look) -> None:
    home.cards.mkdir(parents=True)
    (home.cards / "bad.toml").write_text("id = [")
    assert [f.status for f in look("models")] == ["FAIL"]
    assert os.listdir(home.cards) == ["bad.toml"]
