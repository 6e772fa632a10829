"""ChatGPT's export and Open WebUI's: trees of messages, of which the branch that was shown last counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from jarvis.imports.talks import LeftOut, Read, Talk, Turn, in_order, moment

Node = Mapping[str, Any]


def is_chatgpt(body: object) -> bool:
    return _first_has(body, "mapping")


def is_open_webui(body: object) -> bool:
    return _first_has(body, "chat")


def _first_has(body: object, key: str) -> bool:
    first = body[0] if isinstance(body, list) and body else body
    return isinstance(first, dict) and isinstance(first.get(key), dict)


def chatgpt(body: object, otherwise: float) -> Read:
    """``conversations.json``. ``otherwise``: when something was said of which that is not known."""
    return _read("chatgpt", body, lambda one: _chatgpt(one, otherwise))


def open_webui(body: object, otherwise: float) -> Read:
    """What "Export chats" writes, all of them or one."""
    return _read("open-webui", body, lambda one: _open_webui(one, otherwise))


def _read(kind: str, body: object, read: Callable[[Node], tuple[Talk | None, int]]) -> Read:
    talks, left_out, parts = [], [], 0
    for number, one in enumerate(body if isinstance(body, list) else [body]):
        title = str(one.get("title") or number + 1) if isinstance(one, dict) else str(number + 1)
        try:
            talk, besides = read(one)
        except (KeyError, TypeError, AttributeError, ValueError):
            left_out.append(LeftOut(title, "imports.not_understood"))
            continue
        parts += besides
        if talk is None:
            left_out.append(LeftOut(title, "imports.empty"))
        else:
            talks.append(talk)
    return Read(kind, tuple(talks), tuple(left_out), parts)


def _chatgpt(one: Node, otherwise: float) -> tuple[Talk | None, int]:
    begun = moment(one.get("create_time"), otherwise)
    turns, besides = [], 0
    nodes = one["mapping"]
    last = one.get("current_node") or _leaf(nodes, "parent")
    for node in _branch(nodes, last, "parent"):
        said = node.get("message")
        if not said or (said.get("metadata") or {}).get("is_visually_hidden_from_conversation"):
            continue
        role, content = (said.get("author") or {}).get("role"), said.get("content") or {}
        if role not in ("user", "assistant") or (said.get("recipient") or "all") != "all":
            continue
        kind = content.get("content_type")
        if kind in ("thoughts", "reasoning_recap", "user_editable_context", "model_editable_context"):
            continue
        pieces = content.get("parts") or ([content["text"]] if isinstance(content.get("text"), str) else [])
        words = [piece for piece in pieces if isinstance(piece, str)]
        words += [p["text"] for p in pieces if isinstance(p, dict) and isinstance(p.get("text"), str)]
        besides += len(pieces) - len(words)
        if text := "\n\n".join(words).strip():
            model = str((said.get("metadata") or {}).get("model_slug") or "chatgpt") if role == "assistant" else ""
            turns.append(Turn(role, text, moment(said.get("create_time"), begun), model))
    name = str(one.get("conversation_id") or one.get("id") or f"{begun}:{one.get('title')}")
    return _talk(f"chatgpt:{name}", one, turns), besides


def _open_webui(one: Node, otherwise: float) -> tuple[Talk | None, int]:
    chat = one["chat"]
    begun = moment(one.get("created_at") or chat.get("timestamp"), otherwise)
    history = chat.get("history") or {}
    nodes = history.get("messages") or {}
    if nodes:
        last = history.get("currentId") or _leaf(nodes, "parentId")
        messages = list(_branch(nodes, last, "parentId"))
    else:
        messages = list(chat.get("messages") or ())
    turns, besides = [], 0
    for said in messages:
        if said.get("role") not in ("user", "assistant"):
            continue
        content = said.get("content") or ""
        pieces = content if isinstance(content, list) else [{"text": content}]
        words = [piece["text"] for piece in pieces if isinstance(piece, dict) and isinstance(piece.get("text"), str)]
        besides += len(pieces) - len(words) + len(said.get("files") or ())
        if text := "\n\n".join(words).strip():
            model = str(said.get("model") or "open-webui") if said["role"] == "assistant" else ""
            turns.append(Turn(said["role"], text, moment(said.get("timestamp"), begun), model))
    name = str(one.get("id") or f"{begun}:{one.get('title')}")
    return _talk(f"open-webui:{name}", one, turns), besides


def _talk(source: str, one: Node, turns: list[Turn]) -> Talk | None:
    title = one.get("title") or (one.get("chat") or {}).get("title") or (turns[0].text if turns else "")
    return Talk(source, str(title), in_order(turns)) if turns else None


def _branch(nodes: Mapping[str, Node], last: object, parent: str) -> Iterator[Node]:
    """From the root to ``last``, however the file says they hang together."""
    found: list[Node] = []
    seen = set()
    while isinstance(last, str) and last in nodes and last not in seen:
        seen.add(last)
        found.append(nodes[last])
        last = nodes[last].get(parent)
    return reversed(found)


def _leaf(nodes: Mapping[str, Node], parent: str) -> object:
    parents = {node.get(parent) for node in nodes.values()}
    return next((name for name in reversed(cast("dict[str, Node]", nodes)) if name not in parents), None)
