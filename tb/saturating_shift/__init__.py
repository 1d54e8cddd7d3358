"""Bench of ae, weight_decoder and triple together."""
