"""Book: the rules that act in a space, and what they remember."""
