"""Constants, codes and packed records of the arithmetic contract, read from ``contract.toml``."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONTRACT_FILE = Path(__file__).with_name("contract.toml")
CONTRACT: dict[str, dict[str, Any]] = tomllib.loads(CONTRACT_FILE.read_text())


@dataclass(frozen=True)
class Record:
    """A packed record: unsigned fields laid from bit 0 upward in the order of ``widths``."""

    name: str
    widths: dict[str, int]

    @property
    def width(self) -> int:
        """Return the number of bits of the whole record."""
        return sum(self.widths.values())

    def lsb(self, field: str) -> int:
        """Return the lowest bit of a field."""
        names = list(self.widths)
        return sum(self.widths[name] for name in names[: names.index(field)])

    def pack(self, **values: int) -> int:
        """Pack all fields; negative values are stored in two's complement.

        Raises ValueError when a field is missing, unknown or does not fit.
        """
        if values.keys() != self.widths.keys():
            raise ValueError(f"{self.name}: expected exactly the fields {sorted(self.widths)}, got {sorted(values)}")
        word = 0
        for field, width in self.widths.items():
            value = int(values[field])
            if not -(1 << (width - 1)) <= value < 1 << width:
                raise ValueError(f"{self.name}.{field} = {value} does not fit {width} bits")
            word |= (value & ((1 << width) - 1)) << self.lsb(field)
        return word

    def unpack(self, word: int) -> dict[str, int]:
        """Return all fields of a packed word as unsigned integers."""
        return {field: (word >> self.lsb(field)) & ((1 << width) - 1) for field, width in self.widths.items()}


CODE_WIDTH: int = CONTRACT["code"]["width"]
LEVEL_BITS: int = CONTRACT["code"]["level_bits"]
LEVELS: int = CONTRACT["code"]["levels"]
META_WIDTH: int = CONTRACT["metadata"]["width"]
N2_LSB: int = CONTRACT["metadata"]["n2_lsb"]
N2_MAX: int = CONTRACT["metadata"]["n2_max"]
PARITY_LSB: int = CONTRACT["metadata"]["parity_lsb"]
PARITY_MAX: int = CONTRACT["metadata"]["parity_max"]
RUNGS: int = CONTRACT["ladder"]["rungs"]
ACT_WIDTH: int = CONTRACT["activation"]["width"]
ACT_MAX = (1 << ACT_WIDTH) - 1
ACC_WIDTH: int = CONTRACT["accumulator"]["width"]
WINDOW_WIDTH: int = CONTRACT["window"]["width"]
DELTA: dict[str, int] = CONTRACT["delta"]
BIAS_WIDTH: int = CONTRACT["bias"]["width"]
M_WIDTH: int = CONTRACT["requantization"]["m_width"]
SHIFT_MAX: int = CONTRACT["requantization"]["shift_max"]
SUM_WIDTH: int = CONTRACT["requantization"]["sum_width"]
FRACTION: int = CONTRACT["requantization"]["fraction"]
SCALED_WIDTH: int = CONTRACT["requantization"]["scaled_width"]
POST_SHIFT: int = CONTRACT["requantization"]["post_shift"]
POINT = POST_SHIFT - FRACTION  # M / 2^(sh + POINT) stands for a ratio of scales
GLUE_M_WIDTH: int = CONTRACT["glue"]["m_width"]
GLUE_WINDOW_WIDTH: int = CONTRACT["glue"]["window_width"]
GLUE_SHIFT_MAX: int = CONTRACT["glue"]["shift_max"]
GLUE_SUM_WIDTH: int = CONTRACT["glue"]["sum_width"]
GLUE_STRIDE_MAX: int = CONTRACT["glue"]["stride_max"]
KERNEL_MAX: int = CONTRACT["kernel"]["max"]
CHANNELS_MAX = (1 << CONTRACT["dimension"]["channel_width"]) - 1
PACKED_PIXEL: int = CONTRACT["packed"]["pixel"]
MODES: dict[str, int] = CONTRACT["mode"]
ERRORS: dict[str, int] = CONTRACT["error"]
COMMAND_BITS: int = CONTRACT["command"]["width"]
PAYLOAD_LSB: int = CONTRACT["command"]["payload"]
OPCODES: dict[str, int] = CONTRACT["opcode"]
UNITS: dict[str, int] = CONTRACT["unit"]
TARGETS: dict[str, int] = CONTRACT["target"]
VECTOR_MODES: dict[str, int] = CONTRACT["vector_mode"]
PARAMETER_BYTES: int = CONTRACT["transfer"]["parameter_bytes"]
RECORDS = {name: Record(name, widths) for name, widths in CONTRACT["record"].items()}
DESCRIPTOR, PARAMETER = RECORDS["descriptor"], RECORDS["parameter"]
COMMAND, TRANSFER, VECTOR = RECORDS["command"], RECORDS["transfer"], RECORDS["vector"]
