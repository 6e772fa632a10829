"""Makes the table in docs/metrics.md, from what a Jarvis says that has done something of everything.

curl -s -H "Authorization: Bearer $(jarvis token)" http://127.0.0.1:8484/metrics | python docs/metrics.py
"""

from __future__ import annotations

import sys
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

PAGE = Path(__file__).with_suffix(".md")
BEGIN, END = "<!-- table: docs/metrics.py -->\n", "<!-- end of table -->\n"


def table(text: str) -> str:
    """One row for each metric of a page; those of every process, and when a series began, are left out."""
    rows = ["| metric | type | labels | what |", "|---|---|---|---|"]
    for family in sorted(text_string_to_metric_families(text), key=lambda f: f.name):
        if family.name.startswith("process_") or family.name.endswith("_created"):
            continue
        labels = sorted({label for sample in family.samples for label in sample.labels} - {"le"})
        name = f"{family.name}_total" if family.type == "counter" else family.name
        what = family.documentation.replace("|", "\\|")
        rows.append(f"| `{name}` | {family.type} | {', '.join(f'`{label}`' for label in labels)} | {what} |")
    return "\n".join(rows) + "\n"


def put(page: str, made: str) -> str:
    """The page with that table."""
    before, rest = page.split(BEGIN)
    return before + BEGIN + made + END + rest.split(END)[1]


if __name__ == "__main__":
    PAGE.write_text(put(PAGE.read_text(encoding="utf-8"), table(sys.stdin.read())), encoding="utf-8")
