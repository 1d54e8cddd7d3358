// array_window: S of the array's operands: the tree over the operand and the accumulation of one entry.
// `enable` registers the operand's sum as two numbers, which are added and accumulated in the next cycle; the entry's
// memory is outside (`previous`, `next`).
`default_nettype none
`include "aslog_defs.vh"

module array_window #(
    parameter IC_LANES = 16                                      // activations of an operand
) (
    input  wire                                  clk,            // rising edge
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] x,        // the operand's activations
    input  wire                                  enable,         // their sum is registered, for the accumulation
    input  wire                                  first,          // the entry begins with this sum
    input  wire [`ASLOG_WINDOW_WIDTH-1:0]        previous,       // S from the memory
    output wire [`ASLOG_WINDOW_WIDTH-1:0]        next            // S to the memory
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam WW = `ASLOG_WINDOW_WIDTH;
    localparam VECTOR_SUM = XW + $clog2(IC_LANES);

    wire [2*VECTOR_SUM-1:0] vector_sums;                         // two numbers
    reg  [2*VECTOR_SUM-1:0] row_sums;
    wire [VECTOR_SUM-1:0]   row_sum = row_sums[0+:VECTOR_SUM] + row_sums[VECTOR_SUM+:VECTOR_SUM];

    always @(posedge clk) if (enable) row_sums <= vector_sums;
    assign next = (first ? {WW{1'b0}} : previous) + {{(WW-VECTOR_SUM){1'b0}}, row_sum};

    carry_save #(.INPUTS(IC_LANES), .WIDTH(XW), .SUM_WIDTH(VECTOR_SUM)) u_sum (
        .terms(x), .carries({(IC_LANES-2){1'b0}}), .sums(vector_sums)
    );
endmodule

`default_nettype wire
