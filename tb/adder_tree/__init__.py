"""Bench of adder_tree."""
