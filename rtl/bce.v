// bce: bias correction element, term = delta * S without what is behind its point (towards zero).
// Combinational, multiplier-free: delta = (-1)^sign (three ? 3 : 2) 2^exponent / 2^frac, or 0 without three and exponent.
// The term is in one's complement, so that its sum needs no adder here: its value is `term` + its highest bit.
`default_nettype none
`include "aslog_defs.vh"

module bce (
    input  wire [`ASLOG_WINDOW_WIDTH-1:0]     window, // S, sum of the receptive field, unsigned
    input  wire [`ASLOG_DELTA_WIDTH-1:0]      delta,  // {sign, three, exponent}
    output wire [`ASLOG_DELTA_TERM_WIDTH-1:0] term    // one's complement
);
    localparam FRAC = `ASLOG_DELTA_FRAC;
    localparam EB   = `ASLOG_DELTA_EXPONENT_BITS;
    localparam TW   = `ASLOG_DELTA_TERM_WIDTH;
    localparam MW   = `ASLOG_WINDOW_WIDTH + 2;             // 3 S
    localparam FW   = TW - 1 + FRAC;                       // the magnitude with what is behind its point

    wire [MW-1:0] twice = {1'b0, window, 1'b0};
    wire [MW-1:0] base  = delta[`ASLOG_DELTA_THREE_BIT] ? twice + {2'b00, window} : twice;
    wire          zero  = delta[`ASLOG_DELTA_SIGN_BIT-1:0] == {`ASLOG_DELTA_SIGN_BIT{1'b0}};
    /* verilator lint_off UNUSEDSIGNAL */ // the bits behind the point
    wire [FW-1:0] full  = {{(FW-MW){1'b0}}, base & {MW{!zero}}} << delta[EB-1:0];
    /* verilator lint_on UNUSEDSIGNAL */
    wire          negative = delta[`ASLOG_DELTA_SIGN_BIT];

    assign term = {1'b0, full[FW-1:FRAC]} ^ {TW{negative}};
endmodule

`default_nettype wire
