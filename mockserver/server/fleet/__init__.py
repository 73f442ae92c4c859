"""Fleet: several workers answer as one server."""
