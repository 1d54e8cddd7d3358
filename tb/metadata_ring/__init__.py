"""Bench of metadata_ring."""
