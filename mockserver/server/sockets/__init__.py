"""Sockets: from the first bytes of a connection to a request."""
