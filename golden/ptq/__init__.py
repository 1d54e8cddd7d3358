"""Post-training quantization: from a float graph and unlabelled pictures to a network in integers."""
