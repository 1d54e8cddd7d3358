"""Bench of counter_bank."""
