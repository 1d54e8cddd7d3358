// triple: 3 x of one activation, computed once per input lane and shared by the AEs of its column.
// Combinational.
`default_nettype none
`include "aslog_defs.vh"

module triple (
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0] x,  // activation, unsigned
    output wire [`ASLOG_ACTIVATION_WIDTH+1:0] x3  // 3 x, unsigned
);
    assign x3 = {1'b0, x, 1'b0} + {2'b00, x};
endmodule

`default_nettype wire
