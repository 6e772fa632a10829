"""llama.cpp's own server, from the xllamacpp wheel, as a process of its own: run by ``engines/llama_cpp.py``.

Reads its order, one JSON object, from stdin: the settings that ``llama_cpp.settings_of`` makes, and ``key``. The port
is the server's choice; it prints "listening on http://127.0.0.1:PORT" when the model is loaded. Ends at SIGTERM.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

LIBRARY = "/xllamacpp.abi3.so"


def params(order: dict[str, Any]) -> Any:
    """The order in the words of the wheel."""
    import xllamacpp as x

    p = x.CommonParams()
    p.model.path = order["model"]
    p.model_alias = {order["alias"]}
    p.hostnames, p.port, p.api_keys = ["127.0.0.1"], 0, [order["key"]]
    p.n_ctx, p.n_parallel, p.kv_unified = order["context"], order["parallel"], order["kv_unified"]
    p.n_batch, p.n_ubatch = order["batch"], order["ubatch"]
    p.cpuparams.n_threads, p.cpuparams_batch.n_threads = order["threads"], order["threads_batch"]
    if order["poll"] is not None:
        p.cpuparams.poll = p.cpuparams_batch.poll = order["poll"]
    p.n_threads_http = order["threads_http"]
    p.cont_batching = p.cache_prompt = p.use_jinja = True
    p.warmup = False  # the first prompt warms it up, and need not wait for another one
    p.cache_ram_mib = order["cache_ram_mib"]
    p.n_ctx_checkpoints = order["checkpoints"]
    cache = {"f16": x.ggml_type.GGML_TYPE_F16, "q8_0": x.ggml_type.GGML_TYPE_Q8_0, "q4_0": x.ggml_type.GGML_TYPE_Q4_0}
    p.cache_type_k = p.cache_type_v = cache[order["cache_type"]]
    p.n_gpu_layers = order["gpu_layers"]
    if order["tensor_split"]:
        p.tensor_split = [float(units) for units in order["tensor_split"].split(",")]
    p.fit_params = p.no_alloc = order.get("dry", False)  # says what it would take; see ``engines/dry_run.py``
    p.verbosity = order["verbosity"]
    if not order["mmap"]:
        p.load_mode = x.llama_load_mode.LLAMA_LOAD_MODE_NONE
    p.reasoning_format = x.common_reasoning_format.COMMON_REASONING_FORMAT_DEEPSEEK
    p.ui = p.endpoint_props = p.ctx_shift = False
    p.cors_origins = order["cors_origins"]
    if order["projector"]:
        p.mmproj.path = order["projector"]
        p.mmproj_use_gpu = not order["projector_in_ram"]
    if order["chat_template"]:
        p.chat_template = order["chat_template"]
    p.embedding = order["embedding"]
    if order["pooling"]:
        p.pooling_type = getattr(x.llama_pooling_type, "LLAMA_POOLING_TYPE_" + order["pooling"].upper())
    if order["gpu_layers"] and not _gpus(x):
        sys.exit("error: this llama.cpp was built for the processor only and cannot use a GPU")
    if order["experts_in_ram"]:
        sys.exit("error: the wheel's llama.cpp cannot leave experts in RAM; a llama-server can")
    return p


def _gpus(x: Any) -> list[str]:
    kinds = x.ggml_backend_dev_type
    gpu = (kinds.GGML_BACKEND_DEVICE_TYPE_GPU, kinds.GGML_BACKEND_DEVICE_TYPE_IGPU)
    return [str(device["name"]) for device in x.get_device_info() if device["type"] in gpu]


def _beside(name: str) -> Any:
    """A file of this folder, by its path: the folder itself is not searched."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def devices() -> None:
    """List the GPUs as ``llama-server --list-devices`` does."""
    import xllamacpp

    print("Available devices:", *(f"\n  {name}: GPU" for name in _gpus(xllamacpp)))  # noqa: T201


def main() -> None:
    # blocked before any thread is made, or the server's own handler would run, stop it and leave this process waiting
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    order = json.load(sys.stdin)
    ready = params(order)

    import xllamacpp

    try:
        _server = xllamacpp.Server(ready)  # returns when the model is loaded and the port is open
    except RuntimeError:
        sys.exit(1)  # the reason is in what it printed
    # Only now: while it loads, that call holds what a function in Python needs to be called.
    if order.get("gives_way", True) and not _beside("_gomp").give_way(LIBRARY):
        print("this build always computes with all its threads", file=sys.stderr)  # noqa: T201
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    os._exit(0)


if __name__ == "__main__":
    devices() if sys.argv[1:] == ["devices"] else main()
