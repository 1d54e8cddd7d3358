"""Bench of read_arbiter."""
