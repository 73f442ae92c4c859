"""Broken connections: what ends, breaks or holds the connection itself."""
