"""Functional coverage points, and the report that merges them with Verilator's line and toggle coverage."""
