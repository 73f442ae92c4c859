"""What clients did, and what to think of it."""
