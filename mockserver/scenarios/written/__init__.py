"""Written: the language of scenarios, from text to data."""
