"""Bench of dispatcher."""
