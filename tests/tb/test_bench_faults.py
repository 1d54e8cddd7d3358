"""Faults put into the RTL: the module's bench must see every one of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from tb.bench import pick_seed, run
from tb.benches import MODULE_BENCHES
from tb.simulators import ROOT
from tests.tb.faults import Fault

ACCUMULATOR = "accumulator-LANES4-TERM19-SIGNED1-STRIPE6"
ARRAY = "array-OC_LANES4-IC_LANES8"
BANK = "parameter_bank-OC_LANES8-RQ_LANES2"
CHECK = "layer_check-OC_LANES8-IC_LANES4-ACTIVATION_WORDS16384"
WIDE_CHECK = "layer_check-OC_LANES4-IC_LANES16-STRIPE33-WEIGHT_ROWS3000"
LOADER = "loader-OC_LANES4"
WALKER = "walker-OC_LANES4-IC_LANES8-COLUMNS7-STRIPE9"
SMALL_WALKER = "walker-OC_LANES8-IC_LANES4-COLUMNS4-STRIPE32"
OPERAND = "operand-OC_LANES4-IC_LANES8-COLUMNS7"
BUFFER = "activation_buffer-IC_LANES4-WORDS20"
SUMS = "window_sums-OC_LANES4-ROW_SUM12-STRIPE6"
DRAIN = "drain-OC_LANES8-IC_LANES8-RQ_LANES8-STRIPE8"
SHARED_DRAIN = "drain-OC_LANES8-IC_LANES16-RQ_LANES2-STRIPE6"
WIDE_DRAIN = "drain-OC_LANES16-IC_LANES4-RQ_LANES8-STRIPE9"

# what breaks: the bench that must see it, and the fault
FAULTS = {
    "sum of the other bank": (ACCUMULATOR, Fault("accumulator.v", "word[bank_1]", "word[bank]")),
    "sum is never overwritten": (ACCUMULATOR, Fault("accumulator.v", "= first ? wide", "= 1'b0 ? wide")),
    "unsigned terms": (ACCUMULATOR, Fault("accumulator.v", "SIGNED ? term[TERM-1] : 1'b0", "1'b0")),
    "row of the swap's cycle": (
        ARRAY,
        Fault("array.v", "active <= shadow[o]", "active <= row_valid && row == o ? decoded : shadow[o]"),
    ),
    "operands are not held": (ARRAY, Fault("array.v", "if (enable) sums", "sums")),
    "other lane of the group": (BANK, Fault("parameter_bank.v", "base + OFFSET", "base")),
    "metadata of the other slot": (BANK, Fault("parameter_bank.v", "words[{meta_slot,", "words[{!meta_slot,")),
    "short last stripe": ("stripe_length", Fault("stripe_length.v", "{nominal[AW-2:0], 1'b0}", "nominal")),
    "half a pixel": ("stripe_length", Fault("stripe_length.v", "remaining[0]}", "1'b0}")),
    "stripe too long": (CHECK, Fault("descriptor_check.v", "stripe} > STRIPE", "stripe} > STRIPE + 1")),
    "output one too small": (CHECK, Fault("descriptor_check.v", "padded < next", "padded <= next")),
    "last word of the buffer": (CHECK, Fault("layer_check.v", "weight_end > WEIGHT_ROWS", "weight_end >= WEIGHT_ROWS")),
    "word of a packed picture": (WIDE_CHECK, Fault("layer_check.v", "(product + VECTOR_PIXELS - 1)", "(product)")),
    "check survives a reset": (
        CHECK,
        Fault("layer_check.v", "active <= 1'b0;\n            done <= 1'b0;", "done <= 1'b0;"),
    ),
    "rows of the next stripe": (LOADER, Fault("loader.v", "pointer <= tile_pointer;", "")),
    "slot still in use": (LOADER, Fault("loader.v", "!first_tap || !slot_busy[slot]", "1'b1")),
    "shadow overwritten": (LOADER, Fault("loader.v", "lane != 0 || !loaded || take", "1'b1")),
    "channel without parameters": (LOADER, Fault("loader.v", "index < channels_out &&", "index <= channels_out &&")),
    "stride of rows": (WALKER, Fault("pixel_walker.v", "row + (pitch_wide <<< two)", "row + pitch_wide")),
    "start of the next stripe": (WALKER, Fault("pixel_walker.v", "first_tap ? pixel_x : after_x", "after_x")),
    "one column too many": (WALKER, Fault("tap_walker.v", "left > step", "left >= step")),
    "window of two taps": (SMALL_WALKER, Fault("tap_walker.v", "left < DEPTHWISE_STEP ? left :", "")),
    "columns of a stride of 2": (
        SMALL_WALKER,
        Fault("walker.v", "columns - 3'd2 : columns", "columns - 3'd1 : columns"),
    ),
    "bank in use": (WALKER, Fault("walker.v", "first_tap && bank_busy[bank]", "first_tap && bank_busy[!bank]")),
    "last tile": (WALKER, Fault("stripe_walker.v", "!tile_end || begin_tile != tiles", "!tile_end || tile != tiles")),
    "padding too narrow": (OPERAND, Fault("operand.v", "place < $signed", "place <= $signed")),
    "lanes of the last vector": (OPERAND, Fault("operand.v", "|| !last_vector || last_lanes[i]", "|| last_lanes[i]")),
    "columns of the window sum": (OPERAND, Fault("operand.v", "kept >> ((COLUMNS - {", "kept >> ((COLUMNS - 1 - {")),
    "window not cleared": (OPERAND, Fault("operand.v", "window_clear ? {ROW_SUM{1'b0}} : running", "running")),
    "word after an odd one": (
        BUFFER,
        Fault("activation_buffer.v", "read_address(address_up[HW:1])", "read_address(read_address[HW:1])"),
    ),
    "own sums of the lanes": (SUMS, Fault("window_sums.v", "valid(valid && depthwise)", "valid(valid && !depthwise)")),
    "reserved shift": ("parameter_check", Fault("parameter_check.v", "shift > `", "shift >= `")),
    "ready while busy": ("sequencer", Fault("sequencer.v", "state == IDLE && !rst", "state != CHECK && !rst")),
    "wait for the drain not counted": (
        "sequencer",
        Fault("sequencer.v", "else if (wait_drain)", "else if (wait_weights)"),
    ),
    "refused layer runs": ("sequencer", Fault("sequencer.v", "legal ? RUN : IDLE", "RUN")),
    "bank given back too early": (DRAIN, Fault("drain.v", "{2{advance && end_0}}", "{2{end_0}}")),
    "output changes while it waits": (DRAIN, Fault("drain.v", "advance = !out_valid || out_ready", "advance = 1'b1")),
    "slot of the next tile": (DRAIN, Fault("stripe_reader.v", "slot <= !slot", "slot <= slot")),
    "lanes of the next group": (
        SHARED_DRAIN,
        Fault("drain.v", "accumulators >> (group_0 *", "accumulators >> (group *"),
    ),
    "bytes of the next group": (WIDE_DRAIN, Fault("output_word.v", "channels >> (group * RQ_LANES)", "channels")),
    "part of the word": (WIDE_DRAIN, Fault("output_word.v", "% TILES_PER_WORD * CHANNELS", "% TILES_PER_WORD")),
    "stripes survive a clear": (DRAIN, Fault("stripe_reader.v", "held <= 2'b00;", "")),
}


@pytest.mark.parametrize("name", FAULTS)
def test_bench_sees_the_fault(name: str, tmp_path: Path) -> None:
    label, fault = FAULTS[name]
    (module,) = (module for module in MODULE_BENCHES if module.label == label)
    wrappers = sorted((ROOT / "tb" / module.name).glob("*.v"))
    bench = replace(module.bench("icarus"), sources=(*fault.sources(tmp_path), *wrappers))
    results = run(bench, module.test_module, None, pick_seed(), [], {}, tmp_path / "run", quiet=True)
    assert not all(result.passed for result in results)
