"""Faults put into the RTL: the module's bench must see every one of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from tb.bench import run
from tb.benches import MODULE_BENCHES
from tb.simulators import ROOT
from tests.tb.faults import Fault

SEED = 1  # a fault is seen always or never
STOP = {"COCOTB_MAX_FAILURES": "1"}  # one test that sees it is enough
ACCUMULATOR = "accumulator-LANES4-PARTS2-PART18-STRIPE6"
ARRAY = "array-OC_LANES4-IC_LANES8"
BANK = "parameter_bank-OC_LANES8-RQ_LANES2"
CHECK = "layer_check-OC_LANES8-IC_LANES4-ACTIVATION_WORDS16384"
WIDE_CHECK = "layer_check-OC_LANES4-IC_LANES16-STRIPE33-WEIGHT_ROWS3000"
LOADER = "loader-OC_LANES4-WEIGHT_ROWS1000"
WALKER = "walker-OC_LANES4-IC_LANES8-COLUMNS7-STRIPE9"
SMALL_WALKER = "walker-OC_LANES8-IC_LANES4-COLUMNS4-STRIPE32"
OPERAND = "operand-OC_LANES4-IC_LANES8-COLUMNS7"
BUFFER = "activation_buffer-IC_LANES4-WORDS24-BANKS4"
SUMS = "window_sums-OC_LANES4-ROW_SUM12-STRIPE6"
DRAIN = "drain-OC_LANES8-IC_LANES8-RQ_LANES8-STRIPE8"
SHARED_DRAIN = "drain-OC_LANES8-IC_LANES16-RQ_LANES2-STRIPE6"
WIDE_DRAIN = "drain-OC_LANES16-IC_LANES4-RQ_LANES8-STRIPE9"
LOAD = "load_unit-IC_LANES16-DATA_WIDTH128-BURST64"
WIDE_LOAD = "load_unit-IC_LANES32-DATA_WIDTH64-BURST16"  # words wider than a beat
STORE = "store_unit-IC_LANES16-DATA_WIDTH128-BURST64"
WIDE_STORE = "store_unit-IC_LANES32-DATA_WIDTH64-BURST16"
NARROW_STORE = "store_unit-IC_LANES4-DATA_WIDTH256-BURST8-OUTSTANDING3"
FETCH = "fetch_unit-DATA_WIDTH64"
ARBITER = "read_arbiter-DATA_WIDTH128"
VECTOR = "vector_unit-IC_LANES4"
VECTOR_WALKER = "vector_walker"
REGISTERS = "register_file-OC_LANES8-STRIPE33-WEIGHT_ROWS1048576"
COUNTERS = "counter_bank-WIDTH9-BYTES7"
WORD = "output_word-OC_LANES16-IC_LANES4-RQ_LANES2"
WIDE_WRITER = "layer_writer-OC_LANES16-IC_LANES4"  # output words wider than the buffer's
NARROW_WRITER = "layer_writer-OC_LANES4-IC_LANES16"
BURSTS = "burst_walker-DATA_WIDTH64-BURST256"

# what breaks: the bench that must see it, and the fault
FAULTS = {
    "lost bits of one sign": ("saturating_shift", Fault("saturating_shift.v", "{(BY+1){sign}}", "{(BY+1){1'b0}}")),
    "sum of the other bank": (ACCUMULATOR, Fault("accumulator.v", "{bank, !bank}", "{!bank, bank}")),
    "sum is never overwritten": (ACCUMULATOR, Fault("accumulator.v", "valid && !first", "valid")),
    "unsigned terms": (ACCUMULATOR, Fault("entry_sum.v", "{{(WIDTH-PART){high[PART-1]}}", "{{(WIDTH-PART){1'b0}}")),
    "carry in the wrong place": (
        "carry_save-INPUTS16",
        Fault("carry_save.v", "carries[STEP]}", "carries[STEP/2]}"),
    ),
    "row left out": ("carry_save-INPUTS4", Fault("carry_save.v", "a ^ b ^ c;", "a ^ b;")),
    "total instead of its last": ("is_last-WIDTH24", Fault("is_last.v", "2:0], 1'b1}", "2:0], 1'b0}")),
    "row of the swap's cycle": (
        ARRAY,
        Fault("array.v", "active <= shadow[o]", "active <= row_valid && row == o ? decoded : shadow[o]"),
    ),
    "operands are not held": (ARRAY, Fault("array.v", "if (enable) sums", "sums")),
    "other lane of the group": (BANK, Fault("parameter_bank.v", "words[c*RQ_LANES+r]", "words[c*RQ_LANES]")),
    "multiplier of the next entry": (
        BANK,
        Fault("parameter_bank.v", "read_selects[2*CHOICES+c]", "read_selects[CHOICES+c]"),
    ),
    "slot free before its last stage": (
        DRAIN,
        Fault(
            "drain.v",
            "tile_ends[2]}} & {selects[6*GROUPS-1], selects[5*GROUPS-1]}",
            "tile_ends[0]}} & {selects[2*GROUPS-1], selects[GROUPS-1]}",
        ),
    ),
    "metadata of the other slot": (BANK, Fault("parameter_bank.v", "words[{meta_slot,", "words[{!meta_slot,")),
    "short last stripe": ("stripe_length", Fault("stripe_length.v", "{nominal[AW-2:0], 1'b0}", "nominal")),
    "half a pixel": ("stripe_length", Fault("stripe_length.v", "remaining[0]}", "1'b0}")),
    "stripe too long": (CHECK, Fault("descriptor_check.v", "stripe} > STRIPE", "stripe} > STRIPE + 1")),
    "output one too large": (CHECK, Fault("descriptor_check.v", "(two ? 2 : 1)", "2")),
    "output one too small": (CHECK, Fault("descriptor_check.v", "padded < next", "padded <= next")),
    "last word of the buffer": (CHECK, Fault("layer_check.v", "weight_base} < ROWS", "weight_base} <= ROWS")),
    "word of a packed picture": (WIDE_CHECK, Fault("layer_check.v", "packed_in ? VECTOR_PIXELS", "packed_in ? 1")),
    "highest third of a factor": (CHECK, Fault("layer_check.v", "(product_high << 2 * TW)", "(product_high << TW)")),
    "last error instead of first": (
        CHECK,
        Fault("layer_check.v", "if (error == `ASLOG_ERROR_NONE)\n", "if (1'b1)\n"),
    ),
    "check survives a reset": (
        CHECK,
        Fault("layer_check.v", "active <= 1'b0;\n            done <= 1'b0;", "done <= 1'b0;"),
    ),
    "rows of the next stripe": (LOADER, Fault("loader.v", "pointer <= tile_pointer;", "")),
    "slot still in use": (LOADER, Fault("loader.v", "!first_tap || !slot_busy[slot]", "1'b1")),
    "shadow overwritten": (LOADER, Fault("loader.v", "lane != 0 || !loaded || take", "1'b1")),
    "channel without parameters": (LOADER, Fault("loader.v", "index < channels_out &&", "index <= channels_out &&")),
    "stride of rows": (WALKER, Fault("pixel_walker.v", "{2'b00, in_row}) <<< two", "{2'b00, in_row})")),
    "start of the next stripe": (WALKER, Fault("pixel_walker.v", "first_tap ? pixel_x : after_x", "after_x")),
    "one column too many": (WALKER, Fault("tap_walker.v", "left > step", "left >= step")),
    "kernel row too early": (
        WALKER,
        Fault("tap_walker.v", "last_kernel <= !more_x && !more_y", "last_kernel <= !more_x"),
    ),
    "window of two taps": (SMALL_WALKER, Fault("tap_walker.v", "more < DEPTHWISE_STEP ? more :", "")),
    "columns of a stride of 2": (
        SMALL_WALKER,
        Fault("walker.v", "columns - 3'd2 : columns", "columns - 3'd1 : columns"),
    ),
    "bank in use": (WALKER, Fault("walker.v", "first_tap && bank_busy[bank]", "first_tap && bank_busy[!bank]")),
    "last tile": (
        WALKER,
        Fault("stripe_walker.v", "!tile_begin || begin_tile != tiles", "!tile_begin || tile != tiles"),
    ),
    "padding too narrow": (OPERAND, Fault("lane_mask.v", "place < $signed", "place <= $signed")),
    "lanes of the last vector": (OPERAND, Fault("lane_mask.v", "|| !last_vector || last_lanes[i]", "|| last_lanes[i]")),
    "columns of the window sum": (OPERAND, Fault("operand.v", "kept >> ((COLUMNS - {", "kept >> ((COLUMNS - 1 - {")),
    "window not cleared": (OPERAND, Fault("operand.v", "running & {ROW_SUM{keep_1}}", "running")),
    "word after the first": (
        BUFFER,
        Fault("activation_buffer.v", "(first ? layer_read_address : layer_next)", "layer_read_address"),
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
        Fault("drain.v", "select(group_0), .words(accumulators)", "select(group), .words(accumulators)"),
    ),
    "bytes of the next group": (
        WIDE_DRAIN,
        Fault("output_word.v", "channels[g*RQ_LANES+:RQ_LANES] &", "channels[0+:RQ_LANES] &"),
    ),
    "part of the word": (WIDE_DRAIN, Fault("output_word.v", "tile << $clog2(CHANNELS)", "tile")),
    "tiles of a word": (WORD, Fault("output_word.v", "depthwise ? first[LW-1:0] : {LW{1'b0}}", "first[LW-1:0]")),
    "lanes without a channel": (WORD, Fault("output_word.v", "depthwise ? OC_LANES - CHANNELS : 0", "0")),
    "queue that is full": ("unit_queue", Fault("unit_queue.v", "head[PW-1:0] != tail[PW-1:0] || empty", "1'b1")),
    "queue that takes one too few": (
        "unit_queue",
        Fault("unit_queue.v", "head[PW-1:0] != tail[PW-1:0] || empty", "tail + 1'b1 != head + DEPTH"),
    ),
    "one token for all": (
        "unit_queue",
        Fault("unit_queue.v", "(wanted & ~tokens) == {UNITS{1'b0}}", "(wanted == 0 || (wanted & tokens) != 0)"),
    ),
    "tokens taken before the unit is ready": (
        "unit_queue",
        Fault("unit_queue.v", "{UNITS{accept}} & wanted", "{UNITS{valid}} & wanted"),
    ),
    "tokens of the next command": (
        "unit_queue",
        Fault(
            "unit_queue.v",
            "{UNITS{running && done}} & signal",
            "{UNITS{running && done}} & header[`ASLOG_COMMAND_SIGNAL]",
        ),
    ),
    "two commands in the unit": ("unit_queue", Fault("unit_queue.v", "!empty && !running &&", "!empty &&")),
    "command survives a clear": (
        "unit_queue",
        Fault("unit_queue.v", "running <= 1'b0;\n            number", "number"),
    ),
    "idle with a command in the unit": (
        "unit_queue",
        Fault("unit_queue.v", "idle = empty && !running", "idle = empty"),
    ),
    "commands in the wrong queue": (
        "dispatcher",
        Fault("dispatcher.v", "opcode == `ASLOG_OPCODE_VECTOR", "opcode == `ASLOG_OPCODE_STORE"),
    ),
    "command lost in front of a full queue": (
        "dispatcher",
        Fault("dispatcher.v", "(unit & ~queue_ready) == {UNITS{1'b0}}", "1'b1"),
    ),
    "command waits for another queue": (
        "dispatcher",
        Fault("dispatcher.v", "(unit & ~queue_ready) == {UNITS{1'b0}}", "&queue_ready"),
    ),
    "END before it is there": ("dispatcher", Fault("dispatcher.v", "if (command_valid && opcode", "if (opcode")),
    "END is illegal": ("dispatcher", Fault("dispatcher.v", " && opcode != `ASLOG_OPCODE_END", "")),
    "END survives a start": ("dispatcher", Fault("dispatcher.v", "if (clear || start)", "if (clear)")),
    "word taken with its first part": (
        WIDE_WRITER,
        Fault("layer_writer.v", "write_ready && part == last", "write_ready"),
    ),
    "part goes on without a grant": (
        WIDE_WRITER,
        Fault("layer_writer.v", "if (out_valid && write_ready)", "if (out_valid)"),
    ),
    "part goes on without a word": (
        WIDE_WRITER,
        Fault("layer_writer.v", "if (out_valid && write_ready)", "if (write_ready)"),
    ),
    "part survives the end of a layer": (WIDE_WRITER, Fault("layer_writer.v", "if (clear) part <= {PW{1'b0}};", "")),
    "bytes of another part": (
        NARROW_WRITER,
        Fault("layer_writer.v", "out_lanes} << (part * OC_LANES)", "out_lanes} << (part * OC_LANES / 2)"),
    ),
    "place in words of the layer unit": (NARROW_WRITER, Fault("layer_writer.v", "out_address >> PW", "out_address")),
    "burst of the next line": (BURSTS, Fault("burst_walker.v", "beat <= next_line[31:BW];", "")),
    "burst issued in stop": ("burst_issue", Fault("burst_issue.v", "!stop && count", "count")),
    "quiet while an address waits": (
        "burst_issue",
        Fault("burst_issue.v", "quiet = count == {CW{1'b0}}", "quiet = count == address_valid"),
    ),
    "last word of each line": ("word_walker", Fault("word_walker.v", "line_last && lines_left == 13'd1", "line_last")),
    "step of words": ("word_walker", Fault("word_walker.v", "buffer_address + {11'b0, step}", "buffer_address + 1'b1")),
    "end of the ring": (VECTOR, Fault("vector_walker.v", "linear >= {1'b0,", "linear > {1'b0,")),
    "pixel of the second source": (
        VECTOR,
        Fault("vector_walker.v", "pointer_b <= pointer_b +", "pointer_b <= 24'd1 + pointer_b +"),
    ),
    "words of the second source": (
        VECTOR_WALKER,
        Fault("vector_walker.v", "pointer_b + vector_wide[AW-1:0]", "pointer_b"),
    ),
    "last word of each row": (
        VECTOR_WALKER,
        Fault("vector_walker.v", "&& output_row_end && output_end;", "&& output_row_end;"),
    ),
    "walk survives a clear": (VECTOR_WALKER, Fault("vector_walker.v", "if (clear) active <= 1'b0;", "")),
    "rows of 11 bits": (VECTOR_WALKER, Fault("vector_walker.v", "row <= row + 1'b1", "row <= (row + 1'b1) & 12'h7FF")),
    "window that begins before the picture": (
        VECTOR,
        Fault("vector_axis.v", "start < 0 ? next_start[TW-1:0] : stride", "stride"),
    ),
    "window of one position outside": (VECTOR, Fault("vector_axis.v", "behind <= 0", "behind < 0")),
    "word of a request that waited": (
        VECTOR,
        Fault("vector_reader.v", "kept_data <= read_data", "kept_data <= kept_data"),
    ),
    "request withdrawn": (VECTOR, Fault("vector_reader.v", "request_read && !kept_valid", "request_read && out_take")),
    "window while nothing comes": (VECTOR, Fault("vector_lane.v", "if (valid_0) window_1", "window_1")),
    "half of the largest value": (VECTOR, Fault("vector_unit.v", "1'b1} << shift) >> 1", "1'b1} << shift) >> 2")),
    "token of the other direction": ("tokens", Fault("tokens.v", "given[g*UNITS+t]", "given[t*UNITS+g]")),
    "tokens survive a clear": ("tokens", Fault("tokens.v", "if (clear) count", "if (1'b0) count")),
    "last kind of failure": (
        "run_control",
        Fault("run_control.v", "f = FAILURES - 1; f >= 0; f = f - 1", "f = 0; f < FAILURES; f = f + 1"),
    ),
    "failed before it is quiet": ("run_control", Fault("run_control.v", "if (stopping && quiet)", "if (stopping)")),
    "shift of 41": (VECTOR, Fault("vector_check.v", "<= `ASLOG_GLUE_SHIFT_MAX", "<= `ASLOG_GLUE_SHIFT_MAX + 1")),
    "refused command is forgotten": (VECTOR, Fault("vector_unit.v", "legal ? RUN : REFUSED", "legal ? RUN : IDLE")),
    "words survive a clear": (VECTOR, Fault("vector_unit.v", "if (give_up) valid <= 4'b0000;", "")),
    "strobes ignored": (REGISTERS, Fault("register_file.v", "= write_data & mask", "= write_data")),
    "start while busy": (REGISTERS, Fault("register_file.v", "!stopping && !busy", "!stopping")),
    "end lost while its bit is cleared": (
        REGISTERS,
        Fault("register_file.v", "done || (is_done && !starting &&", "(done || is_done) && (!starting &&"),
    ),
    "errors of the network before": (
        REGISTERS,
        Fault("register_file.v", "else if (starting) {source", "else if (rst) {source"),
    ),
    "one counter too many": (REGISTERS, Fault("register_file.v", "place < 8 *", "place <= 8 *")),
    "unaligned read": (REGISTERS, Fault("register_file.v", " || read_address[1:0] != 2'd0", "")),
    "response overwritten": (
        REGISTERS,
        Fault("axi_lite_slave.v", "data_held && (!s_axi_bvalid || s_axi_bready)", "data_held"),
    ),
    "counts while idle": (COUNTERS, Fault("counter_bank.v", "else if (busy)", "else")),
    "start does not clear": (COUNTERS, Fault("counter_bank.v", "if (rst || start)", "if (rst)")),
    "stripes survive a clear": (DRAIN, Fault("stripe_reader.v", "held <= 2'b00;", "")),
    "burst over the end of a block": (LOAD, Fault("burst_walker.v", "beat | INSIDE", "beat + INSIDE")),
    "last byte of a line": (LOAD, Fault("burst_walker.v", "address + line_bytes - 1'b1", "address + line_bytes")),
    "pitch of the last byte": (LOAD, Fault("burst_walker.v", "final_byte <= final_byte + pitch;", "")),
    "address withdrawn": (LOAD, Fault("burst_issue.v", "if (rst) begin", "if (rst || stop) begin")),
    "one burst too many": (NARROW_STORE, Fault("burst_issue.v", "count != MOST &&", "1'b1 &&")),
    "address changes while it waits": (
        LOAD,
        Fault("burst_issue.v", "(!address_valid || address_ready)", "1'b1"),
    ),
    "pitch in the buffer": (LOAD, Fault("word_walker.v", "line_base <= next_base;", "")),
    "partly used last beat": (LOAD, Fault("beat_unpacker.v", "== {BW{1'b0}} || line_last", "== {BW{1'b0}}")),
    "beats of a word survive a clear": (WIDE_LOAD, Fault("beat_unpacker.v", "if (clear) count <= 3'd0;", "")),
    "part of the refused beat": (WIDE_LOAD, Fault("load_unit.v", "{{(29-BW){1'b0}}, part}", "{(32-BW){1'b0}}")),
    "refused beat is written": (LOAD, Fault("load_unit.v", "!stop && !r_response[1])", "!stop)")),
    "writes in clear": (LOAD, Fault("load_unit.v", "r_valid && word_active && !stop", "r_valid && word_active")),
    "target that is none": (
        LOAD,
        Fault("load_unit.v", "take && command[`ASLOG_TRANSFER_TARGET] > `ASLOG_TARGET_PARAMETER", "1'b0"),
    ),
    "empty load of no target": (LOAD, Fault("load_unit.v", "take && !illegal && empty", "take && empty")),
    "load goes on after an error": (LOAD, Fault("load_unit.v", "if (bad || illegal) failed <= 1'b1;", "")),
    "write not waited for": (LOAD, Fault("load_unit.v", "!activation || activation_write_ready", "1'b1")),
    "strobe after clear": (STORE, Fault("store_unit.v", "stop ? {DATA_WIDTH/8{1'b0}} :", "")),
    "burst left open": (STORE, Fault("store_unit.v", "(stop || packed_valid)", "packed_valid")),
    "data before the address": (STORE, Fault("store_unit.v", "advance && length_valid &&", "advance &&")),
    "done before the response": (STORE, Fault("store_unit.v", "&& quiet && !stop", "&& !stop")),
    "address of the next burst": (
        STORE,
        Fault("store_unit.v", "error_address <= response_address", "error_address <= burst_address"),
    ),
    "read too far ahead": (STORE, Fault("store_reader.v", "place_valid && count != FULL", "place_valid")),
    "bytes of the beat before": (NARROW_STORE, Fault("beat_packer.v", "complete ? {BYTES{1'b0}} :", "")),
    "short last beat": (NARROW_STORE, Fault("beat_packer.v", "|| word_line_last;", ";")),
    "part survives a clear": (WIDE_STORE, Fault("beat_packer.v", "if (clear) part <= {PW{1'b0}};", "")),
    "no room for the commands": (FETCH, Fault("fetch_unit.v", "claimed <= ROOM[CW-1:0]", "1'b1")),
    "reads on behind END": (FETCH, Fault("fetch_unit.v", "if (complete && last_command) ended <= 1'b1;", "")),
    "commands survive a clear": (
        FETCH,
        Fault("fetch_unit.v", ".clear(rst || stop), .in_valid", ".clear(rst), .in_valid"),
    ),
    "half a command survives": (FETCH, Fault("fetch_unit.v", "part <= {PW{1'b0}};", "")),
    "list goes on after an error": (FETCH, Fault("fetch_unit.v", "if (bad) failed <= 1'b1;", "")),
    "fetch always first": (ARBITER, Fault("read_arbiter.v", "(!fetch_ar_valid || !ar_id)", "!fetch_ar_valid")),
    "burst of the other client": (ARBITER, Fault("read_arbiter.v", "ar_id <= load_first", "ar_id <= !load_first")),
    "bus changes while it waits": (ARBITER, Fault("read_arbiter.v", "free = !ar_valid || ar_ready", "free = 1'b1")),
    "beat of the other client": (ARBITER, Fault("read_arbiter.v", "id ? load_r_ready : fetch_r_ready", "load_r_ready")),
    "queue overflows": (ARBITER, Fault("stream_fifo.v", "in_ready = count != FULL", "in_ready = 1'b1")),
}


@pytest.mark.parametrize("name", FAULTS)
def test_bench_sees_the_fault(name: str, tmp_path: Path) -> None:
    label, fault = FAULTS[name]
    (module,) = (module for module in MODULE_BENCHES if module.label == label)
    wrappers = sorted((ROOT / "tb" / module.name).glob("*.v"))
    bench = replace(module.bench("icarus"), sources=(*fault.sources(tmp_path), *wrappers))
    results = run(bench, module.test_module, None, SEED, [], STOP, tmp_path / "run", quiet=True)
    assert not all(result.passed for result in results)
