"""Engines that are too big to come with Jarvis: each in an environment of its own, beside Jarvis's."""
