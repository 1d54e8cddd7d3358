// bce_property: the BCE adds delta * S without what is behind its point, for every delta, S, accumulator and bias.
`default_nettype none
`include "aslog_defs.vh"

module bce_property #(
    parameter WIDE = 46                                              // bits in which nothing wraps
) (
    input  wire signed [`ASLOG_ACCUMULATOR_WIDTH-1:0] acc,           // signed
    input  wire signed [`ASLOG_BIAS_WIDTH-1:0]       bias,           // signed
    input  wire [`ASLOG_WINDOW_WIDTH-1:0]            window,         // S
    input  wire [`ASLOG_DELTA_WIDTH-1:0]             delta,          // {sign, exponent}
    output wire signed [`ASLOG_REQUANTIZATION_SUM_WIDTH-1:0] expected, // acc + bias + term
    output wire signed [`ASLOG_REQUANTIZATION_SUM_WIDTH-1:0] got,    // what the BCE's two numbers sum up to
    output wire                                      legal,          // every input is
    output wire                                      right           // what is proven
);
    localparam SW = `ASLOG_REQUANTIZATION_SUM_WIDTH;

    wire [SW-1:0] partial, carries;
    bce u_dut (.acc(acc), .bias(bias), .window(window), .delta(delta), .partial(partial), .carries(carries));
    assign got = partial + carries;

    /* verilator lint_off WIDTHEXPAND */ // a definition is written with numbers that extend by themselves
    /* verilator lint_off UNUSEDSIGNAL */ // and has more bits than it needs
    wire [`ASLOG_DELTA_EXPONENT_BITS-1:0] exponent = delta[`ASLOG_DELTA_EXPONENT_BITS-1:0];
    wire signed [WIDE-1:0] seen = {{(WIDE-`ASLOG_WINDOW_WIDTH){1'b0}}, window};
    wire signed [WIDE-1:0] magnitude = exponent == 0 ? 0 : (seen <<< exponent) >>> `ASLOG_DELTA_FRAC;
    wire signed [WIDE-1:0] acc_wide = acc, bias_wide = bias;
    wire signed [WIDE-1:0] total = acc_wide + bias_wide + (delta[`ASLOG_DELTA_SIGN_BIT] ? -magnitude : magnitude);
    assign expected = total[SW-1:0];
    assign legal = 1'b1;
    assign right = total == {{(WIDE-SW){got[SW-1]}}, got};
    /* verilator lint_on UNUSEDSIGNAL */
    /* verilator lint_on WIDTHEXPAND */
endmodule

`default_nettype wire
