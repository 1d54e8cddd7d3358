"""Bench of bce."""
