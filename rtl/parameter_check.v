// parameter_check: finds reserved values in a channel's parameter word.
// Combinational; both outputs low while `valid` is low.
`default_nettype none
`include "aslog_defs.vh"

module parameter_check (
    input  wire                             valid,     // check `word`
    /* verilator lint_off UNUSEDSIGNAL */ // the other fields have no reserved values
    input  wire [`ASLOG_PARAMETER_BITS-1:0] word,      // packed parameter record
    /* verilator lint_on UNUSEDSIGNAL */
    output wire                             bad_meta,  // n2 or p is reserved
    output wire                             bad_shift  // sh is larger than shift_max
);
    wire [`ASLOG_METADATA_WIDTH-1:0] meta = word[`ASLOG_PARAMETER_METADATA];
    wire [`ASLOG_REQUANTIZATION_SHIFT_WIDTH-1:0] shift = word[`ASLOG_PARAMETER_SHIFT];

    assign bad_meta = valid && (meta[`ASLOG_METADATA_N2_LSB+:`ASLOG_METADATA_N2_BITS] > `ASLOG_METADATA_N2_MAX
                             || {31'd0, meta[`ASLOG_METADATA_PARITY_LSB]} > `ASLOG_METADATA_PARITY_MAX);
    assign bad_shift = valid && shift > `ASLOG_REQUANTIZATION_SHIFT_MAX;
endmodule

`default_nettype wire
