// dot_lane_property: both sums of a lane are those of trees of the products that ae makes of its half's own operands.
// With ae_property and adder_tree_property they and their carries are the sum of x * weight.
`default_nettype none
`include "aslog_defs.vh"

module dot_lane_property #(
    parameter IC_LANES = 16,                                          // products
    parameter SW = `ASLOG_PRODUCT_WIDTH + $clog2(IC_LANES) - 1        // of the sum of a half
) (
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0]     x,         // activations, lane 0 lowest
    input  wire [IC_LANES*(`ASLOG_ACTIVATION_WIDTH+2)-1:0] x3,        // 3 x of each
    input  wire [IC_LANES-1:0]                             two,   // decoded weights
    input  wire [IC_LANES-1:0]                             negative,  // sign
    input  wire [IC_LANES-1:0]                             three,     // 3 * 2^shift, else 2 * 2^shift
    input  wire [IC_LANES*`ASLOG_LADDER_SHIFT_BITS-1:0]    shift,     // exponent of each
    output wire [2*SW+1:0]                                 expected,  // sums and carries
    output wire [2*SW+1:0]                                 got,       // the lane's
    output wire                                            legal,     // every input is
    output wire                                            right      // what is proven
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam PW = `ASLOG_PRODUCT_WIDTH;
    localparam HW = `ASLOG_LADDER_SHIFT_BITS;

    dot_lane #(.IC_LANES(IC_LANES)) u_dut (
        .x(x), .x3(x3), .two(two), .negative(negative), .three(three), .shift(shift),
        .halves(got[2*SW-1:0]), .carries(got[2*SW+1:2*SW])
    );

    wire [IC_LANES*PW-1:0] products;
    localparam HALF = IC_LANES / 2;
    genvar i, h;
    generate
        for (i = 0; i < IC_LANES; i = i + 1) begin : g_lane
            wire [PW-1:0] product;
            ae u_ae (
                .x(x[i*XW+XW-1:i*XW]), .x3(x3[i*(XW+2)+XW+1:i*(XW+2)]), .two(two[i]), .negative(negative[i]),
                .three(three[i]), .shift(shift[i*HW+HW-1:i*HW]), .product(product)
            );
            assign products[i*PW+PW-1:i*PW] = product;
        end
        for (h = 0; h < 2; h = h + 1) begin : g_half
            adder_tree #(.INPUTS(HALF), .WIDTH(PW), .SUM_WIDTH(SW)) u_tree (
                .terms(products[h*HALF*PW+HALF*PW-1:h*HALF*PW]), .carries(negative[h*HALF+HALF-1:h*HALF+1]),
                .sum(expected[h*SW+SW-1:h*SW])
            );
            assign expected[2*SW+h] = negative[h*HALF];
        end
    endgenerate
    assign legal = 1'b1;
    assign right = got == expected;
endmodule

`default_nettype wire
