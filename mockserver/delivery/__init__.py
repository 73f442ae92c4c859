"""Outgoing calls: who may be reached, the one client, and what is sent when."""
