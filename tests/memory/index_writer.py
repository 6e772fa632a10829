"""A process that writes vectors to the truth and to Chroma until it is killed: index_writer.py FOLDER.

After each batch it prints what is acknowledged, the recall of an answer, and the pid of Chroma's process.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent))

from indexes import Truth, make, recall, vectors

from jarvis.memory.index.keeping import Keeping


def child() -> int:
    for process in psutil.Process().children(recursive=True):
        command = " ".join(process.cmdline())
        if command.endswith("_chroma_child") and "guardian" not in command:
            return process.pid
    return 0


async def main() -> None:
    folder = Path(sys.argv[1])
    truth = Truth(folder / "jarvis.db")
    keeping = Keeping(make("chroma", folder), truth, 1 << 30)
    asked = vectors(20, 9)
    n = os.getpid()
    while True:
        rows = vectors(150, n := n + 1)
        ids, revision = await truth.put("ana", rows)
        await keeping.changed("ana", "m", ids, revision)
        if n % 3 == 0:
            revision = await truth.cut("ana", ids[:20])
            await keeping.changed("ana", "m", ids[:20], revision)
            ids = ids[20:]
        every = await truth.all("ana")
        vector = asked[n % 20]
        found = recall(await keeping.search("ana", "m", vector, 10), every, vector, 10)
        if n % 4:
            await keeping.settled("ana", "m")
        print(json.dumps({"ids": ids, "recall": found, "child": child()}), flush=True)


asyncio.run(main())
