"""Bench of burst_walker."""
