"""The blocks that are compared, each as ours and with multipliers in the place of the AEs."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from golden.contract import ACC_WIDTH, ACT_WIDTH, BIAS_WIDTH, CONTRACT, PARAMETER, SUM_WIDTH
from golden.schedule import CoreConfig
from tb.simulators import ROOT

Design = Literal["ours", "mul8x8", "mulu8x8", "mul8x4"]
DESIGNS: dict[Design, str] = {
    "ours": "ours",
    "mul8x8": "signed 8 x 8 multiplier",
    "mulu8x8": "unsigned 8 x signed 8 multiplier",
    "mul8x4": "unsigned 8 x signed 4 multiplier",
}
WEIGHT_WIDTHS: dict[Design, int] = {"mul8x8": 8, "mulu8x8": 8, "mul8x4": 4}
CLOCK = "clk"
"""The clock's port and net in every block."""
OC_LANES = 16
IC_LANES = 16
PRODUCT_WIDTH: int = CONTRACT["product"]["width"]


@dataclass(frozen=True)
class Block:
    """A module to synthesize, the files it needs, its parameters and the constants of the header that differ.

    ``served`` is the number of AEs that share it: its part of one AE is 1 / served; a lane has a whole one. ``units``
    are modules of which the block has many: they may be mapped once instead of all together.
    """

    name: str
    design: Design
    top: str
    sources: tuple[Path, ...]
    parameters: dict[str, int] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    served: int = 1
    units: tuple[str, ...] = ()


def files(text: str) -> tuple[Path, ...]:
    """Return the files of the modules named, from ppa/ when it has them and from rtl/ otherwise."""
    places = (ROOT / "ppa" / "designs", ROOT / "ppa" / "baselines", ROOT / "rtl")
    return tuple(next(p / f"{name}.v" for p in places if (p / f"{name}.v").is_file()) for name in text.split())


def varied(files: tuple[Path, ...], variant: str) -> tuple[Path, ...]:
    """Return the files with those of a folder of ppa/variants, if any, in the place of the modules of these names."""
    others = {path.name: path for path in (ROOT / "ppa" / "variants" / variant).glob("*.v")}
    return tuple(others.get(path.name, path) for path in files)


def baseline_widths(design: Design) -> dict[str, str]:
    """Return the header's constants of a baseline: every width that follows the product's changes with it."""
    if design == "ours":
        return {}
    less = PRODUCT_WIDTH - ACT_WIDTH - WEIGHT_WIDTHS[design]
    bias = BIAS_WIDTH - max(less, 0)  # its field in the parameter record does not grow
    return {
        "ACCUMULATOR_WIDTH": str(ACC_WIDTH - less),
        "BIAS_WIDTH": str(bias),
        "REQUANTIZATION_SUM_WIDTH": str(SUM_WIDTH - less),
        "PARAMETER_BIAS": f"{PARAMETER.lsb('bias')}+:{bias}",
    }


def _multiplier(design: Design) -> dict[str, int]:
    return {"WEIGHT_WIDTH": WEIGHT_WIDTHS[design], "X_SIGNED": int(design == "mul8x8")}


LANES = {"OC_LANES": OC_LANES, "IC_LANES": IC_LANES, "RQ_LANES": CoreConfig(OC_LANES, IC_LANES).drained_lanes}
UNITS = ("dot_lane", "dot_multiplier")
BASELINES: tuple[Design, ...] = ("mul8x8", "mulu8x8", "mul8x4")
LANE = "lane_multiplier dot_multiplier multiplier carry_save lane_rest entry_sum"
DRAINED = "one_hot_mux parameter_bank requantizer saturating_shift bce"
REST = f"array_rest carry_save entry_sum array_window {DRAINED}"
ARRAY = f"array_ours array weight_decoder dot_lane ae triple {REST}"
MULTIPLIERS = f"array_multiplier multiplier_lanes dot_multiplier multiplier {REST}"
CORE = tuple(
    path
    for path in sorted((ROOT / "rtl").glob("*.v"))
    if not path.name.startswith(("vector_", "axi_", "beat_", "burst_", "read_", "store_", "word_", "unit_"))
    and path.stem not in ("aslog", "activation_buffer", "counter_bank", "dispatcher", "fetch_unit", "layer_writer")
    and path.stem not in ("load_unit", "register_file", "run_control", "stream_fifo", "tokens")
)
WITHOUT_BCE = {"REQUANTIZATION_SUM_WIDTH": str(max(ACC_WIDTH, BIAS_WIDTH) + 1)}


def _shares(block: Block) -> tuple[Block, ...]:
    """Return a block, the same without bias correction, and the same with one quantization for all channels."""
    name, files = block.name, block.sources
    return (
        block,
        replace(block, name=f"{name}_without_bce", sources=varied(files, "without_bce"), constants=WITHOUT_BCE),
        replace(block, name=f"{name}_per_tensor", sources=varied(files, "per_tensor")),
    )


OUR_ARRAY = Block("array", "ours", "array_ours", files(ARRAY), LANES, units=UNITS)
OUR_ELEMENT = Block("ae_complete", "ours", "ae_complete", files("ae_complete weight_decoder"))
OUR_LANE = Block(
    "lane", "ours", "lane_ours", files("lane_ours dot_lane ae carry_save lane_rest entry_sum"), {"IC_LANES": IC_LANES}
)
OUR_TRIPLE = Block("triple", "ours", "triple", files("triple"), served=OC_LANES)
OUR_DECODER = Block("weight_decoder", "ours", "weight_decoder", files("weight_decoder"), served=OC_LANES)
OUR_CORE = Block("core", "ours", "aslog_core", CORE, LANES, units=UNITS)
SHARES = (*_shares(OUR_ARRAY), *_shares(OUR_CORE))

BLOCKS: dict[str, tuple[Block, ...]] = {
    "ae": (
        OUR_ELEMENT,
        *(Block(design, design, "multiplier", files("multiplier"), _multiplier(design)) for design in BASELINES),
    ),
    "ae_in_array": (
        Block("ae", "ours", "ae", files("ae")),
        OUR_TRIPLE,
        OUR_DECODER,
        *(Block(design, design, "multiplier", files("multiplier"), _multiplier(design)) for design in BASELINES),
    ),
    "lane": (
        OUR_LANE,
        *(replace(block, name=f"lane_{block.name}", served=1) for block in (OUR_TRIPLE, OUR_DECODER)),
        *(
            Block(
                f"lane_{d}",
                d,
                "lane_multiplier",
                files(LANE),
                {"IC_LANES": IC_LANES} | _multiplier(d),
                baseline_widths(d),
            )
            for d in BASELINES
        ),
    ),
    "array": (
        OUR_ARRAY,
        *(
            Block(
                f"array_{design}",
                design,
                "array_multiplier",
                files(MULTIPLIERS),
                LANES | _multiplier(design),
                baseline_widths(design),
                units=UNITS,
            )
            for design in BASELINES
        ),
    ),
    "clock": (
        Block("ae_registered", "ours", "ae_registered", files("ae_registered ae_complete weight_decoder")),
        *(
            Block(
                f"{design}_registered",
                design,
                "multiplier_registered",
                files("multiplier_registered multiplier"),
                _multiplier(design),
            )
            for design in BASELINES
        ),
    ),
    "core": (OUR_CORE,),
    "shares": SHARES,
}
