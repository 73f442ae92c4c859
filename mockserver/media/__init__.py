"""The media room: real files with the size, length and words that were asked for."""
