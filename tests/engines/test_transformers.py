"""How the worker of Transformers is told what to do, and in its own environment, how it would load on which card."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

from folders import folder

from environments import engine_python
from jarvis.config.schema import Settings
from jarvis.engines import transformers
from jarvis.engines._folder import look
from jarvis.engines.transformers import Engine, environ, order
from jarvis.errors import EngineStartFailed, UsageError
from jarvis.words.fleet import HOST, Split
from jarvis.words.model import Load

CARD, OTHER = "GPU-5070", "GPU-2060"


def told(path: Path, **more: Any) -> dict[str, Any]:
    load = Load(**{"model": "m", "path": path, "context": 512, **more})
    return dict(order(load, look(load, "transformers")))


def test_a_load_in_the_workers_terms(tmp_path: Path) -> None:
    path = folder(tmp_path / "m")
    said = told(path)
    assert (said["card_bytes"], said["capability"], said["context"]) == ([], None, 512)
    whole = {"split": (Split(CARD, 2),), "claims": {CARD: 5, HOST: 7}, "capability": (12, 0)}
    said = told(path, **whole, options={"bits": 4})
    assert (said["card_bytes"], said["host_bytes"], said["bits"]) == ([5], 0, 4)
    said = told(path, split=(Split(CARD, 1),), in_ram=1, claims={CARD: 5, HOST: 7})
    assert (said["card_bytes"], said["host_bytes"]) == ([5], 7)  # a layer stays in RAM
    load = Load("m", path, split=(Split(CARD, 1), Split(OTHER, 1)))
    assert environ(load, tmp_path)["CUDA_VISIBLE_DEVICES"] == f"{CARD},{OTHER}"
    assert environ(Load("m", path), tmp_path)["CUDA_VISIBLE_DEVICES"] == ""
    for more, code in (({"kind": "rerank"}, "no_ranking"), ({"cache_type": "q4_0"}, "no_cache_type")):
        with pytest.raises(EngineStartFailed) as error:
            told(path, **more)
        assert error.value.code == f"engines.{code}"


async def test_what_is_not_there_or_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARVIS_HOME", str(tmp_path / "home"))
    load = Load("m", folder(tmp_path / "m"))
    with pytest.raises(EngineStartFailed) as error:
        await Engine(Settings(), tmp_path).start(load)
    assert error.value.hint("es") == "`jarvis install transformers`"
    with pytest.raises(UsageError):
        await Engine(Settings(), tmp_path).start(Load("m", load.path, options={"quantization": "awq"}))


MIND = """
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("mind", sys.argv[1])
mind = importlib.util.module_from_spec(spec)
spec.loader.exec_module(mind)
"""
ASK = """
for order in json.load(sys.stdin):
    try:
        how = mind.loading(order)
        print(json.dumps([str(how["dtype"]), how["attn_implementation"], how["use_safetensors"],
                          how["trust_remote_code"], str(how["device_map"]), "quantization_config" in how]))
    except mind.Unfit as error:
        print(json.dumps(str(error)))
"""


def in_its_python(code: str, given: str = "") -> list[str]:
    """The lines that ``code`` prints, which knows the worker's ``mind``, in the environment of Transformers."""
    mind = Path(transformers.__file__).with_name("_torch_mind.py")
    words = [engine_python("transformers"), "-E", "-P", "-c", MIND + code, mind]
    return subprocess.run(
        words, input=given, capture_output=True, text=True, timeout=300, check=True
    ).stdout.splitlines()  # fmt: skip


REFUSED = """
from types import SimpleNamespace
from jinja2 import TemplateError
def refuse(*_, **__):
    raise TemplateError("a system message, please")
try:
    mind.Model.prompt(SimpleNamespace(tokenizer=SimpleNamespace(apply_chat_template=refuse)), {"messages": []})
except mind.Unfit as error:
    print(error)
"""


@pytest.mark.engines
def test_what_a_template_refuses_is_the_requests_fault() -> None:
    assert in_its_python(REFUSED) == ["jinja: a system message, please"]


@pytest.mark.engines
def test_how_it_loads_by_card(tmp_path: Path) -> None:
    path = folder(tmp_path / "m", dtype="bfloat16")
    usual = {"model": str(path), "capability": None, "card_bytes": [], "host_bytes": 0, "bits": 0}
    orders = [
        usual,
        usual | {"capability": [7, 5], "card_bytes": [9]},
        usual | {"capability": [12, 0], "card_bytes": [9]},
        usual | {"capability": [7, 5], "card_bytes": [9, 5], "host_bytes": 3},
        usual | {"capability": [12, 0], "card_bytes": [9], "bits": 4},
        usual | {"bits": 8},
    ]
    cpu, turing, blackwell, two, small, impossible = map(json.loads, in_its_python(ASK, json.dumps(orders)))
    assert cpu == ["torch.float32", "sdpa", True, False, "{'': 'cpu'}", False]
    assert turing == ["torch.float16", "sdpa", True, False, "{'': 0}", False]  # no bfloat16 there
    assert blackwell[0] == "torch.bfloat16"
    assert two[4] == "auto"
    assert small[5] is True
    assert "requires a card" in impossible
