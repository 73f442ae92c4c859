"""Time: answers that come late or slowly."""
