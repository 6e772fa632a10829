"""Jarvis as a service of its owner: a unit of systemd's user manager, with as few rights as it can work with."""
