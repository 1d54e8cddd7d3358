// dot_lane_property: a lane's numbers are those of the tree of its AEs' products, each of its own operands, as unsigned
// numbers. With ae_property and carry_save_property they and the carries are the sum of x * weight: the terms are
// 2^(PW-1) too large, IC_LANES times that is the weight of the higher number's upper bit, which becomes a sign.
`default_nettype none
`include "aslog_defs.vh"

module dot_lane_property #(
    parameter IC_LANES = 16,                                          // products
    parameter SW = `ASLOG_PRODUCT_WIDTH + $clog2(IC_LANES)            // of a number
) (
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0]     x,         // activations, lane 0 lowest
    input  wire [IC_LANES*(`ASLOG_ACTIVATION_WIDTH+2)-1:0] x3,        // 3 x of each
    input  wire [IC_LANES-1:0]                             two,       // decoded weights
    input  wire [IC_LANES-1:0]                             negative,  // sign
    input  wire [IC_LANES-1:0]                             three,     // 3 * 2^shift, else 2 * 2^shift
    input  wire [IC_LANES*`ASLOG_LADDER_SHIFT_BITS-1:0]    shift,     // exponent of each
    output wire [2*SW+1:0]                                 expected,  // numbers and carries
    output wire [2*SW+1:0]                                 got,       // the lane's
    output wire                                            legal,     // every input is
    output wire                                            right      // what is proven
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam PW = `ASLOG_PRODUCT_WIDTH;
    localparam HW = `ASLOG_LADDER_SHIFT_BITS;

    dot_lane #(.IC_LANES(IC_LANES)) u_dut (
        .x(x), .x3(x3), .two(two), .negative(negative), .three(three), .shift(shift),
        .sums(got[2*SW-1:0]), .carries(got[2*SW+1:2*SW])
    );

    wire [IC_LANES*PW-1:0] terms;
    wire [2*SW-1:0] more;
    genvar i;
    generate
        for (i = 0; i < IC_LANES; i = i + 1) begin : g_lane
            wire [PW-1:0] product;
            ae u_ae (
                .x(x[i*XW+XW-1:i*XW]), .x3(x3[i*(XW+2)+XW+1:i*(XW+2)]), .two(two[i]), .negative(negative[i]),
                .three(three[i]), .shift(shift[i*HW+HW-1:i*HW]), .product(product)
            );
            assign terms[i*PW+PW-1:i*PW] = {!product[PW-1], product[PW-2:0]};
        end
    endgenerate
    carry_save #(.INPUTS(IC_LANES), .WIDTH(PW), .SUM_WIDTH(SW)) u_tree (
        .terms(terms), .carries(negative[IC_LANES-3:0]), .sums(more)
    );
    assign expected = {negative[IC_LANES-1:IC_LANES-2], !more[2*SW-1], more[2*SW-2:0]};
    assign legal = 1'b1;
    assign right = got == expected;
endmodule

`default_nettype wire
