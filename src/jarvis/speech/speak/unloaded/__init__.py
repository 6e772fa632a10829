"""Ways to speak that load no model: a program of the system, an address elsewhere. A part's file name is its name."""
