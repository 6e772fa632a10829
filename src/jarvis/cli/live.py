"""``jarvis top`` in a terminal: what there is, live, and keys to load, unload and pin."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from time import monotonic
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import DataTable, Footer, Label, OptionList, Static

from jarvis.cli.fleet import TITLES, devices, keep, rows
from jarvis.cli.frame import ASKED, Frame, client, look, money, requests
from jarvis.cli.terminal import named
from jarvis.client import Client
from jarvis.config.paths import Paths
from jarvis.daemon import Address, find
from jarvis.errors import JarvisError
from jarvis.texts import say
from jarvis.version import __version__

SUMS_SECONDS = 5.0
"""How often the day's sums and the budgets are asked for."""


class Choosing(ModalScreen[str | None]):
    """Which model is to be loaded."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "cancel", say("top.key.cancel"))]

    def __init__(self, names: list[str]) -> None:
        super().__init__()
        self._names = names

    def compose(self) -> ComposeResult:
        with Vertical(id="choosing"):
            yield Label(say("top.load"))
            yield OptionList(*(Text(name) for name in self._names))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._names[event.option_index])

    def action_cancel(self) -> None:
        self.dismiss(None)


class Top(App[None]):
    """The whole screen."""

    TITLE = "Jarvis"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #devices, #money { height: auto; padding: 0 1; border: round $primary; }
    #models { height: auto; min-height: 4; max-height: 12; border: round $primary; }
    #requests { height: 1fr; min-height: 6; border: round $primary; }
    #choosing { width: 60; height: auto; max-height: 80%; padding: 1 2; border: round $primary; background: $surface; }
    #choosing OptionList { height: auto; max-height: 16; }
    Choosing { align: center middle; }
    """

    def __init__(self, where: Paths, every: float = 1.0) -> None:
        """Looks ``every`` so many seconds at the daemon of ``where``, if there is one: it starts none."""
        super().__init__()
        self._where = where
        self._every = every
        self._client: Client | None = None
        self._address: Address | None = None
        self._frame: Frame | None = None
        self._summed = 0.0
        for key, action in (("l", "load"), ("u", "unload"), ("p", "pin"), ("q", "quit")):
            self.bind(key, action, description=say(f"top.key.{action}"))

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(id="devices")
            yield DataTable(id="models", cursor_type="row")
            yield DataTable(id="requests", cursor_type="none")
            yield Static(id="money")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        for name in ("devices", "models", "requests", "money"):
            self.query_one(f"#{name}").border_title = say(f"top.{name}")
        self._table("models").add_columns(*(say(f"cli.ps.column.{title}") for title in TITLES))
        self._table("requests").add_columns(*(say(f"top.column.{title}") for title in ASKED))
        self._table("models").focus()
        self.run_worker(self._look_on())

    async def on_unmount(self) -> None:
        self.workers.cancel_all()
        await self._hang_up()

    # looking

    async def _look_on(self) -> None:
        while True:
            try:
                await self._look()
            except JarvisError as error:
                await self._hang_up()
                self._nothing(error.message())
            await asyncio.sleep(self._every)

    async def _look(self) -> None:
        asked = await self._reach()
        if asked is None:
            self._nothing(named(say("top.no_daemon")))
            return
        sums = self._frame is None or monotonic() - self._summed >= SUMS_SECONDS
        self._frame = await look(asked, None if sums else self._frame)
        if sums:
            self._summed = monotonic()
        self._draw(self._frame)

    async def _reach(self) -> Client | None:
        """The daemon that runs now."""
        address = find(self._where)
        if address != self._address:
            await self._hang_up()
        if address is not None and self._client is None:
            self._client, self._address = client(address, self._where), address
        return self._client

    async def _hang_up(self) -> None:
        asked, self._client, self._address, self._frame = self._client, None, None, None
        if asked is not None:
            await asked.close()

    def _draw(self, frame: Frame) -> None:
        self.sub_title = __version__
        width = self.size.width - 4
        self._static("devices").update(_lines(devices(frame.fleet, width, width)))
        self._static("money").update(_lines(money(frame)))
        names = [m["model"] for m in frame.fleet["models"]]
        self._fill("models", zip(names, rows(frame.fleet), strict=True))
        self._fill("requests", ((str(number), row) for number, row in enumerate(requests(frame))))

    def _nothing(self, why: str) -> None:
        self._static("devices").update(Text(why))
        self._static("money").update("")
        self._fill("models", ())
        self._fill("requests", ())

    def _fill(self, name: str, lines: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        """Anew, with the cursor where it was: on the same model."""
        table, chosen = self._table(name), self._chosen() if name == "models" else None
        table.clear()
        seen: dict[str, None] = {}
        for key, cells in lines:
            if key in seen:  # one that leaves while it is loaded anew
                key = f"{key} "
            seen[key] = None
            table.add_row(*(Text(cell) for cell in cells), key=key)
        if chosen in seen:
            table.move_cursor(row=list(seen).index(chosen), scroll=False)

    def _table(self, name: str) -> DataTable[Text]:
        return self.query_one(f"#{name}", DataTable)

    def _static(self, name: str) -> Static:
        return self.query_one(f"#{name}", Static)

    # what its owner does

    def _chosen(self) -> str | None:
        table = self._table("models")
        if not table.row_count:
            return None
        key = table.coordinate_to_cell_key(table.cursor_coordinate).row_key.value
        return None if key is None else key.rstrip()

    def action_load(self) -> None:
        """Choose one of those that are here."""

        async def choose() -> None:
            asked = await self._reach()
            if asked is None:
                self._tell(named(say("top.no_daemon")), failed=True)
                return
            told = (await asked.json("GET", "/v1/models"))["data"]
            here = [card for card in told if "jarvis" in card and card["created"]]  # a paid one has no file
            names = [card["id"] for card in here if not card["jarvis"]["loaded"]]
            if not names:
                self._tell(say("top.all_loaded"))
                return
            model = await self.push_screen_wait(Choosing(sorted(names)))
            if model is not None:
                self._tell(say("top.loading", model=model))
                done = await asked.json("POST", "/fleet/load", {"model": model})
                facts = {"model": done["model"], "device": done["device"], "seconds": done["load_seconds"]}
                self._tell(say("cli.load.done", **facts))

        self._do(choose)

    def action_unload(self) -> None:
        """The model that is chosen, unless it answers."""
        self._with_chosen(self._unload)

    async def _unload(self, asked: Client, model: str) -> None:
        await asked.json("POST", "/fleet/unload", {"model": model})
        self._tell(say("top.unloaded", model=model))

    def action_pin(self) -> None:
        """Keep the model that is chosen, or no longer, as ``jarvis pin`` does."""
        self._with_chosen(self._pin)

    async def _pin(self, asked: Client, model: str) -> None:
        loaded = self._frame.fleet["models"] if self._frame is not None else ()
        pinned = not any(m["model"] == model and m["pinned"] for m in loaded)
        await asked.json("POST", "/fleet/pin", {"model": model, "pinned": pinned})
        await asyncio.to_thread(keep, model, pinned)
        self._tell(say("cli.pin.on" if pinned else "cli.pin.off", model=model))

    def _with_chosen(self, work: Callable[[Client, str], Awaitable[None]]) -> None:
        async def do() -> None:
            asked, model = await self._reach(), self._chosen()
            if asked is None or model is None:
                self._tell(say("top.none"), failed=True)
                return
            await work(asked, model)

        self._do(do)

    def _do(self, work: Callable[[], Awaitable[None]]) -> None:
        async def guarded() -> None:
            try:
                await work()
            except JarvisError as error:
                self._tell(f"{error.message()} {error.hint()}".strip(), failed=True)

        self.run_worker(guarded())

    def _tell(self, text: str, *, failed: bool = False) -> None:
        self.notify(text, severity="error" if failed else "information", markup=False)


def _lines(lines: Iterable[Text]) -> Text:
    return Text("\n").join(lines)
