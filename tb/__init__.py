"""Benches of the ASLog RTL: simulators, models, streams, coverage, and one folder per module."""
