// ae: arithmetic element of the array, multiplier-free.
// product = (negative ? ~p : p), p = nonzero ? (three ? x3 : x2) << shift : 0.
// Combinational. Negation is one's complement: whoever sums the products adds one per `negative`
// (see dot_lane). x2 = 2 x is wiring, x3 = 3 x is computed once per input lane (see triple).
`default_nettype none
`include "aslog_defs.vh"

module ae (
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]  x,        // activation, unsigned
    input  wire [`ASLOG_ACTIVATION_WIDTH+1:0]  x3,       // 3 x, unsigned
    input  wire                                nonzero,  // decoded weight: not zero
    input  wire                                negative, // decoded weight: sign
    input  wire                                three,    // decoded weight: 3 * 2^shift, else 2 * 2^shift
    input  wire [`ASLOG_LADDER_SHIFT_BITS-1:0] shift,    // decoded weight: exponent
    output wire [`ASLOG_PRODUCT_WIDTH-1:0]     product   // signed, one's complement
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH + 2;

    wire [XW-1:0] base = (three ? x3 : {1'b0, x, 1'b0}) & {XW{nonzero}};
    wire [`ASLOG_PRODUCT_WIDTH-1:0] magnitude = {{(`ASLOG_PRODUCT_WIDTH-XW){1'b0}}, base} << shift;

    assign product = magnitude ^ {`ASLOG_PRODUCT_WIDTH{negative}};
endmodule

`default_nettype wire
