"""Bench of word_walker."""
