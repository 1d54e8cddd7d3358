// multiplier: product of an activation and a two's complement weight, as the language's `*`.
// Combinational. The pair of unsigned activation and signed weight fits the same width as the signed pair.
`default_nettype none

module multiplier #(
    parameter X_WIDTH      = 8,                        // bits of an activation
    parameter WEIGHT_WIDTH = 8,                        // bits of a weight, signed
    parameter X_SIGNED     = 1                         // the activation is signed
) (
    input  wire [X_WIDTH-1:0]              x,          // activation
    input  wire [WEIGHT_WIDTH-1:0]         weight,     // weight
    output wire [X_WIDTH+WEIGHT_WIDTH-1:0] product     // signed
);
    generate
        if (X_SIGNED) begin : g_signed
            assign product = $signed(x) * $signed(weight);
        end else begin : g_unsigned
            wire signed [X_WIDTH:0] wide = {1'b0, x};
            assign product = wide * $signed(weight);
        end
    endgenerate
endmodule

`default_nettype wire
