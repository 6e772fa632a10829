"""How far apart two models are, by questions that look alike and by the same questions: why ability is not Rasch's own.

    bench/stretch.py ROUTING.jsonl.gz...

For each file (lines ``{id, score{model: 0..1}}``) and each pair of its models that differ by half a logit or more: the
difference of the log odds of their means, and the Rasch model's, for which only the questions count that exactly one of
them answers (the conditional estimate of two persons: the log of the ratio of those counts). Prints the median ratio.
"""

from __future__ import annotations

import gzip
import itertools
import json
import math
import sys
from pathlib import Path
from statistics import median

APART = 0.5


def ratios(rows: list[dict[str, float]]) -> list[float]:
    found = []
    for a, b in itertools.combinations(sorted({name for row in rows for name in row}), 2):
        pairs = [(row[a], row[b]) for row in rows if row.get(a) is not None and row.get(b) is not None]
        first, second = (sum(pair[i] for pair in pairs) / max(1, len(pairs)) for i in (0, 1))
        only_a, only_b = sum(x > 0.5 > y for x, y in pairs), sum(y > 0.5 > x for x, y in pairs)
        if 0 < first < 1 and 0 < second < 1 and only_a and only_b:
            alike = math.log(first / (1 - first)) - math.log(second / (1 - second))
            if abs(alike) >= APART:
                found.append(math.log(only_a / only_b) / alike)
    return found


def main() -> None:
    for name in sys.argv[1:]:
        data = Path(name).read_bytes()
        lines = (gzip.decompress(data) if name.endswith(".gz") else data).decode().split("\n")
        found = ratios([json.loads(line)["score"] for line in lines if line])
        told = f"{median(found):.2f} ({min(found):.2f} to {max(found):.2f})" if found else "-"
        print(f"{Path(name).name:32} pairs {len(found):3} ratio {told}")


if __name__ == "__main__":
    main()
