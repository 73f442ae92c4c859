"""Connections that do not begin: what goes wrong before there is any TLS."""
