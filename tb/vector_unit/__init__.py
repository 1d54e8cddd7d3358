"""Bench of vector_unit and its parts."""
