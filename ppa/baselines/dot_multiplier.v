// dot_multiplier: dot product of one lane, the sum of IC_LANES products of multipliers.
// Combinational, exact; the tree is the design's own (adder_tree).
`default_nettype none

module dot_multiplier #(
    parameter IC_LANES     = 16,                                        // products per cycle
    parameter X_WIDTH      = 8,                                         // bits of an activation
    parameter WEIGHT_WIDTH = 8,                                         // bits of a weight, signed
    parameter X_SIGNED     = 1,                                         // activations are signed
    parameter SUM_WIDTH    = X_WIDTH + WEIGHT_WIDTH + $clog2(IC_LANES)  // width of the sum
) (
    input  wire [IC_LANES*X_WIDTH-1:0]      x,       // activations, lane 0 lowest
    input  wire [IC_LANES*WEIGHT_WIDTH-1:0] weights, // weights, lane 0 lowest
    output wire [SUM_WIDTH-1:0]             sum      // signed
);
    localparam PW = X_WIDTH + WEIGHT_WIDTH;

    wire [IC_LANES*PW-1:0] products;

    genvar i;
    generate
        for (i = 0; i < IC_LANES; i = i + 1) begin : g_multiplier
            multiplier #(.X_WIDTH(X_WIDTH), .WEIGHT_WIDTH(WEIGHT_WIDTH), .X_SIGNED(X_SIGNED)) u_multiplier (
                .x(x[i*X_WIDTH+:X_WIDTH]), .weight(weights[i*WEIGHT_WIDTH+:WEIGHT_WIDTH]), .product(products[i*PW+:PW])
            );
        end
    endgenerate

    adder_tree #(.INPUTS(IC_LANES), .WIDTH(PW), .SUM_WIDTH(SUM_WIDTH)) u_tree (
        .terms(products), .carries({IC_LANES{1'b0}}), .sum(sum)
    );
endmodule

`default_nettype wire
