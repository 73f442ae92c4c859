"""Tools: what the verbs share."""
