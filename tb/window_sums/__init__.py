"""Bench of window_sums."""
