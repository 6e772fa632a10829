"""Talking with Jarvis at this machine: its microphone, its loudspeaker, and how the one does not hear the other."""
