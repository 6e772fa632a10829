"""Jarvis for Home Assistant and whatever else speaks Wyoming: hearing, speaking and answering, as a client of the
daemon.
"""
