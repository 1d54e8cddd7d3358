// requantizer_property: every stage of the requantizer against its definition, from one cycle to the next.
// The probes are the requantizer's registers of the same names in any state at all; the prover ties them. What a
// register shall be in the next cycle is computed here from them, and kept for that cycle.
`default_nettype none
`include "aslog_defs.vh"

module requantizer_property #(
    parameter WIDE = 64,                                       // bits in which nothing wraps
    parameter PW   = `ASLOG_REQUANTIZATION_SCALED_WIDTH + `ASLOG_REQUANTIZATION_M_WIDTH, // of t M
    parameter RW   = PW - `ASLOG_REQUANTIZATION_POST_SHIFT + 1, // of its quotient with a fractional bit
    parameter COPIES = 2 * `ASLOG_REQUANTIZATION_SUM_WIDTH
                     + `ASLOG_REQUANTIZATION_M_WIDTH + `ASLOG_REQUANTIZATION_SHIFT_WIDTH // bits passed on
) (
    input  wire                                         clk,          // of the requantizer, as all up to clamp_high
    input  wire [4:0]                                   enable,       // of each stage
    input  wire signed [`ASLOG_ACCUMULATOR_WIDTH-1:0]   acc,          // signed
    input  wire [`ASLOG_WINDOW_WIDTH-1:0]               window,       // S
    input  wire [`ASLOG_DELTA_WIDTH-1:0]                delta,        // BCE coefficient
    input  wire signed [`ASLOG_BIAS_WIDTH-1:0]          bias,         // signed
    input  wire [`ASLOG_REQUANTIZATION_M_WIDTH-1:0]     multiplier,   // M
    input  wire [`ASLOG_REQUANTIZATION_SHIFT_WIDTH-1:0] shift,        // sh
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           zero_out,     // z_y
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           clamp_low,    // lo
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           clamp_high,   // hi
    input  wire [`ASLOG_REQUANTIZATION_SUM_WIDTH-1:0]   partial,      // probe: what the BCE says
    input  wire [`ASLOG_REQUANTIZATION_SUM_WIDTH-1:0]   carries,      // probe: what the BCE says
    input  wire [`ASLOG_REQUANTIZATION_SUM_WIDTH-1:0]   partial_1,    // probe
    input  wire [`ASLOG_REQUANTIZATION_SUM_WIDTH-1:0]   carries_1,    // probe
    input  wire [`ASLOG_REQUANTIZATION_SHIFT_WIDTH-1:0] shift_2,      // probe
    input  wire [`ASLOG_REQUANTIZATION_M_WIDTH-1:0]     multiplier_3, // probe
    input  wire signed [`ASLOG_REQUANTIZATION_SUM_WIDTH-1:0] total_2, // probe
    input  wire signed [`ASLOG_REQUANTIZATION_SCALED_WIDTH-1:0] scaled_3, // probe
    input  wire signed [RW-1:0]                         quotient_4,   // probe
    output wire [`ASLOG_ACTIVATION_WIDTH-1:0]           y,            // the requantizer's
    output wire                                         legal,        // shift and clamp are
    output wire                                         right_copies, // what is only passed on, and the hold
    output wire                                         right_total,  // partial + carries, modulo 2^sum_width
    output wire                                         right_scaled, // shift and saturation
    output wire                                         right_quotient, // product
    output wire                                         right_y,      // rounding, zero point and clamp
    output wire [COPIES-1:0]                            copies,       // what is passed on
    output reg  [COPIES-1:0]                            next_copies,  // expected now
    output reg  signed [WIDE-1:0]                       next_total,   // expected now
    output reg  signed [WIDE-1:0]                       next_scaled,  // expected now
    output reg  signed [WIDE-1:0]                       next_quotient, // expected now
    output reg  [`ASLOG_ACTIVATION_WIDTH-1:0]           next_y        // expected now
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam MW = `ASLOG_REQUANTIZATION_M_WIDTH;
    localparam SW = `ASLOG_REQUANTIZATION_SUM_WIDTH;

    requantizer u_dut (
        .clk(clk), .enable(enable), .acc(acc), .window(window), .delta(delta), .bias(bias), .multiplier(multiplier),
        .shift(shift), .zero_out(zero_out), .clamp_low(clamp_low), .clamp_high(clamp_high), .y(y)
    );

    /* verilator lint_off WIDTHEXPAND */ // a definition is written with numbers that extend by themselves
    /* verilator lint_off UNUSEDSIGNAL */ // and has more bits than it needs
    wire signed [SW-1:0] sum = partial_1 + carries_1;
    wire signed [WIDE-1:0] sum_wide = sum, total_wide = total_2, scaled_wide = scaled_3;
    wire signed [WIDE-1:0] quotient_wide = quotient_4;

    // floor(total 2^fraction / 2^sh), saturated
    wire signed [WIDE-1:0] shifted = (total_wide <<< `ASLOG_REQUANTIZATION_FRACTION) >>> shift_2;
    wire signed [WIDE-1:0] top = (1 <<< (`ASLOG_REQUANTIZATION_SCALED_WIDTH - 1)) - 1, bottom = -1 - top;
    wire signed [WIDE-1:0] saturated = shifted > top ? top : shifted < bottom ? bottom : shifted;

    // floor(t M / 2^(post_shift - 1)); the product has the RTL's width, which bounds.py shows to hold it
    wire signed [MW:0]     factor = {1'b0, multiplier_3};
    wire signed [PW-1:0]   product = scaled_3 * factor;
    wire signed [WIDE-1:0] product_wide = product;
    wire signed [WIDE-1:0] quotient = product_wide >>> (`ASLOG_REQUANTIZATION_POST_SHIFT - 1);
    // floor(quotient / 2 + 1/2)
    wire signed [WIDE-1:0] rounded = (quotient_wide + 1) >>> 1;
    wire signed [WIDE-1:0] value = rounded + $signed({{(WIDE-XW){1'b0}}, zero_out});
    wire signed [WIDE-1:0] low = {{(WIDE-XW){1'b0}}, clamp_low}, high = {{(WIDE-XW){1'b0}}, clamp_high};
    wire signed [WIDE-1:0] raised = value > low ? value : low;
    wire signed [WIDE-1:0] clamped = raised < high ? raised : high;

    assign copies = {partial_1, carries_1, shift_2, multiplier_3};

    always @(posedge clk) begin
        next_copies <= {
            enable[0] ? {partial, carries} : {partial_1, carries_1},
            enable[1] ? shift : shift_2, enable[2] ? multiplier : multiplier_3
        };
        next_total <= enable[1] ? sum_wide : total_wide;
        next_scaled <= enable[2] ? saturated : scaled_wide;
        next_quotient <= enable[3] ? quotient : quotient_wide;
        next_y <= enable[4] ? clamped[XW-1:0] : y;
    end

    assign legal = shift_2 <= `ASLOG_REQUANTIZATION_SHIFT_MAX && clamp_low <= clamp_high;
    assign right_copies = copies == next_copies;
    assign right_total = total_wide == next_total;
    assign right_scaled = scaled_wide == next_scaled;
    assign right_quotient = quotient_wide == next_quotient;
    assign right_y = y == next_y;
    /* verilator lint_on UNUSEDSIGNAL */
    /* verilator lint_on WIDTHEXPAND */
endmodule

`default_nettype wire
