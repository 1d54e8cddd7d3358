// multiplier_registered: the multiplier between registers, for its clock alone.
// Operands in cycle c give their product in c+2.
`default_nettype none

module multiplier_registered #(
    parameter X_WIDTH      = 8,                        // bits of an activation
    parameter WEIGHT_WIDTH = 8,                        // bits of a weight, signed
    parameter X_SIGNED     = 1                         // the activation is signed
) (
    input  wire                            clk,        // rising edge
    input  wire [X_WIDTH-1:0]              x,          // activation
    input  wire [WEIGHT_WIDTH-1:0]         weight,     // weight
    output reg  [X_WIDTH+WEIGHT_WIDTH-1:0] product     // signed
);
    reg  [X_WIDTH-1:0]              x_1;
    reg  [WEIGHT_WIDTH-1:0]         weight_1;
    wire [X_WIDTH+WEIGHT_WIDTH-1:0] result;

    multiplier #(.X_WIDTH(X_WIDTH), .WEIGHT_WIDTH(WEIGHT_WIDTH), .X_SIGNED(X_SIGNED)) u_multiplier (
        .x(x_1), .weight(weight_1), .product(result)
    );

    always @(posedge clk) begin
        x_1 <= x;
        weight_1 <= weight;
        product <= result;
    end
endmodule

`default_nettype wire
