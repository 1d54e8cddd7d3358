// array_window: S of the array's operands: the tree over the next vector and the accumulation of one entry.
// `vector_valid` registers the vector's sum, `enable` one cycle later hands it to the accumulation; the entry's memory
// is outside (`previous`, `next`).
`default_nettype none
`include "aslog_defs.vh"

module array_window #(
    parameter IC_LANES = 16                                      // activations of an operand
) (
    input  wire                                  clk,            // rising edge
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] vector,   // the next operand's activations
    input  wire                                  vector_valid,   // its sum is registered
    input  wire                                  enable,         // one cycle later: to the accumulation
    input  wire                                  first,          // the entry begins with this sum
    input  wire [`ASLOG_WINDOW_WIDTH-1:0]        previous,       // S from the memory
    output wire [`ASLOG_WINDOW_WIDTH-1:0]        next            // S to the memory
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam WW = `ASLOG_WINDOW_WIDTH;
    localparam ROW_SUM = XW + $clog2(IC_LANES) + 1;

    wire [IC_LANES*(XW+1)-1:0] bytes;
    wire [ROW_SUM-1:0] vector_sum;
    reg  [ROW_SUM-1:0] row_sum, row_sum_1;

    always @(posedge clk) begin
        if (vector_valid) row_sum <= vector_sum;
        if (enable) row_sum_1 <= row_sum;
    end
    assign next = (first ? {WW{1'b0}} : previous) + {{(WW-ROW_SUM){1'b0}}, row_sum_1};

    genvar i;
    generate
        for (i = 0; i < IC_LANES; i = i + 1) begin : g_in
            assign bytes[i*(XW+1)+:XW+1] = {1'b0, vector[i*XW+:XW]};
        end
    endgenerate

    adder_tree #(.INPUTS(IC_LANES), .WIDTH(XW+1), .SUM_WIDTH(ROW_SUM)) u_sum (
        .terms(bytes), .carries({IC_LANES{1'b0}}), .sum(vector_sum)
    );
endmodule

`default_nettype wire
