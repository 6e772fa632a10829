"""Python's ``-m`` for the launcher: ``quietly.py pip install ...``. Ctrl-C ends the module without a traceback."""

import runpy
import sys
from types import TracebackType


def _shown(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if kind is not KeyboardInterrupt:
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _shown
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
