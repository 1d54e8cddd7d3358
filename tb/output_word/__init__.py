"""Bench of output_word."""
