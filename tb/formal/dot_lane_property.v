// dot_lane_property: a lane's sum is the tree's sum of the products that ae makes of each lane's own operands.
// With ae_property and adder_tree_property it is the sum of x * weight.
`default_nettype none
`include "aslog_defs.vh"

module dot_lane_property #(
    parameter IC_LANES = 16,                                          // products
    parameter SW = `ASLOG_PRODUCT_WIDTH + $clog2(IC_LANES)            // of the sum
) (
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0]     x,         // activations, lane 0 lowest
    input  wire [IC_LANES*(`ASLOG_ACTIVATION_WIDTH+2)-1:0] x3,        // 3 x of each
    input  wire [IC_LANES-1:0]                             two,   // decoded weights
    input  wire [IC_LANES-1:0]                             negative,  // sign
    input  wire [IC_LANES-1:0]                             three,     // 3 * 2^shift, else 2 * 2^shift
    input  wire [IC_LANES*`ASLOG_LADDER_SHIFT_BITS-1:0]    shift,     // exponent of each
    output wire signed [SW-1:0]                            expected,  // the sum
    output wire signed [SW-1:0]                            got,       // the lane's
    output wire                                            legal,     // every input is
    output wire                                            right      // what is proven
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam PW = `ASLOG_PRODUCT_WIDTH;
    localparam HW = `ASLOG_LADDER_SHIFT_BITS;

    dot_lane #(.IC_LANES(IC_LANES)) u_dut (
        .x(x), .x3(x3), .two(two), .negative(negative), .three(three), .shift(shift), .sum(got)
    );

    wire [IC_LANES*PW-1:0] products;
    genvar i;
    generate
        for (i = 0; i < IC_LANES; i = i + 1) begin : g_lane
            wire [PW-1:0] product;
            ae u_ae (
                .x(x[i*XW+XW-1:i*XW]), .x3(x3[i*(XW+2)+XW+1:i*(XW+2)]), .two(two[i]), .negative(negative[i]),
                .three(three[i]), .shift(shift[i*HW+HW-1:i*HW]), .product(product)
            );
            assign products[i*PW+PW-1:i*PW] = product;
        end
    endgenerate
    adder_tree #(.INPUTS(IC_LANES), .WIDTH(PW)) u_tree (.terms(products), .carries(negative), .sum(expected));
    assign legal = 1'b1;
    assign right = got == expected;
endmodule

`default_nettype wire
