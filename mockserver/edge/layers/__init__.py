"""Layers: what each request passes through before and after its route."""
