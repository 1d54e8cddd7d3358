"""Bench of tokens."""
