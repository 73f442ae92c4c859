"""Answers that are none: whole on the wire, and of no use to whoever reads them."""
