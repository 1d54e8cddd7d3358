"""Bench of run_control."""
