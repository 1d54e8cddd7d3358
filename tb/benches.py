"""The module benches: every folder holds ``test_<name>.py`` and, where the module needs one, a wrapper."""

from dataclasses import dataclass, field

from tb.bench import Bench, covered, rtl_sources
from tb.simulators import ROOT


@dataclass(frozen=True)
class ModuleBench:
    """A bench folder, its Verilog top and the parameters of one run."""

    name: str
    toplevel: str
    parameters: dict[str, int] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Return a name that tells the parameters, for run folders and reports."""
        return "-".join([self.name, *(f"{key}{value}" for key, value in self.parameters.items())])

    @property
    def test_module(self) -> str:
        """Return the Python module with the bench's cocotb tests."""
        return f"tb.{self.name}.test_{self.name}"

    def bench(self, sim: str) -> Bench:
        """Return the bench on a simulator, with coverage of its module and that one's parts when it is wanted."""
        parts = [part for part, whole in PARTS.items() if whole == self.name]
        wrappers = sorted((ROOT / "tb" / self.name).glob("*.v"))
        sources = (*rtl_sources(), *wrappers)
        return Bench(self.toplevel, sources, self.parameters, sim, covered=covered(self.name, *parts))


MODULE_BENCHES = (
    ModuleBench("ae", "tb_ae"),
    ModuleBench("carry_save", "carry_save", {"INPUTS": 4}),
    ModuleBench("carry_save", "carry_save", {"INPUTS": 16}),
    ModuleBench("carry_save", "carry_save", {"INPUTS": 32, "WIDTH": 9}),
    ModuleBench("is_last", "is_last", {"WIDTH": 6}),
    ModuleBench("is_last", "is_last", {"WIDTH": 24}),
    ModuleBench("dot_lane", "dot_lane", {"IC_LANES": 4}),
    ModuleBench("dot_lane", "dot_lane", {"IC_LANES": 16}),
    ModuleBench("bce", "bce"),
    ModuleBench("requantizer", "tb_requantizer"),
    ModuleBench("saturating_shift", "saturating_shift"),
    ModuleBench("saturating_shift", "saturating_shift", {"WIDTH": 20, "SHIFT": 3, "RESULT": 10}),
    ModuleBench("aslog_ram", "aslog_ram", {"WORDS": 16, "WIDTH": 32, "LANES": 1}),
    ModuleBench("aslog_ram", "aslog_ram", {"WORDS": 24, "WIDTH": 32, "LANES": 4}),
    ModuleBench("array", "array", {"OC_LANES": 4, "IC_LANES": 8}),
    ModuleBench("sequencer", "tb_sequencer"),
    ModuleBench("layer_check", "layer_check", {"OC_LANES": 8, "IC_LANES": 4, "ACTIVATION_WORDS": 1 << 14}),
    ModuleBench("layer_check", "layer_check", {"OC_LANES": 4, "IC_LANES": 16, "STRIPE": 33, "WEIGHT_ROWS": 3000}),
    ModuleBench("walker", "walker", {"OC_LANES": 4, "IC_LANES": 8, "COLUMNS": 7, "STRIPE": 9}),
    ModuleBench("walker", "walker", {"OC_LANES": 8, "IC_LANES": 4, "COLUMNS": 4, "STRIPE": 32}),
    ModuleBench("loader", "loader", {"OC_LANES": 4, "WEIGHT_ROWS": 1000}),
    ModuleBench("loader", "loader", {"OC_LANES": 16, "WEIGHT_ROWS": 1 << 24}),
    ModuleBench("operand", "operand", {"OC_LANES": 4, "IC_LANES": 8, "COLUMNS": 7}),
    ModuleBench("operand", "operand", {"OC_LANES": 8, "IC_LANES": 4, "COLUMNS": 4}),
    ModuleBench("operand", "operand", {"OC_LANES": 16, "IC_LANES": 16, "COLUMNS": 7}),
    ModuleBench("drain", "tb_drain", {"OC_LANES": 8, "IC_LANES": 8, "RQ_LANES": 8, "STRIPE": 8}),
    ModuleBench("drain", "tb_drain", {"OC_LANES": 8, "IC_LANES": 16, "RQ_LANES": 2, "STRIPE": 6}),
    ModuleBench("drain", "tb_drain", {"OC_LANES": 16, "IC_LANES": 4, "RQ_LANES": 8, "STRIPE": 9}),
    ModuleBench("activation_buffer", "activation_buffer", {"IC_LANES": 4, "WORDS": 24, "BANKS": 4}),
    ModuleBench("activation_buffer", "activation_buffer", {"IC_LANES": 16, "WORDS": 20, "BANKS": 2}),
    ModuleBench("parameter_check", "parameter_check"),
    ModuleBench("window_sums", "window_sums", {"OC_LANES": 4, "ROW_SUM": 12, "STRIPE": 6}),
    ModuleBench("stripe_length", "stripe_length"),
    ModuleBench("parameter_bank", "parameter_bank", {"OC_LANES": 8, "RQ_LANES": 2}),
    ModuleBench("parameter_bank", "parameter_bank", {"OC_LANES": 4, "RQ_LANES": 4}),
    ModuleBench("accumulator", "accumulator", {"LANES": 4, "PARTS": 2, "PART": 18, "STRIPE": 6}),
    ModuleBench("accumulator", "accumulator", {"LANES": 1, "PARTS": 1, "PART": 12, "WIDTH": 14, "STRIPE": 8}),
    ModuleBench("output_word", "output_word", {"OC_LANES": 16, "IC_LANES": 4, "RQ_LANES": 2}),
    ModuleBench("output_word", "output_word", {"OC_LANES": 16, "IC_LANES": 4, "RQ_LANES": 8}),
    ModuleBench("unit_queue", "unit_queue"),
    ModuleBench("dispatcher", "dispatcher"),
    ModuleBench("layer_writer", "layer_writer", {"OC_LANES": 16, "IC_LANES": 4}),
    ModuleBench("layer_writer", "layer_writer", {"OC_LANES": 4, "IC_LANES": 16}),
    ModuleBench("burst_issue", "burst_issue"),
    ModuleBench("burst_walker", "burst_walker", {"DATA_WIDTH": 64, "BURST": 256}),
    ModuleBench("word_walker", "word_walker"),
    ModuleBench("load_unit", "tb_load_unit", {"IC_LANES": 16, "DATA_WIDTH": 128, "BURST": 64}),
    ModuleBench("load_unit", "tb_load_unit", {"IC_LANES": 32, "DATA_WIDTH": 64, "BURST": 16}),
    ModuleBench("load_unit", "tb_load_unit", {"IC_LANES": 4, "DATA_WIDTH": 256, "BURST": 8, "OUTSTANDING": 3}),
    ModuleBench("store_unit", "tb_store_unit", {"IC_LANES": 16, "DATA_WIDTH": 128, "BURST": 64}),
    ModuleBench("store_unit", "tb_store_unit", {"IC_LANES": 32, "DATA_WIDTH": 64, "BURST": 16}),
    ModuleBench("store_unit", "tb_store_unit", {"IC_LANES": 4, "DATA_WIDTH": 256, "BURST": 8, "OUTSTANDING": 3}),
    ModuleBench("fetch_unit", "tb_fetch_unit", {"DATA_WIDTH": 64}),
    ModuleBench("fetch_unit", "tb_fetch_unit", {"DATA_WIDTH": 256}),
    ModuleBench("read_arbiter", "tb_read_arbiter", {"DATA_WIDTH": 128}),
    ModuleBench("vector_walker", "vector_walker"),
    ModuleBench("vector_unit", "vector_unit", {"IC_LANES": 4}),
    ModuleBench("vector_unit", "vector_unit", {"IC_LANES": 16}),
    ModuleBench("tokens", "tokens"),
    ModuleBench("run_control", "run_control"),
    ModuleBench("counter_bank", "counter_bank", {"WIDTH": 9, "BYTES": 7}),
    ModuleBench("register_file", "register_file", {"OC_LANES": 8, "STRIPE": 33, "WEIGHT_ROWS": 1 << 20}),
)

# modules that have no bench of their own, and the bench of the module they are a part of
PARTS = {
    "triple": "ae",
    "entry_sum": "accumulator",
    "one_hot_mux": "drain",
    "lane_mask": "operand",
    "weight_decoder": "ae",
    "descriptor_check": "layer_check",
    "stripe_walker": "walker",
    "tap_walker": "walker",
    "pixel_walker": "walker",
    "stripe_reader": "drain",
    "stream_fifo": "read_arbiter",
    "beat_unpacker": "load_unit",
    "beat_packer": "store_unit",
    "store_reader": "store_unit",
    "vector_axis": "vector_walker",
    "vector_check": "vector_unit",
    "vector_lane": "vector_unit",
    "vector_reader": "vector_unit",
    "axi_lite_slave": "register_file",
    "datapath": "core",
    "aslog_core": "core",
    "aslog": "network",
}

# modules of which some points are reached by the core or the whole accelerator only: no others are covered there
WHOLE = ("aslog", "aslog_core", "datapath", "lane_mask", "loader", "sequencer", "stripe_reader")
