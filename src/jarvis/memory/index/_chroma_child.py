"""The process that holds one collection of Chroma: run by ``chroma.py``, which it hears on its stdin, a connection.

A process of its own because a damaged index ends the process that touches it with SIGSEGV, whenever that happens; and
because its end gives all memory back. Chroma is given ids and vectors, no text and no metadata, and asked without
``where``, which takes twenty times as long (docs/memory/index.md).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jarvis.memory.index._line import hear, tell

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

DYING_SECONDS = 5.0
"""How long a child whose Jarvis is gone may take to be gone too."""
POLL_SECONDS = 0.02
MOST_AT_ONCE = 1000
NOISE = 2e-3
"""Length of what is added to each vector. HNSW cannot cope with equal ones ("ok", "gracias"): with 300 among 5,000 one
in ten of the others could never be found, with this none (tests/conformance/test_index.py). Scores of 384 numbers
differ by 0.0001.
"""


class Owned(Exception):
    """Another process has the files; its pid."""


class Damaged(Exception): ...


def own(path: Path, jarvis: int) -> int:
    """Take the lock of a collection's files until this process ends. It says which Jarvis has them, by its pid."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    limit = time.monotonic() + DYING_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = int(os.pread(lock, 20, 0) or b"0")
            if alive(owner) or time.monotonic() > limit:
                raise Owned(owner) from None
            time.sleep(POLL_SECONDS)
        else:
            os.ftruncate(lock, 0)
            os.pwrite(lock, str(jarvis).encode(), 0)
            return lock


def alive(pid: int) -> bool:
    """Whether there is such a process. 0: of one that has taken the lock and not yet said its pid."""
    with contextlib.suppress(OSError):
        return pid > 0 and Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    return False


def look(folder: Path) -> None:
    """Raise Damaged where HNSW's upper links take more than its vectors: some 10 bytes a vector are right. What a kill
    at the wrong moment leaves (chroma#7510: a sparse file of 162 GB) cannot be opened any more.
    """
    for links in folder.glob("*/link_lists.bin"):
        vectors = links.with_name("data_level0.bin")
        if links.stat().st_size > (vectors.stat().st_size if vectors.exists() else 0):
            raise Damaged(f"{links.stat().st_size} bytes in {links.name}")


def client(order: dict[str, Any]) -> ClientAPI:
    """Chroma, on files of ours or at an address. Only an address of the order is ever talked to."""
    import chromadb
    from chromadb.config import Settings

    quiet = Settings(anonymized_telemetry=False)
    if order["host"]:
        return chromadb.HttpClient(order["host"], order["port"], ssl=order["tls"], settings=quiet)
    look(Path(order["folder"]))
    return chromadb.PersistentClient(order["folder"], settings=quiet)


class Child:
    """One connection, one collection."""

    def __init__(self, line: Connection) -> None:
        self._line = line
        self._collection: Collection
        self._batch = MOST_AT_ONCE

    def run(self) -> None:
        """Until the other end is closed."""
        while True:
            try:
                head, pieces = hear(self._line)
            except EOFError:
                return
            try:
                answer = getattr(self, f"do_{head['do']}")(head, *pieces)
                tell(self._line, {}, *answer)
            except Owned as error:
                tell(self._line, {"failed": "owned", "owner": error.args[0]})
            except Exception as error:  # noqa: BLE001 - whatever it is, who asked is told
                tell(self._line, {"failed": kind(error), "reason": f"{type(error).__name__}: {error}"[:500]})

    def do_open(self, order: dict[str, Any]) -> tuple[bytes, ...]:
        import numpy as np

        if order["folder"]:
            self._lock = own(Path(order["lock"]), order["jarvis"])
            Path(order["folder"]).mkdir(mode=0o700, exist_ok=True)
        chroma = client(order)
        self._batch = min(MOST_AT_ONCE, chroma.get_max_batch_size())
        self._collection = chroma.get_or_create_collection(
            order["name"], embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )
        probe = np.zeros(order["dimension"], np.float32)
        probe[0] = 1
        count = self._collection.count()
        if len(self._search(probe, 10)[0]) < min(count, 10):
            raise Damaged("it does not have what it counts")
        return ()

    def do_ids(self, _: dict[str, Any]) -> tuple[bytes, ...]:
        import numpy as np

        return (np.array(self._collection.get(include=[])["ids"], np.int64).tobytes(),)

    def do_add(self, _: dict[str, Any], ids: bytes, vectors: bytes) -> tuple[bytes, ...]:
        import numpy as np

        names = names_of(ids)
        rows = np.frombuffer(vectors, np.float32).reshape(len(names), -1)
        dice = np.random.default_rng()
        rows = rows + NOISE / rows.shape[1] ** 0.5 * dice.standard_normal(rows.shape, np.float32)
        for n in range(0, len(names), self._batch):
            self._collection.upsert(ids=names[n : n + self._batch], embeddings=rows[n : n + self._batch])
        return ()

    def do_remove(self, _: dict[str, Any], ids: bytes) -> tuple[bytes, ...]:
        names = names_of(ids)
        for n in range(0, len(names), self._batch):
            self._collection.delete(ids=names[n : n + self._batch])
        return ()

    def do_search(self, head: dict[str, Any], vector: bytes) -> tuple[bytes, ...]:
        import numpy as np

        ids, scores = self._search(np.frombuffer(vector, np.float32), head["k"])
        return ids.tobytes(), scores.tobytes()

    def _search(self, vector: Any, k: int) -> tuple[Any, Any]:
        import numpy as np

        if k <= 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        found = self._collection.query(query_embeddings=vector[None], n_results=k, include=["distances"])
        ids, distances = found["ids"][0], (found["distances"] or [[]])[0]
        if len(ids) < k and len(ids) < self._collection.count():
            return self._look_at_all(vector, k)
        return np.array(ids, np.int64), 1 - np.array(distances, np.float32)

    def _look_at_all(self, vector: Any, k: int) -> tuple[Any, Any]:
        """After many changes HNSW has nodes that no way leads to; seen when nearly all are asked for. Takes 33
        microseconds a vector.
        """
        import numpy as np

        from jarvis.memory.index._rows import nearest

        ids: list[str] = []
        scores = [np.empty(0, np.float32)]
        for n in range(0, self._collection.count(), MOST_AT_ONCE):
            some = self._collection.get(include=["embeddings"], limit=MOST_AT_ONCE, offset=n)
            ids += some["ids"]
            rows = np.asarray(some["embeddings"], np.float32)
            scores.append(rows @ vector / np.linalg.norm(rows, axis=1))
        near = nearest(np.array(ids, np.int64), np.concatenate(scores), k)
        return near.ids, near.scores

    def do_drop(self, order: dict[str, Any]) -> tuple[bytes, ...]:
        """Of a server, every collection whose name begins so."""
        chroma = client(order)
        while found := [c.name for c in chroma.list_collections(limit=10_000) if c.name.startswith(order["name"])]:
            for name in found:
                chroma.delete_collection(name)
        return ()


def names_of(ids: bytes) -> list[str]:
    """Chroma's ids are texts."""
    import numpy as np

    return [str(n) for n in np.frombuffer(ids, np.int64).tolist()]


def kind(error: Exception) -> str:
    """What whoever asked makes of it."""
    text = str(error)
    if "disk is full" in text or "No space left" in text or "File too large" in text:
        return "full"
    return "away" if "Could not connect" in text or type(error).__name__ == "ConnectError" else "damaged"


def main() -> None:
    Child(Connection(os.dup(0))).run()


if __name__ == "__main__":
    main()
