"""Makes docs/page.png: the page in a headless Chromium, with stand-ins for models on a declared machine.

python docs/page.py
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from chromium import browser
from home import Home

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
ANSWER = """París. Con Python, por ejemplo:

```python
capital = {"Francia": "París"}
```
"""


MODELS = {"stand-in-14b": 14, "stand-in-4b": 4, "stand-in-70b": 40}
"""By name, in units of 900 MiB."""


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home, profile = Home(Path(folder) / "home"), Path(folder) / "profile"
        profile.mkdir()
        (home.folder / "machine.toml").write_text(MACHINE)
        home.settings(f'[hardware]\nfile = "{home.folder}/machine.toml"')
        for name, size in MODELS.items():
            home.fake(name, parameters=size * 10**9, answer=ANSWER)
            os.truncate(home.folder / f"{name}.bin", size * 900 << 20)  # a hole: it takes no room on the disk
        try:
            for name in MODELS:
                assert home.run("load", name).returncode == 0
            url = home.run("open", "--print").stdout.strip()
            async with browser(profile) as tab:
                await tab.call("Emulation.setScrollbarsHidden", hidden=True)
                size = {"width": 1240, "height": 690, "deviceScaleFactor": 1, "mobile": False}
                await tab.call("Emulation.setDeviceMetricsOverride", **size)
                await tab.visit(url)
                await tab.until("document.querySelector('#model')?.options.length > 3")
                await tab.run("document.querySelector('#question').value = '¿Cuál es la capital de Francia?'")
                await tab.run("document.querySelector('#ask').requestSubmit()")
                await tab.until("document.querySelector('.answer[aria-busy=false]') !== null")
                await tab.until("!document.querySelector('#models').textContent.includes('answering')")
                Path(__file__).with_name("page.png").write_bytes(await tab.picture())
        finally:
            home.stop()


if __name__ == "__main__":
    asyncio.run(main())
