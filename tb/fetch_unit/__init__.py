"""Bench of fetch_unit."""
