// ae_registered: the complete AE between registers, for its clock alone.
// Operands in cycle c give their product in c+2.
`default_nettype none
`include "aslog_defs.vh"

module ae_registered (
    input  wire                               clk,     // rising edge
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0] x,       // activation, unsigned
    input  wire [`ASLOG_CODE_WIDTH-1:0]       code,    // {sign, level}
    input  wire [`ASLOG_METADATA_WIDTH-1:0]   meta,    // {n2, p} of the channel
    output reg  [`ASLOG_PRODUCT_WIDTH-1:0]    product  // signed
);
    reg  [`ASLOG_ACTIVATION_WIDTH-1:0] x_1;
    reg  [`ASLOG_CODE_WIDTH-1:0]       code_1;
    reg  [`ASLOG_METADATA_WIDTH-1:0]   meta_1;
    wire [`ASLOG_PRODUCT_WIDTH-1:0]    result;

    ae_complete u_ae (.x(x_1), .code(code_1), .meta(meta_1), .product(result));

    always @(posedge clk) begin
        x_1 <= x;
        code_1 <= code;
        meta_1 <= meta;
        product <= result;
    end
endmodule

`default_nettype wire
