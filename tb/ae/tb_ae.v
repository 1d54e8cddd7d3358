// tb_ae: one weight_decoder feeding several AEs, AE i sees the activation i ^ flip.
// Combinational.
`default_nettype none
`include "aslog_defs.vh"

module tb_ae #(
    parameter AES = 32  // AEs, a power of two
) (
    input  wire [`ASLOG_CODE_WIDTH-1:0]        code,     // weight of every AE
    input  wire [`ASLOG_METADATA_WIDTH-1:0]    meta,     // its channel's metadata
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]  flip,     // changes which AE sees which activation
    output wire                                two,  // decoded weight
    output wire                                negative,
    output wire                                three,
    output wire [`ASLOG_LADDER_SHIFT_BITS-1:0] shift,
    output wire [(`ASLOG_ACTIVATION_WIDTH+2)*AES-1:0] triples,  // 3 x, AE 0 lowest
    output wire [`ASLOG_PRODUCT_WIDTH*AES-1:0]        products  // AE 0 lowest
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam PW = `ASLOG_PRODUCT_WIDTH;

    weight_decoder u_decoder (
        .code(code), .meta(meta), .two(two), .negative(negative), .three(three), .shift(shift)
    );

    genvar i;
    generate
        for (i = 0; i < AES; i = i + 1) begin : g_ae
            localparam [XW-1:0] INDEX = i;
            wire [XW-1:0] x = INDEX ^ flip;
            wire [XW+1:0] x3;  // not a part of triples: whoever reads one of all is woken by every other
            triple u_triple (.x(x), .x3(x3));
            ae u_ae (
                .x(x), .x3(x3), .two(two), .negative(negative), .three(three), .shift(shift),
                .product(products[i*PW+:PW])
            );
            assign triples[i*(XW+2)+:XW+2] = x3;
        end
    endgenerate
endmodule

`default_nettype wire
