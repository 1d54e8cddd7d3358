"""Bench of walker."""
