"""Servers: listening, and the Python face of a running one."""
