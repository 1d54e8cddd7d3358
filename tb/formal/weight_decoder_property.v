// weight_decoder_property: the decoder's controls stand for the golden model's weight, for every code and metadata.
`default_nettype none
`include "aslog_defs.vh"

module weight_decoder_property (
    input  wire [`ASLOG_CODE_WIDTH-1:0]     code,     // {sign, level}
    input  wire [`ASLOG_METADATA_WIDTH-1:0] meta,     // {n2, p}
    output wire signed [8:0]                expected, // the weight
    output wire signed [8:0]                got,      // what two, negative, three and shift say
    output wire                             legal,    // every input is
    output wire                             right     // what is proven
);
    `include "aslog_weights.vh"

    wire two, negative, three;
    wire [`ASLOG_LADDER_SHIFT_BITS-1:0] shift;
    weight_decoder u_dut (
        .code(code), .meta(meta), .two(two), .negative(negative), .three(three), .shift(shift)
    );

    wire signed [8:0] magnitude = !two && !three ? 9'sd0 : (three ? 9'sd3 : 9'sd2) << shift;
    wire signed [`ASLOG_WEIGHT_WIDTH-1:0] weight = weight_of(meta, code);
    assign expected = {{(9-`ASLOG_WEIGHT_WIDTH){weight[`ASLOG_WEIGHT_WIDTH-1]}}, weight};
    assign got = negative ? -magnitude : magnitude;
    assign legal = 1'b1;
    assign right = got == expected;
endmodule

`default_nettype wire
