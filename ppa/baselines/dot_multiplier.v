// dot_multiplier: dot product of one lane, IC_LANES products of multipliers, as a sum of two, as dot_lane has it.
// Combinational, exact; the trees are the design's own (adder_tree).
`default_nettype none

module dot_multiplier #(
    parameter IC_LANES     = 16,                                        // products per cycle
    parameter X_WIDTH      = 8,                                         // bits of an activation
    parameter WEIGHT_WIDTH = 8,                                         // bits of a weight, signed
    parameter X_SIGNED     = 1,                                         // activations are signed
    parameter HALF_WIDTH   = X_WIDTH + WEIGHT_WIDTH + $clog2(IC_LANES) - 1 // width of the sum of one half
) (
    input  wire [IC_LANES*X_WIDTH-1:0]      x,       // activations, lane 0 lowest
    input  wire [IC_LANES*WEIGHT_WIDTH-1:0] weights, // weights, lane 0 lowest
    output wire [2*HALF_WIDTH-1:0]          halves   // signed
);
    localparam PW = X_WIDTH + WEIGHT_WIDTH;
    localparam HALF = IC_LANES / 2;

    wire [IC_LANES*PW-1:0] products;

    genvar i, h;
    generate
        for (i = 0; i < IC_LANES; i = i + 1) begin : g_multiplier
            multiplier #(.X_WIDTH(X_WIDTH), .WEIGHT_WIDTH(WEIGHT_WIDTH), .X_SIGNED(X_SIGNED)) u_multiplier (
                .x(x[i*X_WIDTH+:X_WIDTH]), .weight(weights[i*WEIGHT_WIDTH+:WEIGHT_WIDTH]), .product(products[i*PW+:PW])
            );
        end
        for (h = 0; h < 2; h = h + 1) begin : g_half
            adder_tree #(.INPUTS(HALF), .WIDTH(PW), .SUM_WIDTH(HALF_WIDTH)) u_tree (
                .terms(products[h*HALF*PW+:HALF*PW]), .carries({(HALF-1){1'b0}}),
                .sum(halves[h*HALF_WIDTH+:HALF_WIDTH])
            );
        end
    endgenerate
endmodule

`default_nettype wire
