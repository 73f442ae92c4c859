"""Staging: scenarios and providers are read, put to work, and read again."""
