"""Hugging Face Transformers: whatever architecture it knows, as it is published, also where no other engine runs it.

A worker of ours on the usual wire, in an environment of its own (``jarvis install transformers``, or
``engines.transformers.python``). It writes its answers in turn, one token each, so it is no engine for many at once:
that is vLLM.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from pathlib import Path

from jarvis.config.paths import paths
from jarvis.engines._cards import check_cards
from jarvis.engines._folder import Folder, look
from jarvis.engines.base import OnProgress
from jarvis.engines.dialect import Abilities
from jarvis.engines.interpreter import Lodger
from jarvis.engines.marks import Plainness
from jarvis.engines.served import Launch, Served, check_options
from jarvis.engines.tags import CALL
from jarvis.errors import EngineStartFailed
from jarvis.words.chat import Json
from jarvis.words.fleet import HOST
from jarvis.words.model import Load

CHILD = Path(__file__).with_name("_torch_child.py")
OPTIONS = frozenset({"bits", "pooling"})
"""``Load.options`` of this engine. bits: 4 or 8, quantised while it is loaded (bitsandbytes, on a card). pooling: mean,
cls, last, of an embedding."""


class Engine(Lodger):
    """Runs folders of safetensors."""

    name = "transformers"

    async def start(self, load: Load, on_progress: OnProgress | None = None) -> Served:
        """Load a folder of safetensors; see ``engines.base.Engine.start``. It does not say how far it is."""
        check_options(load, self.name, OPTIONS)
        await asyncio.to_thread(check_cards, load, self._settings)
        python = await self._python()
        if load.split and python.build != "cuda":
            raise EngineStartFailed("engines.cpu_build", engine=self.name, name=load.model)
        folder = await asyncio.to_thread(look, load, self.name)
        if on_progress is not None:
            on_progress(None)
        key, models = secrets.token_urlsafe(32), self._settings.models
        served = await Served.start(
            Launch(
                engine=self.name,
                load=load,
                command=[str(python.path), "-E", "-P", "-u", str(CHILD)],
                order=json.dumps({**order(load, folder), "key": key}).encode(),
                key=key,
                logs=self._logs,
                load_seconds=models.load_timeout_seconds,
                hang_seconds=models.hang_timeout_seconds,
                environ=environ(load, paths().cache / "transformers"),
                extras={"return_progress": True},
            )
        )
        await served.settle(_learn(served, folder))
        return served


async def _learn(served: Served, folder: Folder) -> None:
    """What the loaded model can do."""
    load, template = served.load, folder.template(served.load)
    served.wire.plainness = Plainness.of(folder.marks, template)
    served.wire.able = Abilities(
        tools="tools" in template and CALL in template,
        must_call=False,
        tagged=True,
        opened=load.kind == "chat" and bool(template) and await served.wire.opens_a_thought(),
    )


def order(load: Load, folder: Folder) -> dict[str, Json]:
    """A load as the worker reads it, without the key. Pure. Raises EngineStartFailed for what it cannot do."""
    facts = {"engine": "transformers", "name": load.model}
    if load.kind == "rerank" and not folder.architecture.endswith("ForSequenceClassification"):
        raise EngineStartFailed("engines.no_ranking", **facts)
    if load.cache_type != "f16":
        raise EngineStartFailed("engines.no_cache_type", type=load.cache_type, **facts)
    return {
        "model": str(folder.path),
        "kind": load.kind,
        "context": load.context,
        "parallel": load.parallel,
        "threads": load.threads,
        "chat_template": load.chat_template,
        "capability": list(load.capability) if load.capability else None,
        "card_bytes": [load.claims.get(part.device, 0) for part in load.split],
        "host_bytes": load.claims.get(HOST, 0) if load.in_ram else 0,
        "bits": int(load.options.get("bits", 0)),
        "pooling": str(load.options.get("pooling", "")),
        "usual": dict(folder.sampling),
    }


def environ(load: Load, cache: Path) -> dict[str, str]:
    """Its environment besides the allow-list: nothing leaves the machine, nothing it compiles is shared. Pure."""
    return {
        "CUDA_VISIBLE_DEVICES": ",".join(part.device for part in load.split),
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "TORCHINDUCTOR_CACHE_DIR": str(cache / "inductor"),
        "TRITON_CACHE_DIR": str(cache / "triton"),
        "OMP_WAIT_POLICY": "passive",
        "NO_COLOR": "1",
    }
