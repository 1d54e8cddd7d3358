"""Bench of store_unit."""
