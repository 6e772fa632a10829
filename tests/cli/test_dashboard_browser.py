"""Every view of the page in a real browser, in both languages and colour schemes, with what a long use has left."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dashboard import KEY, VIEWS, ask, dashboard, faults, until, view
from declared import ONE_CARD
from environments import lend
from home import Home, turns, wait_for
from used import SETTINGS, use

pytestmark = pytest.mark.browser

STARTER = "smollm2-135m-instruct"
ANSWER = r"""# The heading

Some **bold** words, $E = mc^2$, \(a_1\) and prices: $5 or $10.

$$\int_0^1 x\,dx = \frac{1}{2}$$

| left | right |
|:--|--:|
| 1 | 2 |

```python
capital = {"France": "Paris"}
```

1. one
2. two [link](https://example.org/)
"""


@pytest.fixture
def furnished(home: Home) -> Home:
    """A declared machine, and a year's use in ninety days."""
    file = home.folder / "machine.toml"
    file.write_text(ONE_CARD)
    home.settings(f'[hardware]\nfile = "{file}"')
    home.settings(SETTINGS)
    home.fake("fine", memory_mib=2048, answer=ANSWER)
    home.fake("echo", memory_mib=1024)
    return home


def rows(home: Home, query: str, *facts: object) -> list[tuple[Any, ...]]:
    db = sqlite3.connect(f"file:{home.paths.database}?mode=ro", uri=True)
    try:
        return db.execute(query, facts).fetchall()
    finally:
        db.close()


@pytest.mark.slow
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("es", "dark"), ("en", "dark"), ("es", "light")])
async def test_every_view_is_for_everyone(furnished: Home, language: str, scheme: str) -> None:
    """axe finds nothing serious, no text is missing, nothing is asked of anybody else, no console complains."""
    use(furnished, 400)
    async with dashboard(furnished, language, scheme) as (page, watched, base):
        await ask(page, "And this?", "fine")
        await page.click(".answer .why summary")
        await page.wait_for_selector(".why-inside[aria-busy=false]")
        await page.click("#past summary")
        await page.wait_for_selector("#past-list li")
        found: dict[str, list[str]] = {}
        for name in VIEWS:
            await view(page, name)
            assert await page.get_attribute(f"nav a[href='#{name}']", "aria-current") == "page"
            found[name] = await faults(page)
            assert KEY.findall(await page.inner_text("body")) == []
        assert {name: told for name, told in found.items() if told} == {}
        assert await page.get_attribute("html", "lang") == language
        assert watched.complaints == []
        assert watched.foreign(base) == set()


@pytest.mark.slow
async def test_on_a_phone_nothing_is_cut_off(furnished: Home) -> None:
    use(furnished, 200)
    async with dashboard(furnished, "es", width=360, height=740, has_touch=True, is_mobile=True) as (page, watched, _):
        await ask(page, "palabra" * 40, "fine")
        for name in VIEWS:
            await view(page, name)
            assert await page.evaluate("document.documentElement.scrollWidth") == 360, name
            assert await faults(page) == []
        assert watched.complaints == []


async def test_by_keyboard_alone(furnished: Home) -> None:
    async with dashboard(furnished) as (page, _, _):
        assert await page.evaluate("document.activeElement.id") == "question"
        assert await page.evaluate("document.querySelector('a, button, input, select, textarea').id") == "skip"
        await page.focus("#skip")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.hash") == "#fleet"
        await page.keyboard.press("Enter")
        await until(page, "document.activeElement.id === 'fleet-title'")
        assert await page.title() == "Fleet · Jarvis"
        await page.focus("#load-model")
        await page.select_option("#load-model", "echo")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("[data-key='pin echo']")
        await page.focus("[data-key='pin echo']")
        await page.keyboard.press("Enter")
        await until(page, "document.querySelector('#models').textContent.includes('pinned')")
        assert await page.evaluate("document.activeElement.dataset.key") == "pin echo", "it was drawn anew under it"
        assert json.loads(furnished.run("ps", "--json").stdout)["models"][0]["pinned"] is True
        await page.keyboard.press("Enter")
        await until(page, "!document.querySelector('#models').textContent.includes('pinned')")
        await page.focus("[data-key='unload echo']")
        await page.keyboard.press("Enter")
        await until(page, "document.querySelector('#models').textContent === 'No model is loaded.'")
        await page.go_back()
        await page.wait_for_selector("#chat:visible")


