// array_window of an array without bias correction: no S.
`default_nettype none
`include "aslog_defs.vh"

/* verilator lint_off UNUSEDSIGNAL */ // the ports are those of the module it replaces
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
/* verilator lint_on UNUSEDSIGNAL */
    assign next = {`ASLOG_WINDOW_WIDTH{1'b0}};
endmodule

`default_nettype wire
