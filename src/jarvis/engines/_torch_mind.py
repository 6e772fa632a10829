"""A model in Transformers, and answers written with it a token at a time: run by ``_torch_child`` where those are.

Nothing here is ``model.generate``: a request must stop within a token when nobody listens any more, have chance of its
own (a seed that others cannot disturb), and share the model with others that are written at the same time.
"""

from __future__ import annotations

import importlib.util
import inspect
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
import transformers
from jinja2 import TemplateError

BATCH, GPU_BATCH = 128, 512
"""Tokens of a prompt that are computed in one go, on the processor and on a card (``engines/memory.py``)."""
REPLACED = "\ufffd"
"""What half a character is decoded to: wait for the rest."""


class Unfit(Exception):
    """This request, or this load, cannot be served."""


def loading(order: Mapping[str, Any]) -> dict[str, Any]:
    """How the model is to be loaded, in Transformers' words. Raises Unfit."""
    capability = tuple(order["capability"] or (0, 0))
    cards: list[int] = order["card_bytes"]
    how: dict[str, Any] = {"use_safetensors": True, "trust_remote_code": False, "local_files_only": True}
    if not cards:
        if order["bits"]:
            raise Unfit("bitsandbytes requires a card here")
        # bfloat16 on a processor is slow without AMX and not what was checked with it
        return how | {"dtype": torch.float32, "attn_implementation": "sdpa", "device_map": {"": "cpu"}}
    config = json.loads((Path(order["model"]) / "config.json").read_text())
    stored = config.get("dtype") or config.get("torch_dtype")
    half = torch.bfloat16 if capability >= (8, 0) and stored != "float16" else torch.float16
    flash = capability >= (8, 0) and importlib.util.find_spec("flash_attn") is not None
    how |= {"dtype": half, "attn_implementation": "flash_attention_2" if flash else "sdpa"}
    if order["bits"]:
        how["quantization_config"] = transformers.BitsAndBytesConfig(
            load_in_4bit=order["bits"] == 4,
            load_in_8bit=order["bits"] == 8,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_compute_dtype=half,
        )
    if len(cards) == 1 and not order["host_bytes"]:
        return how | {"device_map": {"": 0}}
    room: dict[int | str, int] = dict(enumerate(cards))
    return how | {"device_map": "auto", "max_memory": room | {"cpu": order["host_bytes"]}}


