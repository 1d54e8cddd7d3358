"""Bench of load_unit."""
