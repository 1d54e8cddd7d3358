// bce: bias correction element, term = floor(delta * S + 1/2).
// Combinational, multiplier-free: delta = (-1)^sign (three ? 3 : 2) 2^exponent / 2^frac, or 0 when not enabled.
`default_nettype none
`include "aslog_defs.vh"

module bce (
    input  wire [`ASLOG_WINDOW_WIDTH-1:0]     window, // S, sum of the receptive field, unsigned
    input  wire [`ASLOG_DELTA_WIDTH-1:0]      delta,  // {sign, enable, three, exponent}
    output wire [`ASLOG_DELTA_TERM_WIDTH-1:0] term    // signed
);
    localparam FRAC = `ASLOG_DELTA_FRAC;
    localparam EB   = `ASLOG_DELTA_EXPONENT_BITS;
    localparam MW   = `ASLOG_WINDOW_WIDTH + 2;             // 3 S
    localparam FW   = `ASLOG_DELTA_TERM_WIDTH + FRAC;      // the product before rounding, signed

    wire [MW-1:0] twice = {1'b0, window, 1'b0};
    wire [MW-1:0] base  = delta[`ASLOG_DELTA_THREE_BIT] ? twice + {2'b00, window} : twice;
    wire [FW-1:0] full  = {{(FW-MW){1'b0}}, base & {MW{delta[`ASLOG_DELTA_ENABLE_BIT]}}} << delta[EB-1:0];
    wire          negative = delta[`ASLOG_DELTA_SIGN_BIT];
    /* verilator lint_off UNUSEDSIGNAL */ // the bits below the point are dropped by the rounding
    // one adder: the negation's +1 enters below the lowest bit
    wire [FW:0] rounded = {full ^ {FW{negative}}, negative} + {{(FW-FRAC){1'b0}}, 1'b1, {(FRAC-1){1'b0}}, 1'b1};
    /* verilator lint_on UNUSEDSIGNAL */

    assign term = rounded[FW:FRAC+1];
endmodule

`default_nettype wire