class Model:
    """The network, its tokenizer and its template."""

    def __init__(self, order: Mapping[str, Any]) -> None:
        path, how, kind = order["model"], loading(order), order["kind"]
        self.tokenizer: Any = transformers.AutoTokenizer.from_pretrained(path, local_files_only=True)
        if order["chat_template"]:
            self.tokenizer.chat_template = order["chat_template"]
        classes = {
            "chat": transformers.AutoModelForCausalLM,
            "embedding": transformers.AutoModel,
            "rerank": transformers.AutoModelForSequenceClassification,
        }
        self.network: Any = classes[kind].from_pretrained(path, **how).eval()
        self.device = self.network.device
        self.context: int = order["context"]
        self.batch = BATCH if self.device.type == "cpu" else GPU_BATCH
        self.pooling = order["pooling"] or _pooling(Path(path))
        defaults = getattr(self.network, "generation_config", None)
        ends = getattr(defaults, "eos_token_id", None)
        self.ends = {*(ends if isinstance(ends, list) else [ends]), self.tokenizer.eos_token_id} - {None}
        self.usual: Mapping[str, Any] = order["usual"]
        takes = inspect.signature(self.network.forward).parameters
        self.last_only = {"logits_to_keep": 1} if "logits_to_keep" in takes else {}
        self._compiler: Any = None

    def prompt(self, body: Mapping[str, Any]) -> str:
        """The text that a chat becomes by the model's template."""
        tools = body.get("tools") if body.get("tool_choice") != "none" else None
        messages = [_plain(message) for message in body["messages"]]
        template = self.tokenizer.apply_chat_template
        try:
            return str(template(messages, tools=tools, tokenize=False, add_generation_prompt=True))
        except (TemplateError, TypeError, ValueError) as error:  # what it refuses, and what breaks it
            raise Unfit(f"jinja: {error}") from error

    def tokens(self, body: Mapping[str, Any]) -> list[int]:
        """The prompt of a request."""
        if "messages" in body:
            return list(self.tokenizer(self.prompt(body), add_special_tokens=False)["input_ids"])
        text, begin = str(body["prompt"]), self.tokenizer.bos_token
        marked = bool(begin) and text.startswith(begin)  # a text that a template has made has it already
        return list(self.tokenizer(text, add_special_tokens=not marked)["input_ids"])

    def matcher(self, body: Mapping[str, Any]) -> Any:
        """What holds an answer to a grammar or schema; None where none is asked for. Raises Unfit."""
        form = body.get("response_format") or {}
        schema = body.get("json_schema") or (form.get("json_schema") or {}).get("schema") or form.get("schema")
        grammar = body.get("grammar")
        if not grammar and schema is None and form.get("type") != "json_object":
            return None
        try:
            import xgrammar
        except ImportError as error:
            raise Unfit("a grammar needs the package xgrammar") from error
        if self._compiler is None:
            size = self.network.config.get_text_config().vocab_size
            info = xgrammar.TokenizerInfo.from_huggingface(self.tokenizer, vocab_size=size)
            self._compiler = xgrammar.GrammarCompiler(info)
        try:
            if grammar:
                compiled = self._compiler.compile_grammar(grammar)
            elif schema is not None:
                schema.pop("x-guidance", None)
                # no space that the schema does not ask for: a small model would write line breaks for ever
                compiled = self._compiler.compile_json_schema(json.dumps(schema), any_whitespace=False)
            else:
                compiled = self._compiler.compile_builtin_json_grammar()
        except Exception as error:  # whatever it throws, it is the grammar that it cannot read
            raise Unfit(f"cannot read the grammar: {error}") from error
        return xgrammar.GrammarMatcher(compiled, override_stop_tokens=sorted(self.ends))

    def vector(self, text: str) -> tuple[list[float], int]:
        """A text as a unit vector, and its tokens. Raises Unfit for one that is too long."""
        asked = self.tokenizer(text, return_tensors="pt").to(self.device)
        with torch.inference_mode():
            states = self.network(**self._fitting(asked)).last_hidden_state[0].float()
        one = states[0] if self.pooling == "cls" else states[-1] if self.pooling == "last" else states.mean(0)
        return torch.nn.functional.normalize(one, dim=0).tolist(), len(states)

    def relevance(self, query: str, document: str) -> float:
        """How well a document answers a query, by a cross-encoder. Raises Unfit for what is too long."""
        asked = self.tokenizer(query, document, return_tensors="pt").to(self.device)
        with torch.inference_mode():
            return float(self.network(**self._fitting(asked)).logits[0, -1])

    def _fitting(self, asked: Any) -> Any:
        if (count := asked["input_ids"].shape[1]) > self.context:
            raise Unfit(f"input ({count} tokens) is too large, the context is {self.context}")
        return asked


