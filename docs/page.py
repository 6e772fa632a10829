"""Makes docs/page.png and docs/dashboard/*.png: the page in a headless Chromium, with stand-ins for models on a
declared machine, and ninety days of use that are made up.

python docs/page.py
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from dashboard import ask, dashboard, view
from home import Home
from used import SETTINGS, use

MACHINE = """
[[gpu]]
name = "NVIDIA GeForce RTX 5070 Ti"
memory_mib = 16303
compute_capability = "12.0"
bandwidth_gbs = 896
used_mib = 743
[[gpu]]
name = "NVIDIA GeForce RTX 2060"
memory_mib = 6144
compute_capability = "7.5"
bandwidth_gbs = 336
used_mib = 12
[cpu]
name = "AMD Ryzen 9 9950X"
cores = 16
memory_mib = 64208
bandwidth_gbs = 70
used_mib = 9120
"""
ANSWER = r"""**París**, junto al Sena. Su población es la densidad en toda su área: $P = \int_A \rho\,dA$. Con Python:

```python
capital = {"Francia": "París"}
```
"""
MODELS = {"stand-in-14b": 14, "stand-in-4b": 4, "stand-in-70b": 40}
"""By name, in units of 900 MiB."""
HERE = Path(__file__).parent
TOP = 660
"""As much of a view as is shown, pixels."""


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        (home.folder / "machine.toml").write_text(MACHINE)
        home.settings(f'[hardware]\nfile = "{home.folder}/machine.toml"')
        home.settings(SETTINGS)
        for name, size in MODELS.items():
            home.fake(name, parameters=size * 10**9, answer=ANSWER, tokens_per_second=90)
            os.truncate(home.folder / f"{name}.bin", size * 900 << 20)  # a hole: it takes no room on the disk
        use(home, 2000, facts=12)
        (HERE / "dashboard").mkdir(exist_ok=True)
        try:
            for name in MODELS:
                assert home.run("load", name).returncode == 0
            async with dashboard(home, "es", height=980) as (page, _, _):
                await ask(page, "¿Cuál es la capital de Francia?", "jarvis")
                await page.click(".answer .why summary")
                await page.wait_for_selector(".why-inside[aria-busy=false]")
                await page.evaluate(
                    "document.activeElement.blur(); document.querySelector('#log').style.maxHeight = 'none'"
                )
                await page.screenshot(path=HERE / "page.png")
            for name, language, scheme in (
                ("money", "en", "light"),
                ("quality", "en", "dark"),
                ("fleet", "en", "light"),
            ):
                async with dashboard(home, language, scheme, height=TOP) as (page, _, _):
                    await view(page, name)
                    await asyncio.sleep(0.5)  # until its charts are drawn
                    await page.screenshot(path=HERE / "dashboard" / f"{name}.png")
        finally:
            home.stop()


if __name__ == "__main__":
    asyncio.run(main())
