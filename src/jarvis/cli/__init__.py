"""The commands. Ctrl-C before one of them runs, while Python imports it, is no error to show either."""

import sys
from types import TracebackType


def _shown(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if kind is not KeyboardInterrupt:
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _shown
