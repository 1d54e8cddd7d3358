// ae that negates behind the shift, where the operand is as wide as the product.
// Combinational. As the module it replaces otherwise.
`default_nettype none
`include "aslog_defs.vh"

module ae (
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]  x,        // activation, unsigned
    input  wire [`ASLOG_ACTIVATION_WIDTH+1:0]  x3,       // 3 x, unsigned
    input  wire                                two,      // decoded weight: 2 * 2^shift
    input  wire                                three,    // decoded weight: 3 * 2^shift
    input  wire                                negative, // decoded weight: sign
    input  wire [`ASLOG_LADDER_SHIFT_BITS-1:0] shift,    // decoded weight: exponent
    output wire [`ASLOG_PRODUCT_WIDTH-1:0]     product   // signed, one's complement
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH + 2;
    localparam PW = `ASLOG_PRODUCT_WIDTH;

    wire [XW-1:0] magnitude = ({XW{two}} & {1'b0, x, 1'b0}) | ({XW{three}} & x3);

    genvar s;
    generate
        for (s = 0; s <= `ASLOG_LADDER_SHIFT_BITS; s = s + 1) begin : g_stage
            wire [PW-1:0] value;
            if (s == 0) begin : g_first
                assign value = {{(PW-XW){1'b0}}, magnitude};
            end else begin : g_next
                assign value = shift[s-1] ? g_stage[s-1].value << (1 << (s - 1)) : g_stage[s-1].value;
            end
        end
    endgenerate
    assign product = g_stage[`ASLOG_LADDER_SHIFT_BITS].value ^ {PW{negative}};
endmodule

`default_nettype wire
