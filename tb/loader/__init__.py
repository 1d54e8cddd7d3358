"""Bench of loader."""
