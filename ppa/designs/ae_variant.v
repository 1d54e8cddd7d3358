// ae_variant: the complete AE of a code with other lists of magnitudes, for the exploration.
// Combinational. n2 beyond N2_MAX counts as N2_MAX, and the parity as 0 unless PARITY; the header's widths are those of
// the variant's largest magnitude.
`default_nettype none
`include "aslog_defs.vh"

module ae_variant #(
    parameter N2_MAX = 1,                              // largest n2
    parameter PARITY = 0                               // the parity bit counts
) (
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0] x,       // activation, unsigned
    input  wire [`ASLOG_CODE_WIDTH-1:0]       code,    // {sign, level}
    input  wire [`ASLOG_METADATA_WIDTH-1:0]   meta,    // {n2, p} of the channel
    output wire [`ASLOG_PRODUCT_WIDTH-1:0]    product  // signed
);
    localparam NB = `ASLOG_METADATA_N2_BITS;
    localparam [NB-1:0] TOP = N2_MAX;
    localparam [0:0] ODD = PARITY;

    wire [NB-1:0] n2 = meta[`ASLOG_METADATA_N2_LSB+:NB];
    wire [NB-1:0] held = n2 > TOP ? TOP : n2;

    ae_complete u_ae (
        .x(x), .code(code), .meta({held, meta[`ASLOG_METADATA_PARITY_LSB] && ODD}), .product(product)
    );
endmodule

`default_nettype wire
