"""What the projection to 40 nm assumes: each figure from the best to the worst that is likely, and why."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Assumption:
    """A number that was not measured: lowest, most likely and highest value, unit, reason."""

    low: float
    mid: float
    high: float
    unit: str
    reason: str


ASSUMPTIONS: dict[str, Assumption] = {
    "nand2_um2": Assumption(0.6, 0.7, 0.8, "um2", "smallest NAND2, cells of 9 to 12 tracks; Nangate45's is 0.798"),
    "utilization": Assumption(0.65, 0.75, 0.85, "", "part of the placed area that cells fill"),
    "nand2_ff": Assumption(0.8, 1.2, 1.6, "fF", "input of that NAND2, measure of all capacitances; Nangate45's is 1.6"),
    "supply_v": Assumption(0.9, 1.1, 1.2, "V", "nominal 1.1 V; the published chip's is not known to us"),
    "fo4_ps": Assumption(15, 20, 27, "ps", "inverter of four loads: 0.36 ps a nm of gate, slower in low power"),
    "wire_energy": Assumption(1.2, 1.5, 2.0, "x", "capacitance of wires, none in the measurement"),
    "wire_delay": Assumption(1.1, 1.25, 1.5, "x", "delay of wires, clock skew and margin, none in the measurement"),
    "clock_tree": Assumption(1.05, 1.15, 1.3, "x", "energy of the clock's buffers and wires, none in the measurement"),
    "leakage": Assumption(1.0, 1.03, 1.1, "x", "leakage beside the energy of a saturated array"),
    "other_logic": Assumption(0.15, 0.25, 0.4, "of the core", "DMA, vector unit, registers: not among the blocks"),
    "other_activity": Assumption(0.2, 0.4, 0.8, "of the array's", "energy by area of the logic outside the array"),
    "bitcell_um2": Assumption(0.24, 0.3, 0.37, "um2", "six transistors at 40 nm"),
    "ports": Assumption(1.0, 1.3, 2.0, "x", "a cell of a read and a write port; banks may do with one port"),
    "memory_efficiency": Assumption(0.45, 0.6, 0.7, "", "part of a memory's area that is bit cells"),
    "buffer_pj": Assumption(0.03, 0.06, 0.12, "pJ/bit", "access to a memory of 64 to 256 Kbit"),
    "accumulator_pj": Assumption(0.006, 0.015, 0.03, "pJ/bit", "access to a memory of 32 words"),
}  # fmt: skip
"""By the name under which ``projection.figures`` takes it."""
