"""Bench of dot_lane."""
