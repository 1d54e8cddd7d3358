"""Bench of the core: layers from files, compared bit for bit."""
