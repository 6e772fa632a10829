"""Makes docs/terminal.svg, or docs/memory/terminal.svg: a real transcript, drawn.

python docs/terminal.py [memory]

For ``memory`` a model that can put into words what it reads is to be the default (docs/memory.md names one).
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

FIRST = (
    ("ask", "What is the capital of France?"),
    ("ask", "--json", "What is the capital of Italy?"),
    ("models", "--installed"),
    ("history", "search", "capital"),
    ("stats", "--since", "1h"),
)
MEMORY = (
    ("ask", "Mi hermana Teresa es alérgica a las nueces y vive en Toledo."),
    ("ask", "What is Teresa allergic to?"),
    ("ask", "Me he comprado una bici azul; se llama Rayo."),
    ("ask", "¿Cómo se llama mi bici?"),
    ("learn", "garantia.md"),
    ("ask", "¿Cuántos años de garantía tiene la caldera?"),
    ("memory", "search", "Teresa"),
    ("ask", "Olvida lo que te dije de Teresa"),
    ("ask", "--continue", "last", "sí"),
    ("ask", "¿A qué es alérgica mi hermana?"),
)
GUARANTEE = "# Caldera\n\nLa caldera Termia 24 tiene cinco años de garantía desde el 12 de marzo de 2025.\n"


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    (folder / "garantia.md").write_text(GUARANTEE, encoding="utf-8")
    console = Console(record=True, width=110, file=io.StringIO(), force_terminal=True)
    environ = os.environ | {"JARVIS_LANG": "en", "COLUMNS": "108"}
    memory = sys.argv[1:] == ["memory"]
    for words in MEMORY if memory else FIRST:
        shown = " ".join(f'"{w}"' if " " in w else w for w in words)
        console.print(Text.assemble(("$ ", "bold green"), (f"./jarvis {shown}", "bold")))
        done = subprocess.run(
            [sys.executable, "-m", "jarvis.cli.main", *words],
            capture_output=True,
            text=True,
            env=environ,
            check=True,
            cwd=folder,
        )
        if done.stderr.strip():
            console.print(Text(done.stderr.rstrip(), style="dim"))
        console.print(Text(done.stdout.rstrip()))
        console.print()
    Path(__file__).with_name("memory" if memory else "").joinpath("terminal.svg").write_text(
        console.export_svg(title="Jarvis")
    )


if __name__ == "__main__":
    main()
