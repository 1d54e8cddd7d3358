"""Bench of is_last."""
