"""What a model may ask Jarvis to do. A part is a file with a class ``Toolbox``."""

NOT_PARTS = frozenset({"base", "here", "telling", "toolkit"})
