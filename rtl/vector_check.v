// vector_check: whether a vector command can be run: no size of zero, 1 or 2 sources, 2 only in mode sum with a
// kernel of 1 x 1, a known mode, a shift up to glue.shift_max and a clamp that is not empty. Combinational.
`default_nettype none
`include "aslog_defs.vh"

module vector_check (
    /* verilator lint_off UNUSEDSIGNAL */ // any zero point, multiplier and address is legal
    input  wire [`ASLOG_VECTOR_BITS-1:0] command, // the command's payload
    /* verilator lint_on UNUSEDSIGNAL */
    output wire                          legal    // it can be run
);
    wire sizes = command[`ASLOG_VECTOR_KERNEL_HEIGHT] != 0 && command[`ASLOG_VECTOR_KERNEL_WIDTH] != 0
              && command[`ASLOG_VECTOR_STRIDE] != 0
              && command[`ASLOG_VECTOR_HEIGHT] != 0 && command[`ASLOG_VECTOR_WIDTH] != 0
              && command[`ASLOG_VECTOR_OUT_HEIGHT] != 0 && command[`ASLOG_VECTOR_OUT_WIDTH] != 0
              && command[`ASLOG_VECTOR_VECTORS] != 0;
    wire one = command[`ASLOG_VECTOR_SOURCES] == 1;
    wire two = command[`ASLOG_VECTOR_SOURCES] == 2
            && command[`ASLOG_VECTOR_KERNEL_HEIGHT] == 1 && command[`ASLOG_VECTOR_KERNEL_WIDTH] == 1;
    wire sum = command[`ASLOG_VECTOR_MODE] == `ASLOG_VECTOR_MODE_SUM;
    wire max = command[`ASLOG_VECTOR_MODE] == `ASLOG_VECTOR_MODE_MAX;
    assign legal = sizes && ((sum && (one || two)) || (max && one))
                && command[`ASLOG_VECTOR_SHIFT] <= `ASLOG_GLUE_SHIFT_MAX
                && command[`ASLOG_VECTOR_CLAMP_LOW] <= command[`ASLOG_VECTOR_CLAMP_HIGH];
endmodule

`default_nettype wire
