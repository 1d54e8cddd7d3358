"""A GTKWave save file beside a waveform of the core: signals grouped by stage, layer, mode and state by name."""

import io
from pathlib import Path

from pywellen import Waveform
from vcd.gtkw import GTKWSave, make_translation_filter

from golden.contract import ERRORS, MODES
from golden.files import write_text

CORE = "tb_core.u_core"
DATAPATH = f"{CORE}.u_datapath"
DATA_FORMATS = ("bin", "dec", "signed", "hex")

# group: (signal, format), from the descriptor to the output stream
GROUPS: dict[str, list[tuple[str, str]]] = {
    "position": [
        ("tb_core.index", "layer"),
        ("tb_core.cycle", "dec"),
        ("tb_core.mode", "mode"),
        ("tb_core.tile", "dec"),
        ("tb_core.pixel", "dec"),
        ("tb_core.output_row", "dec"),
        ("tb_core.output_column", "dec"),
        ("tb_core.tap_ky", "dec"),
        ("tb_core.tap_kx", "dec"),
        ("tb_core.tap_vector", "dec"),
    ],
    "sequencer": [
        ("tb_core.clk", "bin"),
        ("tb_core.rst", "bin"),
        (f"{CORE}.u_sequencer.state", "state"),
        (f"{CORE}.start", "bin"),
        (f"{CORE}.done", "bin"),
        (f"{CORE}.error", "error"),
        (f"{CORE}.count_cycles", "dec"),
        (f"{CORE}.count_busy", "dec"),
    ],
    "walker": [
        (f"{CORE}.issue", "bin"),
        (f"{CORE}.compute", "bin"),
        (f"{CORE}.take", "bin"),
        (f"{CORE}.claim", "bin"),
        (f"{CORE}.wait_weights", "bin"),
        (f"{CORE}.wait_drain", "bin"),
        (f"{CORE}.position", "signed"),
        (f"{CORE}.row_inside", "bin"),
        (f"{CORE}.column", "signed"),
        (f"{CORE}.entry", "dec"),
        (f"{CORE}.bank", "bin"),
    ],
    "loader": [
        (f"{CORE}.loaded", "bin"),
        (f"{CORE}.weight_address", "dec"),
        (f"{CORE}.row_valid", "bin"),
        (f"{CORE}.row", "dec"),
        (f"{CORE}.row_codes", "hex"),
        (f"{CORE}.row_parameters", "hex"),
    ],
    "operands": [
        (f"{CORE}.word", "hex"),
        (f"{DATAPATH}.x", "hex"),
        (f"{DATAPATH}.row_sums", "hex"),
    ],
    "array and accumulators": [
        (f"{DATAPATH}.compute_3", "bin"),
        (f"{DATAPATH}.u_accumulator.adds", "bin"),
        (f"{DATAPATH}.end_3", "bin"),
        ("tb_core.sums", "hex"),
        (f"{DATAPATH}.accumulators", "hex"),
        (f"{DATAPATH}.windows", "hex"),
    ],
    "requantization": [
        ("tb_core.lane_accumulators", "hex"),
        ("tb_core.lane_windows", "hex"),
        ("tb_core.lane_bces", "hex"),
        ("tb_core.lane_totals", "hex"),
        ("tb_core.lane_outputs", "hex"),
    ],
    "output stream": [
        ("tb_core.out_valid", "bin"),
        ("tb_core.out_ready", "bin"),
        ("tb_core.out_address", "dec"),
        ("tb_core.out_lanes", "bin"),
        ("tb_core.out_data", "hex"),
    ],
}


FILTERS: dict[str, list[tuple[int, str]]] = {
    "mode": [(value, name) for name, value in MODES.items()],
    "state": [(0, "idle"), (1, "check"), (2, "run")],
    "error": [(value, name) for name, value in ERRORS.items()],
}


def signal_widths(waveform: Path) -> dict[str, int]:
    """Return the bits of every signal in a waveform, by its name from tb_core downward."""
    wave = Waveform(str(waveform))
    names = ((str(var.full_name), var) for var in wave.all_vars())
    return {name[name.index("tb_core.") :]: var.bitwidth for name, var in names if "tb_core." in name}


def write_save_file(waveform: Path, layer: str) -> Path:
    """Write a save file and its translation files beside a waveform; return the save file's path.

    Raises KeyError when the waveform lacks a signal of GROUPS.
    """
    widths = signal_widths(waveform)
    text = io.StringIO()
    save = GTKWSave(text)
    save.dumpfile(str(waveform))
    save.treeopen(CORE)
    for group, signals in GROUPS.items():
        with save.group(group):
            for signal, form in signals:
                width = widths[signal]
                name = signal if width == 1 else f"{signal}[{width - 1}:0]"
                if form in DATA_FORMATS:
                    save.trace(name, datafmt=form)
                else:
                    values = [(0, layer)] if form == "layer" else FILTERS[form]
                    translation = waveform.with_suffix(f".{form}.txt")
                    write_text(translation, make_translation_filter(values, datafmt="hex", size=width))
                    save.trace(name, alias=form, datafmt="hex", translate_filter_file=str(translation))
    target = waveform.with_suffix(".gtkw")
    write_text(target, text.getvalue())
    return target
