// ae_property: decoder, 3x, AE and the +1 that the tree adds are a product, x times the golden model's weight.
`default_nettype none
`include "aslog_defs.vh"

module ae_property (
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]     x,        // activation
    input  wire [`ASLOG_CODE_WIDTH-1:0]           code,     // {sign, level}
    input  wire [`ASLOG_METADATA_WIDTH-1:0]       meta,     // {n2, p}
    output wire signed [`ASLOG_PRODUCT_WIDTH-1:0] expected, // x * weight
    output wire signed [`ASLOG_PRODUCT_WIDTH-1:0] got,      // product + negative
    output wire                                   legal,    // every input is
    output wire                                   right     // what is proven
);
    `include "aslog_weights.vh"
    localparam PW = `ASLOG_PRODUCT_WIDTH;

    wire two, negative, three;
    wire [`ASLOG_LADDER_SHIFT_BITS-1:0] shift;
    wire [`ASLOG_ACTIVATION_WIDTH+1:0] x3;
    wire [PW-1:0] product;
    weight_decoder u_decoder (
        .code(code), .meta(meta), .two(two), .negative(negative), .three(three), .shift(shift)
    );
    triple u_triple (.x(x), .x3(x3));
    ae u_ae (
        .x(x), .x3(x3), .two(two), .negative(negative), .three(three), .shift(shift), .product(product)
    );

    wire signed [`ASLOG_WEIGHT_WIDTH-1:0] table_weight = weight_of(meta, code);
    wire signed [PW-1:0] weight = {{(PW-`ASLOG_WEIGHT_WIDTH){table_weight[`ASLOG_WEIGHT_WIDTH-1]}}, table_weight};
    wire signed [PW-1:0] operand = {{(PW-`ASLOG_ACTIVATION_WIDTH){1'b0}}, x};
    assign expected = operand * weight;
    assign got = product + {{(PW-1){1'b0}}, negative};
    assign legal = 1'b1;
    assign right = got == expected;
endmodule

`default_nettype wire
