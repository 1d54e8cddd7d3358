"""Bench of accumulator."""