def _plain(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message as templates want it: the arguments of a call as an object."""
    said = dict(message)
    said["content"] = said.get("content") or ""
    calls = []
    for call in said.get("tool_calls") or ():
        try:
            arguments = json.loads(call["function"]["arguments"])
        except ValueError:
            arguments = call["function"]["arguments"]
        calls.append({**call, "function": {**call["function"], "arguments": arguments}})
    if calls:
        said["tool_calls"] = calls
    return said


def _pooling(folder: Path) -> str:
    """How the model's makers pool, as sentence-transformers writes it down."""
    try:
        said = json.loads((folder / "1_Pooling" / "config.json").read_text())
    except (OSError, ValueError):
        return "mean"
    return "cls" if said.get("pooling_mode_cls_token") else "last" if said.get("pooling_mode_lasttoken") else "mean"


class Slot:
    """A sequence's keys and values, and the tokens that they are of: what begins alike is not read again."""

    def __init__(self) -> None:
        self.held: list[int] = []
        self.cache: Any = None
        self.busy = False

    def common(self, prompt: list[int]) -> int:
        """Tokens of ``prompt`` that need not be read; one always has to be."""
        if self.cache is None or not getattr(self.cache, "is_croppable", False):
            return 0
        same = next((i for i, (a, b) in enumerate(zip(self.held, prompt, strict=False)) if a != b), None)
        return min(len(self.held) if same is None else same, len(prompt) - 1)

    def begin(self, prompt: list[int], network: Any) -> int:
        """Keep what ``prompt`` has in common; how many tokens that is."""
        keep = self.common(prompt)
        if keep:
            if surplus := len(self.held) - keep:
                self.cache.crop(-surplus)  # below zero it is what to take away, in every version
        else:
            self.cache = transformers.DynamicCache(config=network.config)
        self.held = list(prompt[:keep])
        return keep


class Sampler:
    """Chooses the tokens of one answer."""

    def __init__(self, model: Model, body: Mapping[str, Any], prompt: list[int], choice: int) -> None:
        def asked(name: str, usual: Any = None) -> Any:
            told = body.get(name)
            return model.usual.get(usual or name) if told is None else told

        self.temperature = float(asked("temperature"))
        self.top_p, self.top_k, self.min_p = asked("top_p"), asked("top_k"), asked("min_p")
        self.repeat = asked("repeat_penalty", "repetition_penalty") or 1.0
        self.presence, self.frequency = body.get("presence_penalty") or 0.0, body.get("frequency_penalty") or 0.0
        self.bias = {int(token): float(value) for token, value in (body.get("logit_bias") or {}).items()}
        self.chance = torch.Generator(device=model.device)
        if body.get("seed") is None:
            self.chance.seed()
        else:
            self.chance.manual_seed(int(body["seed"]) + choice)
        self.matcher = model.matcher(body)
        self.prompt = torch.tensor(sorted(set(prompt)), device=model.device)
        self.written: list[int] = []

    def __call__(self, logits: Any) -> int:
        """The next token, by the logits of all (a vector, which is changed)."""
        self._adjust(logits)
        if self.matcher is not None:
            import xgrammar

            mask = xgrammar.allocate_token_bitmask(1, logits.shape[-1])
            self.matcher.fill_next_token_bitmask(mask)
            xgrammar.apply_token_bitmask_inplace(logits.unsqueeze(0), mask.to(logits.device))
        token = int(logits.argmax()) if self.temperature <= 0 else self._draw(logits / self.temperature)
        if self.matcher is not None:
            self.matcher.accept_token(token)
        self.written.append(token)
        return token

    @property
    def over(self) -> bool:
        """The grammar allows nothing more."""
        return self.matcher is not None and bool(self.matcher.is_terminated())

    def _adjust(self, logits: Any) -> None:
        for token, value in self.bias.items():
            if 0 <= token < len(logits):
                logits[token] += value
        if self.repeat != 1.0:
            seen = torch.cat((self.prompt, torch.tensor(self.written, device=logits.device, dtype=torch.long)))
            scores = logits[seen]
            logits[seen] = torch.where(scores < 0, scores * self.repeat, scores / self.repeat)
        if (self.presence or self.frequency) and self.written:
            tokens, counts = torch.tensor(self.written, device=logits.device).unique(return_counts=True)
            logits[tokens] -= self.presence + self.frequency * counts

    def _draw(self, logits: Any) -> int:
        if self.top_k:
            logits[logits < logits.topk(min(int(self.top_k), len(logits))).values[-1]] = -torch.inf
        chances = logits.softmax(-1)
        if self.min_p:
            chances[chances < float(self.min_p) * chances.max()] = 0
        if self.top_p is not None and self.top_p < 1:
            sorted_chances, order = chances.sort(descending=True)
            sorted_chances[sorted_chances.cumsum(-1) - sorted_chances > float(self.top_p)] = 0
            chances = torch.zeros_like(chances).scatter(-1, order, sorted_chances)
        return int(torch.multinomial(chances, 1, generator=self.chance))


class Writer:
    """One answer: read the prompt in pieces, then write token by token. Each ``step`` is one forward pass."""

    def __init__(self, model: Model, slot: Slot, prompt: list[int], body: Mapping[str, Any], choice: int) -> None:
        """Raises Unfit."""
        self.model, self.slot, self.prompt, self.choice = model, slot, prompt, choice
        self.chat = "messages" in body
        self.sampler = Sampler(model, body, prompt, choice)
        self.cached = slot.begin(prompt, model.network)
        self.left = min(int(body.get("max_tokens") or model.context), model.context - len(prompt))
        self.stops = tuple(body.get("stop") or ())
        self.top = int((body.get("top_logprobs") if self.chat else body.get("logprobs")) or 0)
        self.tell_chances = bool(body.get("logprobs"))
        self.spelled = self.known = 0
        self.text, self.said = "", 0

    def step(self) -> list[Mapping[str, Any]]:
        """One forward pass; the events that it brings. The account comes last, and means that it is over."""
        with torch.inference_mode():
            return self._step()

    def _step(self) -> list[Mapping[str, Any]]:
        slot, written = self.slot, self.sampler.written
        part = written[-1:] or self.prompt[len(slot.held) : len(slot.held) + self.model.batch]
        told = self.model.network(
            input_ids=torch.tensor([part], device=self.model.device),
            past_key_values=slot.cache,
            use_cache=True,
            **self.model.last_only,
        )
        slot.held += part
        if not written and len(slot.held) < len(self.prompt):
            progress = {"total": len(self.prompt), "cache": self.cached, "processed": len(slot.held), "time_ms": 0}
            return [{"prompt_progress": progress, "choices": []}]
        logits = told.logits[0, -1].float()
        chances = logits.log_softmax(-1) if self.tell_chances else None
        return self._said(self.sampler(logits), chances)

    def _said(self, token: int, chances: Any) -> list[Mapping[str, Any]]:
        finish = None
        before = len(self.text)
        ended = token in self.model.ends
        if not ended:
            self.text += self._spell()
        self.left -= 1
        cut = min((at for stop in self.stops if (at := self.text.find(stop)) >= 0), default=-1)
        if ended or cut >= 0 or self.sampler.over:
            finish = "stop"
        elif self.left <= 0:
            finish = "length"
        sure = len(self.text) if finish else len(self.text) - self._held_back()
        text = self.text[self.said : cut if cut >= 0 else sure]
        self.said = max(self.said, sure)
        piece: dict[str, Any] = {"delta": {"content": text} if text else {}} if self.chat else {"text": text}
        if chances is not None and not ended:
            piece["logprobs"] = {"content": [self._entry(token, chances, self.text[before:])]}
        events: list[Mapping[str, Any]] = [self._event(piece)] if text or "logprobs" in piece else []
        if finish:
            events.append(self._event({"finish_reason": finish, **({"delta": {}} if self.chat else {"text": ""})}))
            events.append(self._account())
        return events

    def _event(self, piece: Mapping[str, Any]) -> dict[str, Any]:
        return {"choices": [{"index": self.choice, "finish_reason": None, **piece}]}

    def _account(self) -> dict[str, Any]:
        return {
            "choices": [],
            "usage": {
                "prompt_tokens": len(self.prompt),
                "completion_tokens": len(self.sampler.written),
                "prompt_tokens_details": {"cached_tokens": self.cached},
            },
        }

    def _spell(self) -> str:
        """The text that the last token adds: it may be half a character, and have a space only behind others."""
        decode, ids = self.model.tokenizer.decode, self.sampler.written
        old = decode(ids[self.known : self.spelled], skip_special_tokens=True)
        new = decode(ids[self.known :], skip_special_tokens=True)
        if len(new) <= len(old) or new.endswith(REPLACED):
            return ""
        self.known, self.spelled = self.spelled, len(ids)
        return str(new[len(old) :])

    def _held_back(self) -> int:
        """Characters at the end that may be the beginning of a stop sequence."""
        longest = max(map(len, self.stops), default=1) - 1
        tail = self.text[self.said :][-longest:] if longest else ""
        return next((n for n in range(len(tail), 0, -1) if any(s.startswith(tail[-n:]) for s in self.stops)), 0)

    def _entry(self, token: int, chances: Any, text: str) -> dict[str, Any]:
        values, tokens = chances.topk(self.top) if self.top else ((), ())
        top = [self._one(int(t), float(v), "") for t, v in zip(tokens, values, strict=True)]
        return {**self._one(token, float(chances[token]), text), "top_logprobs": top}

    def _one(self, token: int, value: float, text: str) -> dict[str, Any]:
        text = text or self.model.tokenizer.decode([token])
        return {"token": text, "logprob": value, "bytes": list(text.encode())}
