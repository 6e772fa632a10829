"""Looks over the machine and the installation: one file a check, each on its own, none changes anything.

A room of its own above the parts it looks at (hardware, engines, catalog, config, store), and below the faces, for the
command line is only the first of those that will show it.
"""

NOT_PARTS = frozenset({"base", "examine", "floors", "trial"})
