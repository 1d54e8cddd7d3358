// ae_complete: one weight's product from code, metadata and activation: an element that shares nothing with others.
// Combinational. product = x * weight(code, meta), two's complement. One adder makes 3x and the sign, before the shift,
// where the operand is narrow: 2x = 2x + 0, 3x = 2x + x, -2x = -4x + 2x, -3x = -4x + x.
`default_nettype none
`include "aslog_defs.vh"

module ae_complete (
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0] x,       // activation, unsigned
    input  wire [`ASLOG_CODE_WIDTH-1:0]       code,    // {sign, level}
    input  wire [`ASLOG_METADATA_WIDTH-1:0]   meta,    // {n2, p} of the channel
    output wire [`ASLOG_PRODUCT_WIDTH-1:0]    product  // signed
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam SW = XW + 3;
    localparam PW = `ASLOG_PRODUCT_WIDTH;

    wire two, three, negative;
    wire [`ASLOG_LADDER_SHIFT_BITS-1:0] shift;
    weight_decoder u_decoder (
        .code(code), .meta(meta), .two(two), .three(three), .negative(negative), .shift(shift)
    );

    wire positive = (two || three) && !negative;
    wire [SW-1:0] larger = ({SW{positive}} & {2'b00, x, 1'b0}) | ({SW{negative}} & ~{1'b0, x, 2'b00});
    wire [SW-1:0] smaller = ({SW{three}} & {3'b000, x}) | ({SW{negative && two}} & {2'b00, x, 1'b0});
    wire [SW-1:0] operand = larger + smaller + {{(SW-1){1'b0}}, negative};

    // the shifter, its shortest stage first, as in the AE
    genvar s;
    generate
        for (s = 0; s <= `ASLOG_LADDER_SHIFT_BITS; s = s + 1) begin : g_stage
            wire [PW-1:0] value;
            if (s == 0) begin : g_first
                assign value = {{(PW-SW){operand[SW-1]}}, operand};
            end else begin : g_next
                assign value = shift[s-1] ? g_stage[s-1].value << (1 << (s - 1)) : g_stage[s-1].value;
            end
        end
    endgenerate
    assign product = g_stage[`ASLOG_LADDER_SHIFT_BITS].value;
endmodule

`default_nettype wire
