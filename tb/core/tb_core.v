// tb_core: the core with a memory model, so that Python works once per layer and not once per cycle.
// At `start` the images layer_<index>/{activations,weights,parameters}.hex are read and streamed into the core's
// buffers one word a cycle, then the descriptor is handed over. The output stream goes to a memory that remembers
// which bytes were written, with random back-pressure when `stall` is set; `finished` rises when the memory is in
// layer_<index>/{output,written}.hex.
// The probes write what passes the stages of the datapath to layer_<index>/<stage>.probe, for the events in the watched
// ranges; a waveform layer_<index>/dump.vcd (FST with Verilator) starts at cycle `dump_from`, and the layer ends early at `dump_to`.
`default_nettype none
`include "aslog_defs.vh"

module tb_core #(
    parameter OC_LANES = 16,                // see aslog_core
    parameter IC_LANES = 16,
    parameter STRIPE   = 32,
    parameter RQ_LANES = OC_LANES / 2,
    parameter WORDS    = 131072,            // depth of every buffer
    parameter CHANNELS = 4096               // parameter words
) (
    input  wire        clk,
    input  wire        rst,
    input  wire        start,               // one cycle: run the layer
    input  wire [31:0] index,               // of the layer's folder
    input  wire [31:0] activation_count,    // words, rows and words to load
    input  wire [31:0] weight_count,
    input  wire [31:0] parameter_count,
    input  wire [31:0] output_count,        // words to write at the end
    input  wire [`ASLOG_DESCRIPTOR_BITS-1:0] descriptor,
    input  wire        stall,               // random back-pressure
    input  wire [31:0] watch_compute_from,  // operands that the probes of the array watch
    input  wire [31:0] watch_compute_to,
    input  wire [31:0] watch_drain_from,    // drain steps that the probes of the drain watch
    input  wire [31:0] watch_drain_to,
    input  wire        dump,                // leave a waveform
    input  wire [31:0] dump_from,           // of the cycles from here
    input  wire [31:0] dump_to,             // to here, where the layer is given up
    input  wire        give_up,             // end the layer at once
    output reg         finished,            // level, until the next start
    output wire [3:0]  error,
    output wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] error_index,
    output wire [31:0] count_cycles,
    output wire [31:0] count_busy,
    output wire [31:0] count_setup,
    output wire [31:0] count_weights,
    output wire [31:0] count_drain,
    output wire [31:0] count_window,
    output wire [31:0] count_tail,
    output reg  [31:0] active,              // last cycle that computed or gave an output
    output reg  [31:0] rewritten            // words of which a byte was written again; the first value is kept
);
    localparam AW = `ASLOG_DIMENSION_ADDRESS_WIDTH;
    localparam XW = `ASLOG_ACTIVATION_WIDTH;

    reg [IC_LANES*XW-1:0]                activations [0:WORDS-1];
    reg [IC_LANES*`ASLOG_CODE_WIDTH-1:0] weights     [0:WORDS-1];
    reg [`ASLOG_PARAMETER_BITS-1:0]      parameters  [0:CHANNELS-1];
    reg [OC_LANES*XW-1:0]                outputs     [0:WORDS-1];
    reg [OC_LANES-1:0]                   written     [0:WORDS-1]; // which bytes of `outputs`

    reg         loading, handing, running;
    reg [31:0]  pointer;
    reg [15:0]  lfsr;
    reg [8*512-1:0] images, folder, name;   // folder of the images, of the layer, with its slash; file
    reg [31:0]  cycle;                      // of the layer, from the accepted descriptor
    wire        ready, done, out_valid;
    /* verilator lint_off UNUSEDSIGNAL */ // layer_check refuses what the upper bits could reach
    wire [AW-1:0] out_address;
    /* verilator lint_on UNUSEDSIGNAL */
    wire [OC_LANES-1:0] out_lanes;
    wire        read, pair;
    /* verilator lint_off UNUSEDSIGNAL */ // the counters say it
    wire [5:0]  activity;
    /* verilator lint_on UNUSEDSIGNAL */
    wire [AW-1:0] address, address_next;
    wire [IC_LANES*XW-1:0] word, word_next;
    wire [OC_LANES*XW-1:0] out_data;
    wire        out_ready = !stall || lfsr[0] || lfsr[3];
    integer     i, l;

    aslog_core #(
        .OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .STRIPE(STRIPE), .RQ_LANES(RQ_LANES), .ACTIVATION_WORDS(WORDS),
        .WEIGHT_ROWS(WORDS), .PARAMETER_WORDS(CHANNELS), .OUTPUT_WORDS(WORDS)
    ) u_core (
        .clk(clk), .rst(rst), .descriptor_valid(handing), .descriptor_ready(ready), .descriptor(descriptor),
        .activation_read_enable(read), .activation_pair(pair), .activation_address(address),
        .activation_next(address_next), .word(word), .word_next(word_next),
        .weight_write_enable(loading && pointer < weight_count), .weight_write_address(pointer[AW-1:0]),
        .weight_write_data(weights[pointer[$clog2(WORDS)-1:0]]),
        .parameter_write_enable(loading && pointer < parameter_count), .parameter_write_address(pointer[AW-1:0]),
        .parameter_write_data(parameters[pointer[$clog2(CHANNELS)-1:0]]),
        .done(done), .error(error), .error_index(error_index), .count_cycles(count_cycles), .count_busy(count_busy),
        .count_setup(count_setup), .count_weights(count_weights), .count_drain(count_drain),
        .count_window(count_window), .count_tail(count_tail), .activity(activity), .out_valid(out_valid), .out_ready(out_ready),
        .out_address(out_address), .out_lanes(out_lanes), .out_data(out_data)
    );

    /* verilator lint_off PINCONNECTEMPTY */ // the layer unit is alone here
    activation_buffer #(.IC_LANES(IC_LANES), .WORDS(WORDS)) u_activation_buffer (
        .clk(clk), .layer_read_enable(read), .layer_pair(pair), .layer_read_address(address), .layer_next(address_next),
        .layer_word(word), .layer_word_next(word_next), .vector_read_valid(1'b0), .vector_read_ready(),
        .vector_read_address({AW{1'b0}}), .vector_read_data(), .store_read_valid(1'b0), .store_read_ready(),
        .store_read_address({AW{1'b0}}), .store_read_data(), .layer_write_valid(1'b0), .layer_write_ready(),
        .layer_write_address({AW{1'b0}}), .layer_write_lanes({IC_LANES{1'b0}}), .layer_write_data({IC_LANES*XW{1'b0}}),
        .vector_write_valid(1'b0), .vector_write_ready(), .vector_write_address({AW{1'b0}}),
        .vector_write_data({IC_LANES*XW{1'b0}}), .load_write_valid(loading && pointer < activation_count),
        .load_write_ready(), .load_write_address(pointer[AW-1:0]),
        .load_write_data(activations[pointer[$clog2(WORDS)-1:0]])
    );
    /* verilator lint_on PINCONNECTEMPTY */

    initial if (!$value$plusargs("images=%s", images)) images = 0;

    always @(posedge clk) begin
        lfsr <= {lfsr[14:0], lfsr[15] ^ lfsr[13] ^ lfsr[12] ^ lfsr[10]};
        if (start) begin
            $sformat(folder, "%0slayer_%0d/", images, index);
            $sformat(name, "%0sactivations.hex", folder);
            $readmemh(name, activations, 0, activation_count - 1);
            $sformat(name, "%0sweights.hex", folder);
            $readmemh(name, weights, 0, weight_count - 1);
            $sformat(name, "%0sparameters.hex", folder);
            $readmemh(name, parameters, 0, parameter_count - 1);
            for (i = 0; i < output_count; i = i + 1) written[i] <= {OC_LANES{1'b0}};
            loading <= 1'b1;
            pointer <= 0;
            finished <= 1'b0;
        end
        if (loading) begin
            pointer <= pointer + 1;
            if (pointer >= activation_count && pointer >= weight_count && pointer >= parameter_count) begin
                loading <= 1'b0;
                handing <= 1'b1;
            end
        end
        if (handing && ready) begin
            handing <= 1'b0;
            running <= 1'b1;
            cycle <= 0;
            rewritten <= 0;
            active <= 0;
        end
        if (running) cycle <= cycle + 1;
        if (u_core.compute || out_valid && out_ready) active <= cycle;
        if (running && dump && cycle == dump_from) begin
            $sformat(name, "%0sdump.vcd", folder);
            $dumpfile(name);
            $dumpvars(0, tb_core);
        end
        if (out_valid && out_ready) begin
            written[out_address[$clog2(WORDS)-1:0]] <= written[out_address[$clog2(WORDS)-1:0]] | out_lanes;
            if ((written[out_address[$clog2(WORDS)-1:0]] & out_lanes) != 0) rewritten <= rewritten + 1;
            for (l = 0; l < OC_LANES; l = l + 1)
                if (out_lanes[l] && !written[out_address[$clog2(WORDS)-1:0]][l])
                    outputs[out_address[$clog2(WORDS)-1:0]][l*XW+:XW] <= out_data[l*XW+:XW];
        end
        if (running && (done || give_up || dump && cycle == dump_to)) begin
            running <= 1'b0;
            finished <= 1'b1;
            $sformat(name, "%0soutput.hex", folder);
            $writememh(name, outputs, 0, output_count - 1);
            $sformat(name, "%0swritten.hex", folder);
            $writememh(name, written, 0, output_count - 1);
        end
        if (rst) begin
            loading <= 1'b0;
            handing <= 1'b0;
            running <= 1'b0;
            finished <= 1'b0;
            pointer <= 0;
            lfsr <= 16'hACE1;
        end
    end

    // where the walker is, for waveforms
    /* verilator lint_off UNUSEDSIGNAL */
    wire [3:0]  mode = u_core.layer[`ASLOG_DESCRIPTOR_MODE];
    wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] tile = u_core.tile;
    wire [2:0]  tap_ky = u_core.u_walker.u_tap.kernel_y;
    wire [2:0]  tap_kx = u_core.u_walker.kernel_x;
    wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] tap_vector = u_core.u_walker.u_tap.vector;
    wire [31:0] input_row = {{(32-`ASLOG_DIMENSION_WIDTH-2){1'b0}}, u_core.u_walker.u_pixel.y};
    wire [31:0] first_row = input_row + {29'd0, u_core.layer[`ASLOG_DESCRIPTOR_PAD_TOP]} - {29'd0, tap_ky};
    wire [`ASLOG_DIMENSION_WIDTH-1:0] output_column = u_core.u_walker.u_pixel.ox;
    wire [`ASLOG_DIMENSION_WIDTH-1:0] output_row =
        first_row[`ASLOG_DIMENSION_WIDTH-1:0] >> (u_core.layer[`ASLOG_DESCRIPTOR_STRIDE] - 1);
    wire [31:0] pixel = output_row * u_core.layer[`ASLOG_DESCRIPTOR_OUT_WIDTH]
        + {{(32-`ASLOG_DIMENSION_WIDTH){1'b0}}, output_column};
    /* verilator lint_on UNUSEDSIGNAL */

    // probes: the array's sums in the order of its operands, the requantization lanes' values in the order of their steps
    localparam DW = `ASLOG_PRODUCT_WIDTH + $clog2(IC_LANES);
    localparam SUMS = OC_LANES * DW;
    localparam TERMS = OC_LANES * (XW + $clog2(IC_LANES) + 1);
    localparam CA = `ASLOG_ACCUMULATOR_WIDTH;
    localparam WW = `ASLOG_WINDOW_WIDTH;
    localparam BW = `ASLOG_DELTA_TERM_WIDTH;
    localparam TW = `ASLOG_REQUANTIZATION_SUM_WIDTH;
    wire [RQ_LANES*CA-1:0] lane_accumulators;
    wire [RQ_LANES*WW-1:0] lane_windows;
    wire [RQ_LANES*BW-1:0] lane_bces;
    wire [RQ_LANES*TW-1:0] lane_totals;
    wire [RQ_LANES*XW-1:0] lane_outputs;
    // only lane 0 has a sum unless depthwise
    wire [TERMS-1:0] row_sums = u_core.u_datapath.row_sums
        & {{(TERMS-TERMS/OC_LANES){u_core.depthwise}}, {(TERMS/OC_LANES){1'b1}}};
    wire [SUMS-1:0] sums;                   // of the two numbers and carries of each lane
    genvar r, o;
    generate
        for (o = 0; o < OC_LANES; o = o + 1) begin : g_sum
            wire [2*DW-1:0] numbers = u_core.u_datapath.sums[o*2*DW+:2*DW];
            wire [1:0]      carries = u_core.u_datapath.carries[o*2+:2];
            assign sums[o*DW+:DW] = numbers[DW+:DW] + numbers[DW-1:0]
                + {{(DW-1){1'b0}}, carries[1]} + {{(DW-1){1'b0}}, carries[0]};
        end
        for (r = 0; r < RQ_LANES; r = r + 1) begin : g_lane
            assign lane_accumulators[r*CA+:CA] = u_core.u_datapath.u_drain.g_lane[r].u_requantizer.acc;
            assign lane_windows[r*WW+:WW] = u_core.u_datapath.u_drain.g_lane[r].u_requantizer.window;
            wire [TW-1:0] term = u_core.u_datapath.u_drain.g_lane[r].u_requantizer.u_bce.term; // one's complement
            assign lane_bces[r*BW+:BW] = term[BW-1:0] + {{(BW-1){1'b0}}, term[TW-1]};
            assign lane_totals[r*TW+:TW] = u_core.u_datapath.u_drain.g_lane[r].u_requantizer.total_2;
            assign lane_outputs[r*XW+:XW] = u_core.u_datapath.u_drain.g_lane[r].u_requantizer.y;
        end
    endgenerate
    /* verilator lint_off UNUSEDSIGNAL */ // the product has no probe
    wire [5:0] stages = {6{u_core.u_datapath.u_drain.advance}} & u_core.u_datapath.u_drain.valid;
    /* verilator lint_on UNUSEDSIGNAL */
    wire       computed = u_core.u_datapath.compute_3;

    reg restart;
    always @(posedge clk) restart <= start;

    probe #(.NAME("product_sum"), .WIDTH(SUMS)) u_product_sum (
        .clk(clk), .restart(restart), .folder(folder), .from(watch_compute_from), .to(watch_compute_to), .cycle(cycle),
        .happens(computed), .value(sums)
    );
    probe #(.NAME("window_term"), .WIDTH(TERMS)) u_window_term (
        .clk(clk), .restart(restart), .folder(folder), .from(watch_compute_from), .to(watch_compute_to), .cycle(cycle),
        .happens(computed), .value(row_sums)
    );
    probe #(.NAME("accumulator"), .WIDTH(RQ_LANES*CA)) u_accumulator (
        .clk(clk), .restart(restart), .folder(folder), .from(watch_drain_from), .to(watch_drain_to), .cycle(cycle),
        .happens(stages[0]), .value(lane_accumulators)
    );
    probe #(.NAME("window_sum"), .WIDTH(RQ_LANES*WW)) u_window_sum (
        .clk(clk), .restart(restart), .folder(folder), .from(watch_drain_from), .to(watch_drain_to), .cycle(cycle),
        .happens(stages[0]), .value(lane_windows)
    );
    probe #(.NAME("bce"), .WIDTH(RQ_LANES*BW)) u_bce (
        .clk(clk), .restart(restart), .folder(folder), .from(watch_drain_from), .to(watch_drain_to), .cycle(cycle),
        .happens(stages[0]), .value(lane_bces)
    );
    probe #(.NAME("total"), .WIDTH(RQ_LANES*TW)) u_total (
        .clk(clk), .restart(restart), .folder(folder), .from(watch_drain_from), .to(watch_drain_to), .cycle(cycle),
        .happens(stages[2]), .value(lane_totals)
    );
    probe #(.NAME("output"), .WIDTH(RQ_LANES*XW)) u_output (
        .clk(clk), .restart(restart), .folder(folder), .from(watch_drain_from), .to(watch_drain_to), .cycle(cycle),
        .happens(stages[5]), .value(lane_outputs)
    );
endmodule

`default_nettype wire
