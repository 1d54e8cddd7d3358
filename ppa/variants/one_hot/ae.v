// ae whose exponent is one-hot: the shifted operands, each with its line, in one OR.
// Combinational. As the module it replaces otherwise.
`default_nettype none
`include "aslog_defs.vh"

module ae (
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]  x,        // activation, unsigned
    input  wire [`ASLOG_ACTIVATION_WIDTH+1:0]  x3,       // 3 x, unsigned
    input  wire                                two,      // decoded weight: 2 * 2^exponent
    input  wire                                three,    // decoded weight: 3 * 2^exponent
    input  wire                                negative, // decoded weight: sign
    input  wire [`ASLOG_LADDER_SHIFT_BITS-1:0] shift,    // decoded weight: exponent, one-hot
    output wire [`ASLOG_PRODUCT_WIDTH-1:0]     product   // signed, one's complement
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH + 2;
    localparam PW = `ASLOG_PRODUCT_WIDTH;

    wire [XW-1:0] magnitude = ({XW{two}} & {1'b0, x, 1'b0}) | ({XW{three}} & x3);
    wire [PW-1:0] operand = {{(PW-XW){negative}}, magnitude ^ {XW{negative}}};

    genvar s;
    generate
        for (s = 0; s < `ASLOG_LADDER_SHIFT_BITS; s = s + 1) begin : g_line
            wire [PW-1:0] value;
            if (s == 0) begin : g_first
                assign value = {PW{shift[0]}} & operand;
            end else begin : g_next
                assign value = g_line[s-1].value | ({PW{shift[s]}} & {operand[PW-1-s:0], {s{negative}}});
            end
        end
    endgenerate
    assign product = g_line[`ASLOG_LADDER_SHIFT_BITS-1].value;
endmodule

`default_nettype wire
