"""Bench of activation_buffer."""
