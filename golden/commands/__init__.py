"""Commands that measure networks."""