async def test_markdown_mathematics_and_code(furnished: Home) -> None:
    furnished.fake(
        "unhurried", memory_mib=512, answer="Some **bold** words. " + "And more of them. " * 200, tokens_per_second=30
    )
    async with dashboard(furnished) as (page, watched, base):
        await ask(page, "Show me", "fine")
        words = page.locator(".answer .words")
        await words.locator("math").nth(2).wait_for()
        assert await words.locator("math").count() == 3
        assert await words.locator("math >> mfrac").count() == 1
        assert "prices: $5 or $10." in await words.inner_text(), "that is no formula"
        assert await words.locator("h4").inner_text() == "The heading"
        assert await words.locator("strong").inner_text() == "bold"
        assert await words.locator("td.right").inner_text() == "2"
        assert await words.locator("ol li").count() == 2
        assert await words.locator("pre code").text_content() == 'capital = {"France": "Paris"}\n'
        link = words.locator("a")
        assert await link.get_attribute("rel") == "noopener noreferrer"
        assert (watched.complaints, watched.foreign(base)) == ([], set())

        await page.select_option("#model", "unhurried")
        await page.fill("#question", "And slowly")
        await page.press("#question", "Enter")
        await page.wait_for_selector(".answer[aria-busy=true] .words strong")
        assert await page.locator(".answer[aria-busy=true] button").count() == 0, "nothing to press while it moves"
        await page.keyboard.press("Escape")
        await page.wait_for_selector(".answer[aria-busy=false] >> text=Stopped.")
        wait_for(lambda: turns(furnished)[-1][2] == "stopped")


HOSTILE = [
    "$\\frac{1}{2}$", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
    "![a](https://evil.example/a.png)", "![a][r]\n\n[r]: https://evil.example/b.png", "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))", "[x](data:text/html,<script>alert(1)</script>)", "[x](vbscript:msgbox(1))",
    "<a href='javascript:alert(1)'>x</a>", "<iframe src=https://evil.example></iframe>",
    "<object data=https://evil.example></object>", "<style>*{display:none}</style>",
    "<link rel=stylesheet href=https://evil.example/c.css>", "<base href=https://evil.example>",
    "<form action=https://evil.example>", "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "$\\href{javascript:alert(1)}{x}$",
    "$\\includegraphics{https://evil.example/d.png}$", "$\\htmlData{x=1}{y}$", "$\\class{x}{y}$",
    "$\\style{background:url(https://evil.example/e)}{y}$", "$$\\def\\x{\\x\\x}\\x$$", "$" + "{" * 3000 + "$",
    "```html\n<script>alert(1)</script>\n```", "```\"><img src=x onerror=alert(1)>\nx\n```",
    "| <img src=x onerror=alert(1)> |\n|-|\n| x |", "<video src=https://evil.example/f.mp4 autoplay>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>", "<http://evil.example/g>",
    "<p style='background:url(https://evil.example/h)'>x</p>", "[x]( https://a.example 'onclick=alert(1)')",
]  # fmt: skip


async def test_what_a_model_writes_does_nothing(furnished: Home) -> None:
    furnished.fake("evil", memory_mib=512, answer="\n\n".join(HOSTILE))
    async with dashboard(furnished) as (page, watched, base):
        await ask(page, "Do your worst", "evil")
        await page.wait_for_selector(".answer math")
        bad = "script, img, svg, iframe, object, style, link, base, form, video, meta, noscript, [onerror], [onclick]"
        assert await page.evaluate(f"document.querySelector('#log').querySelectorAll('{bad}').length") == 0
        assert await page.evaluate("document.querySelector('#log').querySelectorAll('.words [style]').length") <= 4, (
            "maths"
        )
        hrefs = await page.evaluate("[...document.querySelectorAll('#log a')].map((a) => new URL(a.href).protocol)")
        assert set(hrefs) <= {"https:", "http:"}
        assert watched.foreign(base) == set()
        assert watched.complaints == []


