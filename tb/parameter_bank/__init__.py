"""Bench of parameter_bank."""
