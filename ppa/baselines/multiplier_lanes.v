// multiplier_lanes: OC_LANES lanes of multipliers with their weights behind double registers, as `array` has them.
// `row_valid` writes the shadow registers of OC lane `row`, `swap` copies all to the active ones. Operands in cycle c
// give `sums` in c+1.
`default_nettype none
`include "aslog_defs.vh"

module multiplier_lanes #(
    parameter OC_LANES     = 16,                                           // lanes
    parameter IC_LANES     = 16,                                           // products per lane
    parameter WEIGHT_WIDTH = 8,                                            // bits of a weight, signed
    parameter X_SIGNED     = 1,                                            // activations are signed
    parameter SUM_WIDTH    = `ASLOG_ACTIVATION_WIDTH + WEIGHT_WIDTH - X_SIGNED + $clog2(IC_LANES) // of each number
) (
    input  wire                                        clk,        // rising edge
    input  wire                                        row_valid,  // `weights` are there
    input  wire [$clog2(OC_LANES)-1:0]                 row,        // OC lane they belong to
    input  wire [IC_LANES*WEIGHT_WIDTH-1:0]            weights,    // of the row, lane 0 lowest
    input  wire                                        swap,       // the shadow registers become active
    input  wire                                        enable,     // operands are valid
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] x,          // activations, the same for all lanes
    output reg  [OC_LANES*2*SUM_WIDTH-1:0]             sums        // as dot_lane has them, {lane, number}
);
    localparam DW = IC_LANES * WEIGHT_WIDTH;

    reg [DW-1:0] shadow [0:OC_LANES-1];

    always @(posedge clk) begin
        if (row_valid) shadow[row] <= weights;
    end

    genvar o;
    generate
        for (o = 0; o < OC_LANES; o = o + 1) begin : g_lane
            reg  [DW-1:0] active;
            wire [2*SUM_WIDTH-1:0] own;
            always @(posedge clk) begin
                if (swap) active <= shadow[o];
                if (enable) sums[o*2*SUM_WIDTH+:2*SUM_WIDTH] <= own;
            end
            dot_multiplier #(
                .IC_LANES(IC_LANES), .X_WIDTH(`ASLOG_ACTIVATION_WIDTH), .WEIGHT_WIDTH(WEIGHT_WIDTH),
                .X_SIGNED(X_SIGNED), .SUM_WIDTH(SUM_WIDTH)
            ) u_lane (.x(x), .weights(active), .sums(own));
        end
    endgenerate
endmodule

`default_nettype wire