async def test_a_conversation_is_kept_changed_judged_and_deleted(furnished: Home) -> None:
    furnished.fake("other", memory_mib=512)
    async with dashboard(furnished) as (page, watched, _):
        await ask(page, "First question", "echo")
        await ask(page, "Second question", "echo")
        await ask(page, "Third question", "echo")
        assert len({row[0] for row in rows(furnished, "SELECT conversation FROM turns")}) == 1
        assert [text for _, text, _ in turns(furnished)][::2] == ["First question", "Second question", "Third question"]

        await page.get_by_role("button", name="Ask otherwise: Second question").click()
        assert await page.input_value("#question") == "Second question"
        assert await ask(page, "Another question", "echo") == "You said: Another question"
        said = [text for _, text, _ in turns(furnished)]
        assert said[::2] == ["First question", "Another question"], "what came after it is gone too"
        assert await page.locator(".question").count() == 2

        await page.evaluate("for (const one of document.querySelectorAll('.answer')) one.classList.add('before')")
        await page.get_by_role("button", name=re.compile("Answer again")).last.click()
        await page.wait_for_selector(".answer:not(.before)[aria-busy=false]")
        await page.wait_for_selector("#send:visible")
        assert [text for _, text, _ in turns(furnished)] == [
            "First question", "You said: First question", "Another question", "You said: Another question",
        ]  # fmt: skip

        await ask(page, "Who decides?", "auto")
        good = page.get_by_role("button", name=re.compile("Good answer")).last
        await good.click()
        await page.wait_for_selector(".answer .notice[role=status]")
        assert await good.get_attribute("aria-pressed") == "true"
        assert rows(furnished, "SELECT count(*) FROM feedback")[0][0] == 1
        await page.get_by_text("Why this answer").last.click()
        await page.wait_for_selector(".why-inside[aria-busy=false]")
        told = await page.inner_text(".why-inside")
        assert "Difficulty" in told and "Predicted quality" in told and "chosen" in told

        await page.click("#new")
        assert await page.locator("#log article").count() == 0
        await page.click("#past summary")
        await page.click("#past-list .link")
        await until(page, "document.querySelectorAll('.answer[aria-busy=false]').length === 3")
        assert await page.locator(".answer").last.locator(".why").count() == 1
        assert await page.get_by_role("button", name=re.compile("Good answer")).count() >= 1
        await ask(page, "One more", "echo")
        assert len(rows(furnished, "SELECT id FROM conversations")) == 1, "it goes on"

        await page.click("#past summary")
        await page.fill("#past-search", "another")
        await page.wait_for_selector("#past-list p")
        delete = page.locator("#past-list").get_by_role("button", name=re.compile("Delete"))
        await delete.first.click()
        await page.get_by_role("button", name="Press again to do it").click()
        await page.wait_for_selector("#past-none:visible")
        assert turns(furnished) == []
        assert await page.locator("#log article").count() == 0
        assert watched.complaints == []


async def test_incognito_keeps_nothing(furnished: Home) -> None:
    async with dashboard(furnished) as (page, _, _):
        await page.check("#incognito")
        await ask(page, "A secret of mine", "echo")
        await ask(page, "And another", "echo")
        assert await page.get_by_role("button", name=re.compile("Good answer")).count() == 0, "who would learn of it?"
        assert turns(furnished) == []


async def test_what_is_attached_is_read(furnished: Home, tmp_path: Path) -> None:
    notes, picture, paper = tmp_path / "notes.txt", tmp_path / "dot.png", tmp_path / "paper.html"
    notes.write_text("the code word is heron")
    picture.write_bytes(bytes.fromhex("89504e470d0a1a0a"))
    paper.write_text("<html><body><h1>Birds</h1><p>The penguin of Malaga weighs 4.5 kg and swims.</p></body></html>")
    async with dashboard(furnished) as (page, _, _):
        await page.set_input_files("#file", [notes, picture])
        await page.get_by_role("button", name="Remove: dot.png").click()
        assert "the code word is heron" in await ask(page, "What is the word?", "echo")
        assert await page.inner_text(".question .attached") == "notes.txt"
        assert await page.locator("#attached li").count() == 0
        await page.get_by_role("button", name="Ask otherwise: What is the word?").click()
        await ask(page, "And otherwise?", "echo")
        assert len(turns(furnished)) == 2, "the question is found though a text went with it"

        await page.set_input_files("#file", paper)
        await ask(page, "What does the penguin of Malaga weigh?", "echo")
        assert "paper.html was read" in await page.inner_text("#log")
        await page.get_by_text(re.compile("Memory and documents used")).click()
        await page.wait_for_selector(".passages li")
        assert "4.5 kg" in await page.inner_text(".passages")

        await page.set_input_files("#file", picture)
        await ask(page, "What is on it?", "echo")
        assert await page.locator(".answer footer > strong").last.inner_text(), "nobody here sees, and that is told"


