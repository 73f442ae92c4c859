"""Routing: which provider and operation a request is for, and who answers it."""
