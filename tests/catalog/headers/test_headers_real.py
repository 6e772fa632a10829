"""A real model: what the reader says of it, and what llama.cpp says once it has loaded it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jarvis.catalog.headers import read

_ASK = """
import ctypes, json, sys
from pathlib import Path
import xllamacpp
library = ctypes.CDLL(str(next(Path(xllamacpp.__file__).parent.glob("*.so"))))
class Parameters(ctypes.Structure):
    _fields_ = [("room", ctypes.c_uint8 * 256)]
library.llama_model_default_params.restype = Parameters
library.llama_model_load_from_file.argtypes = [ctypes.c_char_p, Parameters]
library.llama_model_load_from_file.restype = ctypes.c_void_p
model = library.llama_model_load_from_file(sys.argv[1].encode(), library.llama_model_default_params())
said = {}
for name in ("n_params", "size", "n_layer", "n_embd", "n_head", "n_head_kv", "n_ctx_train", "n_swa"):
    ask = getattr(library, "llama_model_" + name)
    ask.argtypes = [ctypes.c_void_p]
    ask.restype = ctypes.c_uint64 if name in ("n_params", "size") else ctypes.c_int32
    said[name] = ask(model)
library.llama_model_chat_template.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
library.llama_model_chat_template.restype = ctypes.c_char_p
said["template"] = library.llama_model_chat_template(model, None).decode()
print(json.dumps(said))
"""


@pytest.mark.real
def test_the_engine_says_the_same_of_the_starter(starter_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", _ASK, str(starter_path)], capture_output=True, text=True, check=True)
    header = read(starter_path)
    assert json.loads(ran.stdout) == {
        "n_params": header.parameters,
        "size": header.weight_bytes,
        "n_layer": header.layers,
        "n_embd": header.hidden,
        "n_head": header.heads,
        "n_head_kv": header.kv_heads,
        "n_ctx_train": header.context,
        "n_swa": header.window,
        "template": header.chat_template,
    }
    assert header.weight_bytes < starter_path.stat().st_size < header.weight_bytes + 8_000_000
    header.require_whole()
