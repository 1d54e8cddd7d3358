// dot_multiplier: dot product of one lane, IC_LANES products of multipliers, as a sum of two, as dot_lane has it.
// Combinational, exact for weights that are symmetric, without the lowest; the tree is the design's own (carry_save).
`default_nettype none

module dot_multiplier #(
    parameter IC_LANES     = 16,                                        // products per cycle, a power of two
    parameter X_WIDTH      = 8,                                         // bits of an activation
    parameter WEIGHT_WIDTH = 8,                                         // bits of a weight, signed
    parameter X_SIGNED     = 1,                                         // activations are signed
    parameter SUM_WIDTH    = X_WIDTH + WEIGHT_WIDTH - X_SIGNED + $clog2(IC_LANES) // width of each number
) (
    input  wire [IC_LANES*X_WIDTH-1:0]      x,       // activations, lane 0 lowest
    input  wire [IC_LANES*WEIGHT_WIDTH-1:0] weights, // weights, lane 0 lowest
    output wire [2*SUM_WIDTH-1:0]           sums     // their sum is the product; the higher is signed
);
    localparam PW = X_WIDTH + WEIGHT_WIDTH - X_SIGNED;

    wire [IC_LANES*PW-1:0] terms;                    // 2^(PW-1) more than each product, see dot_lane
    wire [2*SUM_WIDTH-1:0] more;

    genvar i;
    generate
        for (i = 0; i < IC_LANES; i = i + 1) begin : g_multiplier
            /* verilator lint_off UNUSEDSIGNAL */ // no weight is the lowest: a signed product needs a bit less
            wire [X_WIDTH+WEIGHT_WIDTH-1:0] product;
            /* verilator lint_on UNUSEDSIGNAL */
            multiplier #(.X_WIDTH(X_WIDTH), .WEIGHT_WIDTH(WEIGHT_WIDTH), .X_SIGNED(X_SIGNED)) u_multiplier (
                .x(x[i*X_WIDTH+:X_WIDTH]), .weight(weights[i*WEIGHT_WIDTH+:WEIGHT_WIDTH]), .product(product)
            );
            assign terms[i*PW+:PW] = {!product[PW-1], product[PW-2:0]};
        end
    endgenerate

    carry_save #(.INPUTS(IC_LANES), .WIDTH(PW), .SUM_WIDTH(SUM_WIDTH)) u_tree (
        .terms(terms), .carries({(IC_LANES-2){1'b0}}), .sums(more)
    );
    assign sums = {!more[2*SUM_WIDTH-1], more[2*SUM_WIDTH-2:0]};
endmodule

`default_nettype wire
