"""Bench of layer_writer."""
