"""The later Tasks API of the same company."""
