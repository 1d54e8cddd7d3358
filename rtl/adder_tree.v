// adder_tree: sum of INPUTS signed terms and INPUTS single carry-ins.
// Combinational. Exact when SUM_WIDTH >= WIDTH + clog2(INPUTS) and each term + carry fits WIDTH.
`default_nettype none

module adder_tree #(
    parameter INPUTS    = 16,                      // number of terms, a power of two
    parameter WIDTH     = 17,                      // width of a term
    parameter SUM_WIDTH = WIDTH + $clog2(INPUTS)   // width of the sum
) (
    input  wire [INPUTS*WIDTH-1:0] terms,          // signed, term 0 lowest
    input  wire [INPUTS-1:0]       carries,        // one carry-in per term
    output wire [SUM_WIDTH-1:0]    sum             // signed
);
    // Node n of the tree has the children 2 n and 2 n + 1; the leaves are INPUTS .. 2 INPUTS - 1.
    // Node n adds carry n as its carry-in, and carry 0 joins at the root.
    wire [2*INPUTS*SUM_WIDTH-1:0] node;

    genvar n;
    generate
        for (n = 0; n < INPUTS; n = n + 1) begin : g_leaf
            assign node[(INPUTS+n)*SUM_WIDTH+:SUM_WIDTH] =
                {{(SUM_WIDTH-WIDTH){terms[n*WIDTH+WIDTH-1]}}, terms[n*WIDTH+:WIDTH]};
        end
        for (n = 1; n < INPUTS; n = n + 1) begin : g_sum
            assign node[n*SUM_WIDTH+:SUM_WIDTH] = node[2*n*SUM_WIDTH+:SUM_WIDTH]
                + node[(2*n+1)*SUM_WIDTH+:SUM_WIDTH] + {{(SUM_WIDTH-1){1'b0}}, carries[n]};
        end
    endgenerate
    assign node[0+:SUM_WIDTH] = node[SUM_WIDTH+:SUM_WIDTH] + {{(SUM_WIDTH-1){1'b0}}, carries[0]};

    assign sum = node[0+:SUM_WIDTH];
endmodule

`default_nettype wire
