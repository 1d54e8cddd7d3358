"""Constants of the arithmetic contract, read from ``contract.toml``."""

import tomllib
from pathlib import Path

CONTRACT_FILE = Path(__file__).with_name("contract.toml")
CONTRACT: dict[str, dict[str, int]] = tomllib.loads(CONTRACT_FILE.read_text())

CODE_WIDTH = CONTRACT["code"]["width"]
LEVEL_BITS = CONTRACT["code"]["level_bits"]
LEVELS = CONTRACT["code"]["levels"]
META_WIDTH = CONTRACT["metadata"]["width"]
N2_LSB = CONTRACT["metadata"]["n2_lsb"]
N2_MAX = CONTRACT["metadata"]["n2_max"]
PARITY_LSB = CONTRACT["metadata"]["parity_lsb"]
ACT_WIDTH = CONTRACT["activation"]["width"]
ACT_MAX = (1 << ACT_WIDTH) - 1
ACC_WIDTH = CONTRACT["accumulator"]["width"]
WINDOW_WIDTH = CONTRACT["window"]["width"]
DELTA_EXPONENT_BITS = CONTRACT["delta"]["exponent_bits"]
DELTA_FRAC = CONTRACT["delta"]["frac"]
BIAS_WIDTH = CONTRACT["bias"]["width"]
M_WIDTH = CONTRACT["requantization"]["m_width"]
SHIFT_MAX = CONTRACT["requantization"]["shift_max"]
SUM_WIDTH = CONTRACT["requantization"]["sum_width"]
