"""Scenarios: rules that change what happens, and the faults they apply."""
