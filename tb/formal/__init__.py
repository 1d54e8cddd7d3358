"""Proofs about the RTL with Yosys: ``python -m tb.formal --help``."""
