"""Answering: how a reply is dated, altered, slowed and put on the wire."""
