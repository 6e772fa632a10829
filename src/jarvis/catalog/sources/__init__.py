"""Where models come from: one file per scheme (``hf:``, ``pypi:``, ``npm:``, ``file:``)."""
