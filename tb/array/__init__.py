"""Bench of array."""
