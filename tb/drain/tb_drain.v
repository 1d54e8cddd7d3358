// tb_drain: drain with memories for the accumulators and window sums, and with the parameter bank.
// `fill_enable` writes one entry; as in the core, whoever uses a bank again changes the word that was read from it. A
// parameter slot that was given back holds wrong words until it is written.
// Bytes of the output that are not written are shown as 0.
`default_nettype none
`include "aslog_defs.vh"

module tb_drain #(
    parameter OC_LANES = 8,                  // see drain
    parameter IC_LANES = 8,
    parameter RQ_LANES = 8,
    parameter STRIPE   = 8
) (
    input  wire                                         clk,
    input  wire                                         clear,
    input  wire                                         start,
    input  wire                                         depthwise,
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0]    output_base,
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0]    out_pitch,
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0]    pixels,
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           zero_out,
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           clamp_low,
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           clamp_high,
    input  wire                                         fill_enable,     // write an entry of a bank
    input  wire                                         fill_bank,
    input  wire [$clog2(STRIPE)-1:0]                    fill_entry,
    input  wire [OC_LANES*`ASLOG_ACCUMULATOR_WIDTH-1:0] fill_sums,
    input  wire [OC_LANES*`ASLOG_WINDOW_WIDTH-1:0]      fill_windows,
    input  wire                                         parameter_enable, // write a parameter word
    input  wire                                         parameter_slot,
    input  wire [$clog2(OC_LANES)-1:0]                  parameter_lane,
    input  wire [`ASLOG_PARAMETER_BITS-1:0]             parameter_word,
    input  wire                                         full,
    input  wire                                         full_bank,
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0]    full_length,
    output wire [1:0]                                   bank_free,
    output wire [1:0]                                   tile_free,
    output wire                                         out_valid,       // output stream
    input  wire                                         out_ready,
    output wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0]    out_address,
    output wire [OC_LANES-1:0]                          out_lanes,
    output wire [OC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0]  out_data,
    output wire                                         idle
);
    localparam SW = OC_LANES * `ASLOG_ACCUMULATOR_WIDTH;
    localparam WW = OC_LANES * `ASLOG_WINDOW_WIDTH;
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam GROUPS = OC_LANES / RQ_LANES;
    localparam CHOICES = 2 * GROUPS;         // {slot, group}

    reg  [WW+SW-1:0] memory [0:2*STRIPE-1];
    reg  [WW+SW-1:0] word;
    reg              word_bank;
    wire             read_enable, read_bank;
    wire [3*CHOICES-1:0] selects;
    reg  [CHOICES-1:0] stale;                // choices of a slot that was given back
    wire [$clog2(STRIPE)-1:0]   read_entry;
    wire [RQ_LANES*`ASLOG_PARAMETER_BITS-1:0] parameters;
    wire [`ASLOG_PARAMETER_BITS-1:0] wrong;  // bits of what each stage reads
    wire [OC_LANES*XW-1:0] data;
    /* verilator lint_off UNUSEDSIGNAL */ // for the weight decoders
    wire [`ASLOG_METADATA_WIDTH-1:0] meta;
    /* verilator lint_on UNUSEDSIGNAL */

    always @(posedge clk) begin
        if (read_enable) begin
            word <= memory[{{(31-$clog2(STRIPE)){1'b0}}, 1'b0, read_entry} + (read_bank ? STRIPE : 0)];
            word_bank <= read_bank;
        end else if (fill_enable && fill_bank == word_bank) word <= ~word;
        if (fill_enable)
            memory[{{(31-$clog2(STRIPE)){1'b0}}, 1'b0, fill_entry} + (fill_bank ? STRIPE : 0)] <= {fill_windows, fill_sums};
    end

    always @(posedge clk) begin
        stale <= stale | {{GROUPS{tile_free[1]}}, {GROUPS{tile_free[0]}}};
        if (parameter_enable) stale[(parameter_slot ? GROUPS : 0)+:GROUPS] <= {GROUPS{1'b0}};
    end
    wire late_0 = |(stale & selects[0+:CHOICES]);
    wire late_1 = |(stale & selects[CHOICES+:CHOICES]);
    wire late_2 = |(stale & selects[2*CHOICES+:CHOICES]);
    assign wrong[`ASLOG_PARAMETER_METADATA] = {`ASLOG_METADATA_WIDTH{1'b0}};
    assign wrong[`ASLOG_PARAMETER_DELTA] = {`ASLOG_DELTA_WIDTH{late_0}};
    assign wrong[`ASLOG_PARAMETER_BIAS] = {`ASLOG_BIAS_WIDTH{late_0}};
    assign wrong[`ASLOG_PARAMETER_SHIFT] = {`ASLOG_REQUANTIZATION_SHIFT_WIDTH{late_1}};
    assign wrong[`ASLOG_PARAMETER_MULTIPLIER] = {`ASLOG_REQUANTIZATION_M_WIDTH{late_2}};

    parameter_bank #(.OC_LANES(OC_LANES), .RQ_LANES(RQ_LANES)) u_parameters (
        .clk(clk), .write_enable(parameter_enable), .write_slot(parameter_slot), .write_lane(parameter_lane),
        .write_word(parameter_word), .meta_slot(1'b0), .meta_lane({$clog2(OC_LANES){1'b0}}), .meta(meta),
        .read_selects(selects), .read_words(parameters)
    );
    drain #(.OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .RQ_LANES(RQ_LANES), .STRIPE(STRIPE)) u_drain (
        .clk(clk), .clear(clear), .start(start), .depthwise(depthwise), .output_base(output_base),
        .out_pitch(out_pitch), .pixels(pixels), .zero_out(zero_out), .clamp_low(clamp_low),
        .clamp_high(clamp_high), .full(full), .full_bank(full_bank), .full_length(full_length),
        .bank_free(bank_free), .tile_free(tile_free), .read_enable(read_enable), .read_bank(read_bank),
        .read_entry(read_entry), .accumulators(word[SW-1:0]), .windows(word[WW+SW-1:SW]),
        .parameter_selects(selects), .parameters(parameters ^ {RQ_LANES{wrong}}),
        .out_valid(out_valid), .out_ready(out_ready),
        .out_address(out_address), .out_lanes(out_lanes), .out_data(data), .idle(idle)
    );

    genvar l;
    generate
        for (l = 0; l < OC_LANES; l = l + 1) begin : g_byte
            assign out_data[l*XW+:XW] = data[l*XW+:XW] & {XW{out_lanes[l]}};
        end
    endgenerate
endmodule

`default_nettype wire
