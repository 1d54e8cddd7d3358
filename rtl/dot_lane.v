// dot_lane: dot product of one OC lane, IC_LANES products x * weight, as a sum of two numbers and two carries.
// Combinational. The AEs negate by one's complement; the missing +1s, one per negative weight, are carry-ins of the
// tree, but for the last two, which are left to add. The lower number is unsigned, the higher is signed.
`default_nettype none
`include "aslog_defs.vh"

module dot_lane #(
    parameter IC_LANES  = 16,                                        // products per cycle, a power of two
    parameter SUM_WIDTH = `ASLOG_PRODUCT_WIDTH + $clog2(IC_LANES)    // width of each number
) (
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0]     x,        // activations, lane 0 lowest
    input  wire [IC_LANES*(`ASLOG_ACTIVATION_WIDTH+2)-1:0] x3,       // 3 x of each
    input  wire [IC_LANES-1:0]                             two,      // decoded weights: 2 * 2^shift
    input  wire [IC_LANES-1:0]                             negative, // sign
    input  wire [IC_LANES-1:0]                             three,    // 3 * 2^shift
    input  wire [IC_LANES*`ASLOG_LADDER_SHIFT_BITS-1:0]    shift,    // exponent of each
    output wire [2*SUM_WIDTH-1:0]                          sums,     // their sum and that of the carries is the product
    output wire [1:0]                                      carries   // to be added
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam PW = `ASLOG_PRODUCT_WIDTH;
    localparam SW = `ASLOG_LADDER_SHIFT_BITS;

    // 2^(PW-1) more than each product, which makes it unsigned: together the weight of the higher number's sign
    wire [IC_LANES*PW-1:0]  terms;
    wire [2*SUM_WIDTH-1:0]  more;

    genvar i;
    generate
        for (i = 0; i < IC_LANES; i = i + 1) begin : g_ae
            wire [PW-1:0] product;
            ae u_ae (
                .x(x[i*XW+:XW]), .x3(x3[i*(XW+2)+:XW+2]),
                .two(two[i]), .negative(negative[i]), .three(three[i]), .shift(shift[i*SW+:SW]), .product(product)
            );
            assign terms[i*PW+:PW] = {!product[PW-1], product[PW-2:0]};
        end
    endgenerate

    carry_save #(.INPUTS(IC_LANES), .WIDTH(PW), .SUM_WIDTH(SUM_WIDTH)) u_tree (
        .terms(terms), .carries(negative[IC_LANES-3:0]), .sums(more)
    );
    assign sums = {!more[2*SUM_WIDTH-1], more[2*SUM_WIDTH-2:0]};
    assign carries = negative[IC_LANES-1-:2];
endmodule

`default_nettype wire
