"""Where the lines of a conversation come from: a terminal with an editor, or whatever is piped in."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Sequence
from concurrent.futures import Future

from jarvis.config.paths import Paths


class Piped:
    """Read in threads that nobody waits for, so that Ctrl-C ends the command between two lines too; and without the
    buffer of ``sys.stdin``, whose lock such a thread would hold when Python ends.
    """

    def __init__(self) -> None:
        self._read = b""

    async def line(self) -> str:
        while b"\n" not in self._read:
            more: Future[bytes] = Future()
            more.set_running_or_notify_cancel()
            threading.Thread(target=self._more, args=(more,), daemon=True).start()
            data = await asyncio.wrap_future(more)
            if not data:
                break
            self._read += data
        if not self._read:
            raise EOFError
        line, _, self._read = self._read.partition(b"\n")
        return line.decode(errors="replace")

    def _more(self, more: Future[bytes]) -> None:
        try:
            more.set_result(os.read(0, 1 << 16))
        except OSError as error:
            more.set_exception(error)


class Terminal:
    """A line editor with history and search; Alt-Enter or a line that ends in a backslash goes on to the next line."""

    def __init__(self, where: Paths, commands: Sequence[str]) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.completion import WordCompleter
        from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

        keys = KeyBindings()

        @keys.add("escape", "enter")
        def _newline(event: KeyPressEvent) -> None:
            event.current_buffer.insert_text("\n")

        # no file of what was typed: what is deleted with `jarvis history` would live on in it
        (where.state / "chat_history").unlink(missing_ok=True)
        self._session: PromptSession[str] = PromptSession(
            key_bindings=keys,
            completer=WordCompleter(list(commands), sentence=True),
            complete_while_typing=False,
        )

    async def line(self) -> str:
        try:
            lines = [str(await self._session.prompt_async("› "))]
            while lines[-1].endswith("\\"):
                lines[-1] = lines[-1][:-1]
                lines.append(str(await self._session.prompt_async("… ")))
        except KeyboardInterrupt:  # takes back what was typed
            return ""
        return "\n".join(lines)
