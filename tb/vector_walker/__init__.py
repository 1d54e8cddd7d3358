"""Bench of rtl/vector_walker.v."""
