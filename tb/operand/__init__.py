"""Bench of operand."""
