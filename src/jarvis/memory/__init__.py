"""What Jarvis remembers: the store, how it is searched, what is learned, and how it is forgotten."""
