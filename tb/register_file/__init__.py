"""Bench of register_file and axi_lite_slave."""
