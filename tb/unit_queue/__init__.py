"""Bench of unit_queue."""
