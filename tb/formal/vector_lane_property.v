// vector_lane_property: every stage of a lane of the vector unit against its definition, from one cycle to the next.
// The probes are the lane's registers of the same names in any state at all; the prover ties them. What a register
// shall be in the next cycle is computed here from them, and kept for that cycle.
`default_nettype none
`include "aslog_defs.vh"

module vector_lane_property #(
    parameter WIDE = 64,                                                  // bits in which nothing wraps
    parameter [WIDE-1:0] LOWEST = 0,                                      // total, signed
    parameter [WIDE-1:0] HIGHEST = 0                                      // total, signed
) (
    input  wire                                         clk,          // of the lane, as all up to clamp_high
    input  wire                                         enable,       // advance the pipeline
    input  wire                                         largest,      // the largest value, else the sum
    input  wire                                         valid_0,      // there is a value
    input  wire                                         first_0,      // it begins a window
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           value_0,      // a byte
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           zero_0,       // zero point of its source
    input  wire [`ASLOG_GLUE_M_WIDTH-1:0]               multiplier_1, // M
    input  wire                                         second_2,     // the product is the second source's
    input  wire [`ASLOG_GLUE_SUM_WIDTH-1:0]             half,         // the rounding bit
    input  wire [`ASLOG_GLUE_SHIFT_WIDTH-1:0]           shift,        // sh
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           zero_out,     // z_y
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           clamp_low,    // lo
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           clamp_high,   // hi
    input  wire signed [`ASLOG_GLUE_WINDOW_WIDTH-1:0]   window_1,     // probe
    input  wire signed [`ASLOG_GLUE_SUM_WIDTH-1:0]      product_2,    // probe
    input  wire signed [`ASLOG_GLUE_SUM_WIDTH-1:0]      total_3,      // probe
    output wire [`ASLOG_ACTIVATION_WIDTH-1:0]           y,            // the lane's
    output wire                                         legal,        // shift, half, clamp, window and totals are
    output wire                                         right_window, // sum or largest value
    output wire                                         right_product, // window * M
    output wire                                         right_total,  // sum of sources and the rounding bit
    output wire                                         right_y,      // rounding shift, zero point and clamp
    output reg  signed [WIDE-1:0]                       next_window,  // expected now
    output reg  signed [WIDE-1:0]                       next_product, // expected now
    output reg  signed [WIDE-1:0]                       next_total,   // expected now
    output reg  [`ASLOG_ACTIVATION_WIDTH-1:0]           next_y        // expected now
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam WW = `ASLOG_GLUE_WINDOW_WIDTH;
    localparam SW = `ASLOG_GLUE_SUM_WIDTH;

    vector_lane u_dut (
        .clk(clk), .enable(enable), .largest(largest), .valid_0(valid_0), .first_0(first_0), .value_0(value_0),
        .zero_0(zero_0), .multiplier_1(multiplier_1), .second_2(second_2), .half(half), .shift(shift),
        .zero_out(zero_out), .clamp_low(clamp_low), .clamp_high(clamp_high), .y(y)
    );

    /* verilator lint_off WIDTHEXPAND */ // a definition is written with numbers that extend by themselves
    /* verilator lint_off UNUSEDSIGNAL */ // and has more bits than it needs
    wire signed [WIDE-1:0] earlier = first_0 ? {WIDE{1'b0}} : {{(WIDE-WW){window_1[WW-1]}}, window_1};
    wire signed [WIDE-1:0] value = {{(WIDE-XW){1'b0}}, value_0};
    wire signed [WIDE-1:0] sum = earlier + value - $signed({{(WIDE-XW){1'b0}}, zero_0});
    wire signed [WIDE-1:0] most = value >= earlier ? value : earlier;
    wire signed [WIDE-1:0] window_wide = window_1, product_wide = product_2, total_wide = total_3;
    wire signed [`ASLOG_GLUE_M_WIDTH:0] factor = {1'b0, multiplier_1};
    wire signed [WIDE-1:0] half_wide = {{(WIDE-SW){1'b0}}, half};
    wire signed [WIDE-1:0] total = (second_2 ? total_wide : half_wide) + product_wide;

    // floor(t / 2^sh + 1/2) of the total t without its rounding bit
    wire signed [WIDE-1:0] doubled = 2 * (total_wide - half_wide) + ({{(WIDE-1){1'b0}}, 1'b1} << shift);
    wire signed [WIDE-1:0] quotient = (doubled >>> shift) >>> 1;
    wire signed [WIDE-1:0] result = quotient + $signed({{(WIDE-XW){1'b0}}, zero_out});
    wire signed [WIDE-1:0] low = {{(WIDE-XW){1'b0}}, clamp_low}, high = {{(WIDE-XW){1'b0}}, clamp_high};
    wire signed [WIDE-1:0] raised = result > low ? result : low;
    wire signed [WIDE-1:0] clamped = raised < high ? raised : high;

    always @(posedge clk) begin
        next_window <= !enable || !valid_0 ? window_wide : largest ? most : sum;
        next_product <= enable ? window_1 * factor : product_wide;
        next_total <= enable ? total : total_wide;
        next_y <= enable ? clamped[XW-1:0] : y;
    end

    // a window of bytes for the largest value; sums that fit, which is the compiler's part
    wire fits = largest ? earlier >= 0 && earlier < (1 << XW) : sum[WIDE-1:WW-1] == {(WIDE-WW+1){sum[WW-1]}};
    assign legal = shift <= `ASLOG_GLUE_SHIFT_MAX && clamp_low <= clamp_high && fits
                && half == ({{(SW-1){1'b0}}, 1'b1} << shift) >> 1
                && total >= $signed(LOWEST) && total <= $signed(HIGHEST)
                && total_wide >= $signed(LOWEST) && total_wide <= $signed(HIGHEST);
    assign right_window = window_wide == next_window;
    assign right_product = product_wide == next_product;
    assign right_total = total_wide == next_total;
    assign right_y = y == next_y;
    /* verilator lint_on UNUSEDSIGNAL */
    /* verilator lint_on WIDTHEXPAND */
endmodule

`default_nettype wire
