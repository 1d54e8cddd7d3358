"""Bench of burst_issue."""
