// ae_variant: the complete AE of a code with other lists of magnitudes, for the exploration.
// Combinational. The parity counts as 0 unless PARITY; an n2 beyond the largest has no meaning. The header's widths are
// those of the variant's largest magnitude.
`default_nettype none
`include "aslog_defs.vh"

module ae_variant #(
    parameter PARITY = 0                               // the parity bit counts
) (
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0] x,       // activation, unsigned
    input  wire [`ASLOG_CODE_WIDTH-1:0]       code,    // {sign, level}
    input  wire [`ASLOG_METADATA_WIDTH-1:0]   meta,    // {n2, p} of the channel
    output wire [`ASLOG_PRODUCT_WIDTH-1:0]    product  // signed
);
    localparam NB = `ASLOG_METADATA_N2_BITS;
    localparam [0:0] ODD = PARITY;

    wire [NB-1:0] n2 = meta[`ASLOG_METADATA_N2_LSB+:NB];

    ae_complete u_ae (
        .x(x), .code(code), .meta({n2, meta[`ASLOG_METADATA_PARITY_LSB] && ODD}), .product(product)
    );
endmodule

`default_nettype wire
