// lane_ours: one OC lane as it stands in the array: double registers of decoded weights, AEs, tree, accumulation.
// Weight decoders and 3x, which all lanes share, are blocks of their own. `row_valid` writes the shadow registers, `swap` copies
// them to the active ones; then as lane_rest.
`default_nettype none
`include "aslog_defs.vh"

module lane_ours #(
    parameter IC_LANES = 16                                                   // products per cycle
) (
    input  wire                                               clk,        // rising edge
    input  wire                                               row_valid,  // `decoded` is there
    input  wire [IC_LANES*(3+`ASLOG_LADDER_SHIFT_BITS)-1:0]   decoded,    // {shift, three, negative, two}
    input  wire                                               swap,       // the shadow registers become active
    input  wire                                               enable,     // operands are valid
    input  wire                                               accumulate, // the registered sum goes to the entry
    input  wire                                               first,      // with accumulate: overwrite
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0]        x,          // activations, lane 0 lowest
    input  wire [IC_LANES*(`ASLOG_ACTIVATION_WIDTH+2)-1:0]    x3,         // 3 x of each
    output wire [`ASLOG_ACCUMULATOR_WIDTH-1:0]                entry       // signed
);
    localparam SW = `ASLOG_LADDER_SHIFT_BITS;
    localparam DW = IC_LANES * (3 + SW);
    localparam SUM_WIDTH = `ASLOG_PRODUCT_WIDTH + $clog2(IC_LANES);

    reg  [DW-1:0]          shadow, active;
    wire [2*SUM_WIDTH-1:0] sums;
    wire [1:0]             carries;

    always @(posedge clk) begin
        if (row_valid) shadow <= decoded;
        if (swap) active <= shadow;
    end

    dot_lane #(.IC_LANES(IC_LANES), .SUM_WIDTH(SUM_WIDTH)) u_lane (
        .x(x), .x3(x3), .two(active[0+:IC_LANES]), .negative(active[IC_LANES+:IC_LANES]),
        .three(active[2*IC_LANES+:IC_LANES]), .shift(active[3*IC_LANES+:IC_LANES*SW]),
        .sums(sums), .carries(carries)
    );
    lane_rest #(.SUM_WIDTH(SUM_WIDTH), .ENTRY_WIDTH(`ASLOG_ACCUMULATOR_WIDTH)) u_rest (
        .clk(clk), .enable(enable), .accumulate(accumulate), .first(first), .sums(sums), .carries(carries),
        .entry(entry)
    );
endmodule

`default_nettype wire
