"""What reading a model's header costs: time and peak memory, for given files and for files made to cost much.

    python bench/headers.py [MODEL ...] [--repeats 5] [--json FILE]

Each reading is a process of its own. Shown are the median and the range of the processor time of the reading alone, and
the process's peak resident memory, Python and Jarvis included.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

_READ = """
import sys, time
from pathlib import Path
from jarvis.catalog.headers import read
from jarvis.errors import CatalogError
start = time.process_time()
try:
    said = f"{len(read(Path(sys.argv[1])).tensors)} tensors"
except CatalogError as error:
    said = error.code
spent = time.process_time() - start
print(said, spent, Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0], sep="\\n")
"""


def string(text: bytes) -> bytes:
    return struct.pack("<Q", len(text)) + text


def gguf(tensors: list[bytes], keys: list[bytes], data: int = 0) -> bytes:
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(keys)) + b"".join(keys) + b"".join(tensors)
    return head + bytes(-len(head) % 32) + bytes(data)


def array(key: bytes, kind: int, count: int, content: bytes) -> bytes:
    return string(key) + struct.pack("<IIQ", 9, kind, count) + content


def costly() -> Iterator[tuple[str, bytes]]:
    """Name and content. Sizes are those at which the readers say no, or just below."""
    tensors = [string(b"blk.%d.%s" % (i, b"n" * 40)) + struct.pack("<IQIQ", 1, 8, 0, 32 * i) for i in range(8192)]
    yield "gguf: 8,192 tensors", gguf(tensors, [], 32 * 8192)
    yield "gguf: 1,048,576 strings", gguf([], [array(b"a", 8, 1 << 20, bytes(8 << 20))])
    numbers = struct.pack("<256Q", *range(100_000, 100_256))
    yield "gguf: 4,000 lists of 256", gguf([], [array(b"%d.block_count" % i, 10, 256, numbers) for i in range(4000)])
    yield "gguf: 4 GiB declared", gguf([], [array(b"a", 8, 1 << 32, string(b"b"))])
    yield "gguf: 2^63 tensors declared", b"GGUF" + struct.pack("<IQQ", 3, 1 << 63, 1 << 63) + bytes(64)
    table = {f"{'n' * 40}{i}": {"dtype": "U8", "shape": [1], "data_offsets": [i, i + 1]} for i in range(65_536)}
    raw = json.dumps(table).encode()
    yield "safetensors: 65,536 tensors", struct.pack("<Q", len(raw)) + raw + bytes(65_536)
    yield "safetensors: 12 MiB of spaces", struct.pack("<Q", 12 << 20) + b"{" + b" " * ((12 << 20) - 1)
    yield "safetensors: deep lists", struct.pack("<Q", 8_000_000) + b'{"a":' + b"[" * 7_999_995
    yield "safetensors: 2^63 bytes declared", struct.pack("<Q", 1 << 63) + b"{}" * 32


def measure(path: Path, repeats: int) -> dict[str, object]:
    times, peak, said = [], 0, ""
    for _ in range(repeats):
        command = [sys.executable, "-c", _READ, str(path)]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        said, spent, kib = ran.stdout.splitlines()
        times.append(1000 * float(spent))
        peak = max(peak, int(kib) * 1024)
    return {
        "bytes": path.stat().st_size, "said": said, "ms": statistics.median(times), "least": min(times),
        "most": max(times), "peak_bytes": peak,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    found = {path.name: measure(path, arguments.repeats) for path in arguments.models}
    with tempfile.TemporaryDirectory() as folder:
        for name, content in costly():
            path = Path(folder) / "model"
            path.write_bytes(content)
            found[name] = measure(path, arguments.repeats)
    for name, row in found.items():
        sys.stdout.write(
            f"{name:34} {row['bytes']:>13,} B {row['ms']:7.1f} ms ({row['least']:.1f}..{row['most']:.1f})"
            f" {row['peak_bytes'] / 1e6:6.1f} MB  {row['said']}\n"  # type: ignore[operator]
        )
    if arguments.json:
        facts = {"python": platform.python_version(), "machine": platform.platform(), "readings": found}
        arguments.json.write_text(json.dumps(facts, indent=2) + "\n")


if __name__ == "__main__":
    main()
