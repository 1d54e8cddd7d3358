"""Bench of parameter_check."""
