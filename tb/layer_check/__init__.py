"""Bench of layer_check."""
