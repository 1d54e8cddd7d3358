// bce_property: the BCE's term is delta * S without what is behind its point, for every delta and S.
`default_nettype none
`include "aslog_defs.vh"

module bce_property #(
    parameter WIDE = 46                                              // bits in which nothing wraps
) (
    input  wire [`ASLOG_WINDOW_WIDTH-1:0]            window,         // S
    input  wire [`ASLOG_DELTA_WIDTH-1:0]             delta,          // {sign, three, exponent}
    output wire signed [`ASLOG_DELTA_TERM_WIDTH-1:0] expected,       // the term
    output wire signed [`ASLOG_DELTA_TERM_WIDTH-1:0] got,            // the BCE's, of its one's complement
    output wire                                      legal,          // every input is
    output wire                                      right           // what is proven
);
    localparam FRAC = `ASLOG_DELTA_FRAC;
    localparam TW = `ASLOG_DELTA_TERM_WIDTH;

    wire [TW-1:0] term;
    bce u_dut (.window(window), .delta(delta), .term(term));
    assign got = term + {{(TW-1){1'b0}}, term[TW-1]};

    /* verilator lint_off WIDTHEXPAND */ // a definition is written with numbers that extend by themselves
    /* verilator lint_off UNUSEDSIGNAL */ // and has more bits than it needs
    wire [`ASLOG_DELTA_EXPONENT_BITS-1:0] exponent = delta[`ASLOG_DELTA_EXPONENT_BITS-1:0];
    wire signed [WIDE-1:0] mantissa = delta[`ASLOG_DELTA_THREE_BIT] ? 3 : exponent == 0 ? 0 : 2;
    wire signed [WIDE-1:0] multiple = mantissa * $signed({{(WIDE-`ASLOG_WINDOW_WIDTH){1'b0}}, window});
    wire signed [WIDE-1:0] magnitude = (multiple <<< exponent) >>> FRAC;
    wire signed [WIDE-1:0] value = delta[`ASLOG_DELTA_SIGN_BIT] ? -magnitude : magnitude;
    assign expected = value[TW-1:0];
    assign legal = 1'b1;
    assign right = value == {{(WIDE-TW){got[TW-1]}}, got};
    /* verilator lint_on UNUSEDSIGNAL */
    /* verilator lint_on WIDTHEXPAND */
endmodule

`default_nettype wire