async def test_money_and_speed_are_those_of_the_tables(furnished: Home) -> None:
    use(furnished, 300, days=20)
    async with dashboard(furnished) as (page, watched, _):
        await view(page, "money")
        (spent,) = rows(furnished, "SELECT sum(cost_usd) FROM exchanges")[0]
        first = page.locator("#money .figures div").first
        assert await first.locator("dd").evaluate("(e) => e.firstChild.data") == f"${spent:.{2 if spent >= 1 else 4}f}"
        assert "fake/gpt-4o" in await page.inner_text("#money .figures")
        drawn = "(c) => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v)"
        await until(page, "document.querySelectorAll('#money canvas').length === 2")
        for canvas in await page.locator("#money canvas").all():
            assert await canvas.evaluate(drawn)
        assert await page.get_by_role("table", name="Budgets").locator("tbody tr").count() == 1
        by_model = page.get_by_role("table", name="Spent by day and model").locator("tbody tr")
        assert await by_model.count() == len(rows(furnished, "SELECT 1 FROM exchanges WHERE cost_usd GROUP BY model"))
        await page.select_option("#money-days", "7")
        await until(page, "document.querySelector('#money').innerText.includes('last 7 days')")

        await view(page, "quality")
        asked = rows(furnished, "SELECT count(*) FROM exchanges WHERE model <> ''")[0][0]
        told = page.get_by_role("table", name="By model").locator("tbody tr td:nth-child(2)")
        assert sum(int(text) for text in await told.all_inner_texts()) == asked
        before = await page.locator("#quality .figures dd").first.evaluate("(e) => e.firstChild.data")
        assert furnished.run("ask", "--model", "echo", "hello").returncode == 0
        count = f"document.querySelector('#quality .figures dd').firstChild.data === '{int(before) + 1}'"
        await until(page, count)
        assert watched.complaints == []


async def test_memory_is_searched_changed_and_forgotten(furnished: Home) -> None:
    use(furnished, 40, facts=130)
    async with dashboard(furnished) as (page, watched, _):
        await view(page, "memory")
        assert await page.locator(".facts li").count() == 100
        await page.click("#memory > button")
        await until(page, "document.querySelectorAll('.facts li').length === 130")
        await page.fill("#memory-new", "My sister is called Inés")
        await page.get_by_role("button", name="Remember", exact=True).click()
        await until(page, "document.querySelector('#memory-new').value === ''")
        await page.fill("#memory-search", "sister")
        await page.get_by_role("button", name="Search", exact=True).click()
        await until(page, "document.querySelector('.facts').innerText.includes('Inés')")
        await page.fill("#memory-search", "")
        await page.get_by_role("button", name="Search", exact=True).click()
        entry = page.locator(".facts li", has_text="Inés")
        await entry.get_by_role("button", name=re.compile("Edit")).click()
        await page.locator(".facts textarea").fill("My sister is called Lucía")
        await page.get_by_role("button", name="Save").click()
        changed = page.locator(".facts li", has_text="Lucía")
        await changed.get_by_role("button", name=re.compile("^Pin")).click()
        await page.wait_for_selector(".facts li:has-text('Lucía') >> text=pinned")
        assert rows(furnished, "SELECT text, pinned FROM memories WHERE text LIKE '%sister%'") == [
            ("My sister is called Lucía", 1)
        ]
        await changed.get_by_role("button", name=re.compile("Forget")).click()
        await until(page, "document.querySelector('#memory .trouble').textContent.includes('facts 1')")
        assert len(rows(furnished, "SELECT 1 FROM memories WHERE text LIKE '%Lucía%'")) == 1, "nothing went yet"
        await page.get_by_role("button", name="Press again to do it").click()
        await changed.wait_for(state="detached")
        assert rows(furnished, "SELECT 1 FROM memories WHERE text LIKE '%Lucía%'") == []
        assert watched.complaints == []


