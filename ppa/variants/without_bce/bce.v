// bce of a design without bias correction: accumulator and bias as they are.
`default_nettype none
`include "aslog_defs.vh"

/* verilator lint_off UNUSEDSIGNAL */ // the ports are those of the module it replaces
module bce (
    input  wire [`ASLOG_ACCUMULATOR_WIDTH-1:0]        acc,     // signed
    input  wire [`ASLOG_BIAS_WIDTH-1:0]               bias,    // signed
    input  wire [`ASLOG_WINDOW_WIDTH-1:0]             window,  // S, sum of the receptive field, unsigned
    input  wire [`ASLOG_DELTA_WIDTH-1:0]              delta,   // {sign, exponent}
    output wire [`ASLOG_REQUANTIZATION_SUM_WIDTH-1:0] partial, // partial + carries = acc + bias, signed
    output wire [`ASLOG_REQUANTIZATION_SUM_WIDTH-1:0] carries  // at their weights
);
/* verilator lint_on UNUSEDSIGNAL */
    localparam AW = `ASLOG_ACCUMULATOR_WIDTH;
    localparam BW = `ASLOG_BIAS_WIDTH;
    localparam SW = `ASLOG_REQUANTIZATION_SUM_WIDTH;

    assign partial = {{(SW-AW){acc[AW-1]}}, acc};
    assign carries = {{(SW-BW){bias[BW-1]}}, bias};
endmodule

`default_nettype wire
