"""Area, timing and power of the design and of baselines with multipliers, on any Liberty."""
