"""Bench of drain."""
