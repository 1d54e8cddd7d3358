// tb_core: the core with a memory model, so that Python works once per layer and not once per cycle.
// At `start` the images layer_<index>/{activations,weights,parameters}.hex are read and streamed into the core's
// buffers one word a cycle, then the descriptor is handed over. The output stream goes to a memory of unknown words,
// with random back-pressure when `stall` is set; `finished` rises when layer_<index>/output.hex is written.
// The probes write what passes the stages of the datapath to layer_<index>/<stage>.probe, for the events in the watched
// ranges; a waveform layer_<index>/dump.fst (or .vcd) starts at cycle `dump_from`, and the layer ends early at `dump_to`.
`default_nettype none
`include "aslog_defs.vh"

module tb_core #(
    parameter OC_LANES = 16,                // see aslog_core
    parameter IC_LANES = 16,
    parameter STRIPE   = 32,
    parameter RQ_LANES = OC_LANES,
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
    output reg         finished,            // level, until the next start
    output wire [3:0]  error,
    output wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] error_index,
    output wire [31:0] count_cycles,
    output wire [31:0] count_busy,
    output wire [31:0] count_setup,
    output wire [31:0] count_weights,
    output wire [31:0] count_drain,
    output wire [31:0] count_window,
    output wire [31:0] count_tail
);
    localparam AW = `ASLOG_DIMENSION_ADDRESS_WIDTH;
    localparam XW = `ASLOG_ACTIVATION_WIDTH;

    reg [IC_LANES*XW-1:0]                activations [0:WORDS-1];
    reg [IC_LANES*`ASLOG_CODE_WIDTH-1:0] weights     [0:WORDS-1];
    reg [`ASLOG_PARAMETER_BITS-1:0]      parameters  [0:CHANNELS-1];
    reg [OC_LANES*XW-1:0]                outputs     [0:WORDS-1];

    reg         loading, handing, running;
    reg [31:0]  pointer;
    reg [15:0]  lfsr;
    reg [8*512-1:0] images, name;           // folder of the images, with its slash
    wire        ready, done, out_valid;
    /* verilator lint_off UNUSEDSIGNAL */ // layer_check refuses what the upper bits could reach
    wire [AW-1:0] out_address;
    /* verilator lint_on UNUSEDSIGNAL */
    wire [OC_LANES-1:0] out_lanes;
    wire [OC_LANES*XW-1:0] out_data;
    wire        out_ready = !stall || lfsr[0] || lfsr[3];
    integer     i, l;

    aslog_core #(
        .OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .STRIPE(STRIPE), .RQ_LANES(RQ_LANES), .ACTIVATION_WORDS(WORDS),
        .WEIGHT_ROWS(WORDS), .PARAMETER_WORDS(CHANNELS), .OUTPUT_WORDS(WORDS)
    ) u_core (
        .clk(clk), .rst(rst), .descriptor_valid(handing), .descriptor_ready(ready), .descriptor(descriptor),
        .activation_write_enable(loading && pointer < activation_count), .activation_write_address(pointer[AW-1:0]),
        .activation_write_data(activations[pointer[$clog2(WORDS)-1:0]]),
        .weight_write_enable(loading && pointer < weight_count), .weight_write_address(pointer[AW-1:0]),
        .weight_write_data(weights[pointer[$clog2(WORDS)-1:0]]),
        .parameter_write_enable(loading && pointer < parameter_count), .parameter_write_address(pointer[AW-1:0]),
        .parameter_write_data(parameters[pointer[$clog2(CHANNELS)-1:0]]),
        .done(done), .error(error), .error_index(error_index), .count_cycles(count_cycles), .count_busy(count_busy),
        .count_setup(count_setup), .count_weights(count_weights), .count_drain(count_drain),
        .count_window(count_window), .count_tail(count_tail), .out_valid(out_valid), .out_ready(out_ready),
        .out_address(out_address), .out_lanes(out_lanes), .out_data(out_data)
    );

    initial if (!$value$plusargs("images=%s", images)) images = 0;

    always @(posedge clk) begin
        lfsr <= {lfsr[14:0], lfsr[15] ^ lfsr[13] ^ lfsr[12] ^ lfsr[10]};
        if (start) begin
            $sformat(name, "%0slayer_%0d/activations.hex", images, index);
            $readmemh(name, activations, 0, activation_count - 1);
            $sformat(name, "%0slayer_%0d/weights.hex", images, index);
            $readmemh(name, weights, 0, weight_count - 1);
            $sformat(name, "%0slayer_%0d/parameters.hex", images, index);
            $readmemh(name, parameters, 0, parameter_count - 1);
            for (i = 0; i < output_count; i = i + 1) outputs[i] <= {OC_LANES*XW{1'bx}};
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
        end
        if (out_valid && out_ready) begin
            for (l = 0; l < OC_LANES; l = l + 1)
                if (out_lanes[l]) outputs[out_address[$clog2(WORDS)-1:0]][l*XW+:XW] <= out_data[l*XW+:XW];
        end
        if (running && done) begin
            running <= 1'b0;
            finished <= 1'b1;
            if (output_count != 0) begin
                $sformat(name, "%0slayer_%0d/output.hex", images, index);
                $writememh(name, outputs, 0, output_count - 1);
            end
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
endmodule

`default_nettype wire
