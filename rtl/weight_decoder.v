// weight_decoder: 4-bit SLogII code and channel metadata to the AE's controls.
// Combinational. Level 0 is zero whatever the sign; n2 = 7 is reserved and gives controls of n2 = 6
// (the core refuses such metadata before it gets here).
`default_nettype none
`include "aslog_defs.vh"

module weight_decoder (
    input  wire [`ASLOG_CODE_WIDTH-1:0]        code,     // {sign, level}
    input  wire [`ASLOG_METADATA_WIDTH-1:0]    meta,     // {n2, p}
    output wire                                nonzero,  // the product is not zero
    output wire                                negative, // the product is negated
    output wire                                three,    // magnitude is 3 * 2^shift, else 2 * 2^shift
    output wire [`ASLOG_LADDER_SHIFT_BITS-1:0] shift     // exponent of the magnitude
);
    localparam LB = `ASLOG_CODE_LEVEL_BITS;

    wire [LB-1:0] level = code[LB-1:0];
    wire [`ASLOG_METADATA_N2_BITS-1:0] n2_raw = meta[`ASLOG_METADATA_N2_LSB+:`ASLOG_METADATA_N2_BITS];
    wire [LB-1:0] n2 = (n2_raw == 3'd7) ? 3'd6 : n2_raw;
    wire [LB-1:0] step = level - 3'd1;                   // j - 1
    wire [LB-1:0] both = (step < n2) ? step : n2;        // steps that count twice
    // rung h = p + (j - 1) + min(j - 1, n2)
    wire [LB:0] rung = {1'b0, step} + {1'b0, both} + {{LB{1'b0}}, meta[`ASLOG_METADATA_PARITY_LSB]};

    assign nonzero  = |level;
    assign negative = code[LB] & nonzero;
    assign three    = rung[0];
    assign shift    = rung[LB:1];
endmodule

`default_nettype wire
