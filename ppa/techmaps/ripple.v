// ripple: $alu as a chain of full adders, the smallest adder; Yosys' own map makes a parallel prefix adder.
(* techmap_celltype = "$alu" *)
module ripple #(
    parameter A_SIGNED = 0,
    parameter B_SIGNED = 0,
    parameter A_WIDTH  = 1,
    parameter B_WIDTH  = 1,
    parameter Y_WIDTH  = 1
) (
    input  [A_WIDTH-1:0] A,
    input  [B_WIDTH-1:0] B,
    input                CI,
    input                BI,
    output [Y_WIDTH-1:0] X,
    output [Y_WIDTH-1:0] Y,
    output [Y_WIDTH-1:0] CO
);
    wire [Y_WIDTH-1:0] a, b;
    generate
        if (A_WIDTH == 0) begin : g_no_a                               // a negation
            assign a = {Y_WIDTH{1'b0}};
        end else begin : g_a
            \$pos #(.A_SIGNED(A_SIGNED), .A_WIDTH(A_WIDTH), .Y_WIDTH(Y_WIDTH)) extend (.A(A), .Y(a));
        end
        if (B_WIDTH == 0) begin : g_no_b
            assign b = {Y_WIDTH{1'b0}};
        end else begin : g_b
            \$pos #(.A_SIGNED(B_SIGNED), .A_WIDTH(B_WIDTH), .Y_WIDTH(Y_WIDTH)) extend (.A(B), .Y(b));
        end
    endgenerate
    wire [Y_WIDTH-1:0] added = b ^ {Y_WIDTH{BI}};
    wire [Y_WIDTH:0]   carry = {CO, CI};
    assign X = a ^ added;
    genvar i;
    generate
        for (i = 0; i < Y_WIDTH; i = i + 1) begin : g_bit
            \$fa #(.WIDTH(1)) add (.A(a[i]), .B(added[i]), .C(carry[i]), .X(CO[i]), .Y(Y[i]));
        end
    endgenerate
endmodule
