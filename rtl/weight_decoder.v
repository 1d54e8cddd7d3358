// weight_decoder: 4-bit SLogII code and channel metadata to the AE's controls.
// Combinational. Level 0 is zero whatever the sign. Of n2 and p the bits that their largest values need are
// decoded: the core refuses larger ones before they get here.
`default_nettype none
`include "aslog_defs.vh"

module weight_decoder (
    input  wire [`ASLOG_CODE_WIDTH-1:0]        code,     // {sign, level}
    /* verilator lint_off UNUSEDSIGNAL */ // bits of n2 that no legal one has
    input  wire [`ASLOG_METADATA_WIDTH-1:0]    meta,     // {n2, p}
    /* verilator lint_on UNUSEDSIGNAL */
    output wire                                two,      // magnitude is 2 * 2^shift
    output wire                                three,    // magnitude is 3 * 2^shift; neither: 0
    output wire                                negative, // the product is negated
    output wire [`ASLOG_LADDER_SHIFT_BITS-1:0] shift     // exponent of the magnitude
);
    localparam LB = `ASLOG_CODE_LEVEL_BITS;
    localparam SW = `ASLOG_LADDER_SHIFT_BITS;
    localparam PARITY = `ASLOG_METADATA_PARITY_MAX != 0;
    localparam NB = `ASLOG_METADATA_N2_MAX > 1 ? $clog2(`ASLOG_METADATA_N2_MAX + 1) : 1; // decoded bits of n2

    wire [LB-1:0] level = code[LB-1:0];
    wire [NB-1:0] n2 = meta[`ASLOG_METADATA_N2_LSB+:NB] & {NB{`ASLOG_METADATA_N2_MAX != 0}};
    wire          p = meta[`ASLOG_METADATA_PARITY_LSB] && PARITY;
    wire [LB-1:0] step = level - 3'd1;                   // j - 1
    wire [NB-1:0] both = step < {{(LB-NB){1'b0}}, n2} ? step[NB-1:0] : n2; // steps that count twice
    // rung h = p + (j - 1) + min(j - 1, n2); only level 0 has one beyond the ladder, which nothing takes
    /* verilator lint_off UNUSEDSIGNAL */
    wire [LB:0] rung = {1'b0, step} + {{(LB+1-NB){1'b0}}, both} + {{LB{1'b0}}, p};
    /* verilator lint_on UNUSEDSIGNAL */

    assign two      = level != 0 && !rung[0];
    assign three    = level != 0 && rung[0];
    assign negative = code[LB] && level != 0;
    assign shift    = rung[SW:1];
endmodule

`default_nettype wire
