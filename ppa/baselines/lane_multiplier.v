// lane_multiplier: one OC lane with multipliers, as lane_ours: double weight registers, products, tree, accumulation.
`default_nettype none
`include "aslog_defs.vh"

module lane_multiplier #(
    parameter IC_LANES     = 16,                                        // products per cycle
    parameter WEIGHT_WIDTH = 8,                                         // bits of a weight, signed
    parameter X_SIGNED     = 1                                          // activations are signed
) (
    input  wire                                        clk,        // rising edge
    input  wire                                        row_valid,  // `weights` are there
    input  wire [IC_LANES*WEIGHT_WIDTH-1:0]            weights,    // lane 0 lowest
    input  wire                                        swap,       // the shadow registers become active
    input  wire                                        enable,     // operands are valid
    input  wire                                        accumulate, // the registered sum goes to the entry
    input  wire                                        first,      // with accumulate: overwrite
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] x,          // activations, lane 0 lowest
    output wire [`ASLOG_ACCUMULATOR_WIDTH-1:0]         entry       // signed
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam SUM_WIDTH = XW + WEIGHT_WIDTH - X_SIGNED + $clog2(IC_LANES);

    reg  [IC_LANES*WEIGHT_WIDTH-1:0] shadow, active;
    wire [2*SUM_WIDTH-1:0]           sums;

    always @(posedge clk) begin
        if (row_valid) shadow <= weights;
        if (swap) active <= shadow;
    end

    dot_multiplier #(
        .IC_LANES(IC_LANES), .X_WIDTH(XW), .WEIGHT_WIDTH(WEIGHT_WIDTH), .X_SIGNED(X_SIGNED),
        .SUM_WIDTH(SUM_WIDTH)
    ) u_lane (.x(x), .weights(active), .sums(sums));
    lane_rest #(.SUM_WIDTH(SUM_WIDTH), .ENTRY_WIDTH(`ASLOG_ACCUMULATOR_WIDTH)) u_rest (
        .clk(clk), .enable(enable), .accumulate(accumulate), .first(first), .sums(sums), .carries(2'b00),
        .entry(entry)
    );
endmodule

`default_nettype wire
