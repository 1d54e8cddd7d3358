// ae whose product is complete, in two's complement: no +1 is left to the tree.
// Combinational. As the module it replaces otherwise; the +1 comes before the shift, where the operand is narrow.
`default_nettype none
`include "aslog_defs.vh"

module ae (
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]  x,        // activation, unsigned
    input  wire [`ASLOG_ACTIVATION_WIDTH+1:0]  x3,       // 3 x, unsigned
    input  wire                                two,      // decoded weight: 2 * 2^shift
    input  wire                                three,    // decoded weight: 3 * 2^shift
    input  wire                                negative, // decoded weight: sign
    input  wire [`ASLOG_LADDER_SHIFT_BITS-1:0] shift,    // decoded weight: exponent
    output wire [`ASLOG_PRODUCT_WIDTH-1:0]     product   // signed, two's complement
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH + 3;
    localparam PW = `ASLOG_PRODUCT_WIDTH;

    wire [XW-1:0] magnitude = ({XW{two}} & {2'b00, x, 1'b0}) | ({XW{three}} & {1'b0, x3});
    wire [XW-1:0] operand = (magnitude ^ {XW{negative}}) + {{(XW-1){1'b0}}, negative};

    genvar s;
    generate
        for (s = 0; s <= `ASLOG_LADDER_SHIFT_BITS; s = s + 1) begin : g_stage
            wire [PW-1:0] value;
            if (s == 0) begin : g_first
                assign value = {{(PW-XW){operand[XW-1]}}, operand};
            end else begin : g_next
                assign value = shift[s-1] ? g_stage[s-1].value << (1 << (s - 1)) : g_stage[s-1].value;
            end
        end
    endgenerate
    assign product = g_stage[`ASLOG_LADDER_SHIFT_BITS].value;
endmodule

`default_nettype wire
