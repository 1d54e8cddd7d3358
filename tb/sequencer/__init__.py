"""Bench of sequencer."""
