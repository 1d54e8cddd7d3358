// bce of a design without bias correction: the term is 0.
`default_nettype none
`include "aslog_defs.vh"

/* verilator lint_off UNUSEDSIGNAL */ // the ports are those of the module it replaces
module bce (
    input  wire [`ASLOG_WINDOW_WIDTH-1:0]     window, // S, sum of the receptive field, unsigned
    input  wire [`ASLOG_DELTA_WIDTH-1:0]      delta,  // {sign, three, exponent}
    output wire [`ASLOG_DELTA_TERM_WIDTH-1:0] term    // one's complement
);
/* verilator lint_on UNUSEDSIGNAL */
    assign term = {`ASLOG_DELTA_TERM_WIDTH{1'b0}};
endmodule

`default_nettype wire
