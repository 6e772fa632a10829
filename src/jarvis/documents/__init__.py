"""Files to plain text, with their headings and pages, and text to the pieces that are searched."""
