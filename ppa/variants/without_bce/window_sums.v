// window_sums of a core without bias correction: no accumulators, S is 0.
`default_nettype none
`include "aslog_defs.vh"

/* verilator lint_off UNUSEDSIGNAL */ // the ports are those of the module it replaces
module window_sums #(
    parameter OC_LANES = 16,                                     // lanes of the array
    parameter ROW_SUM  = `ASLOG_ACTIVATION_WIDTH + 5,            // width of a lane's term
    parameter STRIPE   = 32                                      // entries of a bank
) (
    input  wire                                   clk,           // rising edge
    input  wire                                   depthwise,     // mode
    input  wire                                   valid,         // entry is accumulated in the next cycle
    input  wire                                   bank,          // its bank
    input  wire [$clog2(STRIPE)-1:0]              entry,         // which entry
    input  wire                                   first,         // it is overwritten
    input  wire [OC_LANES*ROW_SUM-1:0]            terms,         // 1 cycle after valid; lane 0 unless depthwise
    input  wire                                   drain_enable,  // read an entry of drain_bank
    input  wire                                   drain_bank,    // not a bank that accumulates
    input  wire [$clog2(STRIPE)-1:0]              drain_entry,   // which entry
    output wire [OC_LANES*`ASLOG_WINDOW_WIDTH-1:0] windows       // S of each lane, 1 cycle after drain_enable
);
/* verilator lint_on UNUSEDSIGNAL */
    assign windows = {OC_LANES*`ASLOG_WINDOW_WIDTH{1'b0}};
endmodule

`default_nettype wire
