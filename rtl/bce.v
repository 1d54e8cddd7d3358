// bce: bias correction element, acc + bias + term as a sum of two numbers: carry-save, no carry runs along here.
// term = delta * S without what is behind its point (towards zero); delta = (-1)^sign 2^exponent / 2^frac, 0 when the
// exponent is. Combinational, multiplier-free: a shift. One's complement negates, its +1 is the lowest carry.
`default_nettype none
`include "aslog_defs.vh"

module bce (
    input  wire [`ASLOG_ACCUMULATOR_WIDTH-1:0]        acc,     // signed
    input  wire [`ASLOG_BIAS_WIDTH-1:0]               bias,    // signed
    input  wire [`ASLOG_WINDOW_WIDTH-1:0]             window,  // S, sum of the receptive field, unsigned
    input  wire [`ASLOG_DELTA_WIDTH-1:0]              delta,   // {sign, exponent}
    output wire [`ASLOG_REQUANTIZATION_SUM_WIDTH-1:0] partial, // partial + carries = acc + bias + term, signed
    output wire [`ASLOG_REQUANTIZATION_SUM_WIDTH-1:0] carries  // at their weights
);
    localparam AW   = `ASLOG_ACCUMULATOR_WIDTH;
    localparam BW   = `ASLOG_BIAS_WIDTH;
    localparam WW   = `ASLOG_WINDOW_WIDTH;
    localparam EB   = `ASLOG_DELTA_EXPONENT_BITS;
    localparam FRAC = `ASLOG_DELTA_FRAC;
    localparam SW   = `ASLOG_REQUANTIZATION_SUM_WIDTH;
    localparam FW   = `ASLOG_DELTA_TERM_WIDTH - 1 + FRAC;  // the magnitude with what is behind its point

    wire [EB-1:0] exponent = delta[EB-1:0];
    wire          negative = delta[`ASLOG_DELTA_SIGN_BIT];
    /* verilator lint_off UNUSEDSIGNAL */ // the bits behind the point
    wire [FW-1:0] full = {{(FW-WW){1'b0}}, window & {WW{exponent != 0}}} << exponent;
    /* verilator lint_on UNUSEDSIGNAL */

    wire [SW-1:0] a    = {{(SW-AW){acc[AW-1]}}, acc};
    wire [SW-1:0] b    = {{(SW-BW){bias[BW-1]}}, bias};
    wire [SW-1:0] term = {{(SW-FW+FRAC){1'b0}}, full[FW-1:FRAC]} ^ {SW{negative}}; // one's complement
    /* verilator lint_off UNUSEDSIGNAL */ // the carry out of the highest bit
    wire [SW-1:0] majority = (a & b) | (a & term) | (b & term);
    /* verilator lint_on UNUSEDSIGNAL */

    assign partial = a ^ b ^ term;
    assign carries = {majority[SW-2:0], negative};
endmodule

`default_nettype wire