async def test_the_log_goes_on_while_somebody_looks(furnished: Home) -> None:
    use(furnished, 250)
    async with dashboard(furnished) as (page, watched, base):
        await view(page, "log")
        table = page.get_by_role("table", name="Requests").locator("tbody tr")
        assert await table.count() == 100
        await page.click("#log-view > button")
        await until(
            page, "document.querySelectorAll('#log-view .inside')[0].querySelectorAll('tbody tr').length === 200"
        )
        assert furnished.run("ask", "--model", "echo", "hello").returncode == 0
        await until(page, "document.querySelector('#log-view tbody tr').innerText.includes('echo')")
        assert await table.count() == 201
        program = page.get_by_role("table", name="What the program says")
        assert await program.locator("tbody tr").count() >= 1
        await page.select_option("#log-level", "critical")
        await program.wait_for(state="detached")
        furnished.stop()
        await until(page, "document.querySelector('#state').textContent.includes('jarvis open')")
        assert watched.foreign(base) == set()


async def test_what_tools_did_is_told_and_logged(furnished: Home) -> None:
    async with dashboard(furnished) as (page, watched, _):
        assert await ask(page, "what's 15% of 80?", "jarvis") == "15 % of 80 = 12"
        assert "Done: 15% of 80" in await page.inner_text(".answer .notice")
        await view(page, "log")
        tools = page.get_by_role("table", name="Tools").locator("tbody tr")
        await tools.wait_for()
        assert "calculator" in await tools.inner_text()
        await view(page, "chat")
        await page.click("#new")
        await page.click("#past summary")
        await page.click("#past-list .link")
        await page.wait_for_selector(".answer[aria-busy=false]")
        assert await page.locator(".answer").count() == 1, "the call and its result are no answers"
        assert watched.complaints == []


async def test_an_open_page_does_not_keep_jarvis_from_leaving(furnished: Home) -> None:
    furnished.settings("[daemon]\nidle_exit_seconds = 15")
    async with dashboard(furnished):
        wait_for(lambda: furnished.daemon_pid() is None, 60)


async def test_who_waits_is_in_the_queue_and_how_fast_who_answers_writes(furnished: Home) -> None:
    """Two models for which there is no room together."""
    furnished.fake("long", answer_tokens=3500, tokens_per_second=50)
    furnished.fake("next", answer="at last. " * 20, tokens_per_second=200)
    for name in ("long", "next"):
        os.truncate(furnished.folder / f"{name}.bin", 36_000 << 20)  # a hole: it takes no room on the disk
    async with dashboard(furnished) as (page, watched, _):
        await page.select_option("#model", "long")
        await page.fill("#question", "Go on")
        await page.press("#question", "Enter")
        await until(page, "document.querySelector('.answer .words').textContent.length > 20")
        await view(page, "fleet")
        await until(page, "document.querySelector('#queue').childElementCount === 0")
        waiting = furnished.start("ask", "--model", "next", "hello", stdout=subprocess.PIPE)
        queue = page.get_by_role("table", name="Queue").locator("tbody tr")
        await queue.wait_for()
        assert (await queue.inner_text()).startswith("next")
        assert await faults(page) == []
        await page.keyboard.press("Escape")
        await queue.wait_for(state="detached")
        assert waiting.communicate(timeout=30)[0].startswith("at last.")
        speed = page.locator("#models tr", has_text="next").locator("td").nth(5)
        await until(page, "/next.*tokens/.test(document.querySelector('#models').innerText.replaceAll('\\n', ' '))")
        assert 20 < float((await speed.inner_text()).split()[0].replace(",", "")) < 2000
        assert watched.complaints == []


@pytest.mark.real
async def test_a_real_model_answers_in_the_page(home: Home) -> None:
    lend(home.paths.models, STARTER)
    async with dashboard(home) as (page, watched, base):
        assert await ask(page, "What is the capital of France?", STARTER)
        await view(page, "quality")
        assert STARTER in await page.inner_text("#quality")
        assert (watched.complaints, watched.foreign(base)) == ([], set())
