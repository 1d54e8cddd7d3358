"""Bench of carry_save."""
