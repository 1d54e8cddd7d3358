// dot_lane: dot product of one OC lane, the sum of IC_LANES products x * weight.
// Combinational. The AEs negate by one's complement; the missing +1s, one per negative weight, are
// added as a population count of `negative`. The sum is exact in SUM_WIDTH bits.
`default_nettype none
`include "aslog_defs.vh"

module dot_lane #(
    parameter IC_LANES  = 16,                                          // products per cycle
    parameter SUM_WIDTH = `ASLOG_PRODUCT_WIDTH + $clog2(IC_LANES)      // width of the sum
) (
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0]     x,        // activations, lane 0 lowest
    input  wire [IC_LANES*(`ASLOG_ACTIVATION_WIDTH+2)-1:0] x3,       // 3 x of each
    input  wire [IC_LANES-1:0]                             two,      // decoded weights: 2 * 2^shift
    input  wire [IC_LANES-1:0]                             negative, // sign
    input  wire [IC_LANES-1:0]                             three,    // 3 * 2^shift
    input  wire [IC_LANES*`ASLOG_LADDER_SHIFT_BITS-1:0]    shift,    // exponent of each
    output wire [SUM_WIDTH-1:0]                            sum       // signed
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam PW = `ASLOG_PRODUCT_WIDTH;
    localparam SW = `ASLOG_LADDER_SHIFT_BITS;

    wire [IC_LANES*PW-1:0] products;

    genvar i;
    generate
        for (i = 0; i < IC_LANES; i = i + 1) begin : g_ae
            ae u_ae (
                .x(x[i*XW+:XW]), .x3(x3[i*(XW+2)+:XW+2]),
                .two(two[i]), .negative(negative[i]), .three(three[i]), .shift(shift[i*SW+:SW]),
                .product(products[i*PW+:PW])
            );
        end
    endgenerate

    adder_tree #(.INPUTS(IC_LANES), .WIDTH(PW), .SUM_WIDTH(SUM_WIDTH)) u_tree (
        .terms(products), .carries(negative), .sum(sum)
    );
endmodule

`default_nettype wire
