"""What other programs have kept of conversations and models, read for ``jarvis import``. Nothing here writes."""
