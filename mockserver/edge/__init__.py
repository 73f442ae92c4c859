"""The edge: doors, layers, control API and pages."""
