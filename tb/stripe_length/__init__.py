"""Bench of stripe_length."""
