// dot_lane: dot product of one OC lane, IC_LANES products x * weight, as a sum of two, one of each half of them.
// Combinational. The AEs negate by one's complement; the missing +1s, one per negative weight, are carry-ins of the
// trees' adders, but for the first of each half, which is left to add. The halves are exact in HALF_WIDTH bits.
`default_nettype none
`include "aslog_defs.vh"

module dot_lane #(
    parameter IC_LANES   = 16,                                           // products per cycle
    parameter HALF_WIDTH = `ASLOG_PRODUCT_WIDTH + $clog2(IC_LANES) - 1   // width of the sum of one half
) (
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0]     x,        // activations, lane 0 lowest
    input  wire [IC_LANES*(`ASLOG_ACTIVATION_WIDTH+2)-1:0] x3,       // 3 x of each
    input  wire [IC_LANES-1:0]                             two,      // decoded weights: 2 * 2^shift
    input  wire [IC_LANES-1:0]                             negative, // sign
    input  wire [IC_LANES-1:0]                             three,    // 3 * 2^shift
    input  wire [IC_LANES*`ASLOG_LADDER_SHIFT_BITS-1:0]    shift,    // exponent of each
    output wire [2*HALF_WIDTH-1:0]                         halves,   // signed sums of both halves
    output wire [1:0]                                      carries   // to be added to each
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam PW = `ASLOG_PRODUCT_WIDTH;
    localparam SW = `ASLOG_LADDER_SHIFT_BITS;
    localparam HALF = IC_LANES / 2;

    wire [IC_LANES*PW-1:0] products;

    genvar i, h;
    generate
        for (i = 0; i < IC_LANES; i = i + 1) begin : g_ae
            ae u_ae (
                .x(x[i*XW+:XW]), .x3(x3[i*(XW+2)+:XW+2]),
                .two(two[i]), .negative(negative[i]), .three(three[i]), .shift(shift[i*SW+:SW]),
                .product(products[i*PW+:PW])
            );
        end
        for (h = 0; h < 2; h = h + 1) begin : g_half
            adder_tree #(.INPUTS(HALF), .WIDTH(PW), .SUM_WIDTH(HALF_WIDTH)) u_tree (
                .terms(products[h*HALF*PW+:HALF*PW]), .carries(negative[h*HALF+1+:HALF-1]),
                .sum(halves[h*HALF_WIDTH+:HALF_WIDTH])
            );
            assign carries[h] = negative[h*HALF];
        end
    endgenerate
endmodule

`default_nettype wire
