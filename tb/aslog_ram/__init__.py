"""Bench of aslog_ram."""
