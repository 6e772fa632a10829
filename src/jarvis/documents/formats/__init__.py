"""The kinds of files that can be read, one file each: a class ``Format`` (``base.py``), found by its suffix."""
