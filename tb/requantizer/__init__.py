"""Bench of requantizer, with a stream on both sides."""
