"""Plain histories, as the plan's first Jarvis kept them and as ``jarvis export`` writes them: JSON and JSON lines.

A message is ``{role, content}``, an exchange ``{question, answer}``, a conversation a list of messages, also under
``messages`` or ``turns``; what else these things are called is below.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from jarvis.imports.talks import LeftOut, Read, Talk, Turn, in_order, moment

_QUESTION = ("query", "question", "prompt", "user", "user_input", "input", "user_message")
_ANSWER = ("response", "answer", "assistant", "output", "reply", "completion", "assistant_response")
_TEXT = ("content", "text", "message")
_WHEN = ("created", "timestamp", "time", "created_at", "date", "at")
_MODEL = ("model", "model_id", "model_used", "model_name")
_TALK = ("conversation", "conversation_id", "session_id", "session", "chat_id", "thread")
_TURNS = ("turns", "messages", "history", "conversation")
_ROLES = {"user": "user", "human": "user", "owner": "user", "assistant": "assistant", "ai": "assistant",
          "bot": "assistant", "jarvis": "assistant", "model": "assistant"}  # fmt: skip
_OWN = re.compile(r"[0-9a-f]{12}")


def lines(text: str) -> list[object] | None:
    """JSON lines; None for what is none. A last line that was cut off is left out."""
    found: list[object] = []
    written = [line for line in text.splitlines() if line.strip()]
    for number, line in enumerate(written):
        try:
            found.append(json.loads(line))
        except (ValueError, RecursionError):
            if number + 1 < len(written) or not found:
                return None
    return found


def histories(body: object, name: str, otherwise: float) -> Read | None:
    """What a file called ``name`` holds; None when it holds nothing of this kind."""
    if isinstance(body, dict):
        held = _of(body, _TURNS)
        body = [body] if isinstance(held, list) or not _dicts(body.get("conversations")) else body["conversations"]
    if not _dicts(body) or not body:
        return None
    talks, left_out = [], []
    loose: dict[str, list[Mapping[str, Any]]] = {}
    for number, one in enumerate(body):
        held = next((one[key] for key in _TURNS if _dicts(one.get(key))), None)
        if held is None:
            loose.setdefault(str(_of(one, _TALK) or ""), []).append(one)
        elif talk := _talk(one, held, name, moment(_of(one, _WHEN), otherwise)):
            talks.append(talk)
        else:
            left_out.append(LeftOut(f"{name}: {number + 1}", "imports.empty"))
    for group, said in loose.items():
        if talk := _talk({"group": group}, said, name, otherwise):
            talks.append(talk)
        else:
            left_out.append(LeftOut(f"{name}: {group}" if group else name, "imports.not_understood"))
    return Read("history", tuple(talks), tuple(left_out)) if talks else None


def _talk(about: Mapping[str, Any], said: Sequence[Mapping[str, Any]], name: str, otherwise: float) -> Talk | None:
    turns: list[Turn] = []
    for one in said:
        at, model = moment(_of(one, _WHEN), turns[-1].created if turns else otherwise), str(_of(one, _MODEL) or "")
        role = _ROLES.get(str(one.get("role") or one.get("speaker") or "").lower())
        pairs = (
            ((role, _of(one, _TEXT)),) if role else (("user", _of(one, _QUESTION)), ("assistant", _of(one, _ANSWER)))
        )
        for who, words in pairs:
            if isinstance(words, str) and words.strip():
                turns.append(
                    Turn("user", words, at) if who == "user" else Turn("assistant", words, at, model or "imported")
                )
    if not turns:
        return None
    own = str(about.get("id") or _of(about, _TALK) or "")
    first = [name, own or str(about.get("group", "")), turns[0].text]
    source = f"jarvis:{own}" if _OWN.fullmatch(own) else f"history:{_sum(json.dumps(first))}"
    return Talk(source, str(about.get("title") or turns[0].text), in_order(turns))


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _of(one: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((one[name] for name in names if one.get(name) not in (None, "")), None)


def _dicts(value: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)
