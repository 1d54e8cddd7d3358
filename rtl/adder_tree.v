// adder_tree: sum of INPUTS unsigned terms. Combinational. Exact when SUM_WIDTH >= WIDTH + clog2(INPUTS).
`default_nettype none
`include "aslog_defs.vh"

module adder_tree #(
    parameter INPUTS    = 16,                      // number of terms, a power of two, at least 2
    parameter WIDTH     = `ASLOG_ACTIVATION_WIDTH, // width of a term
    parameter SUM_WIDTH = WIDTH + $clog2(INPUTS)   // width of the sum
) (
    input  wire [INPUTS*WIDTH-1:0] terms,          // unsigned, term 0 lowest
    output wire [SUM_WIDTH-1:0]    sum             // unsigned
);
    // Node n has the children 2 n and 2 n + 1; the leaves are INPUTS .. 2 INPUTS - 1, the root is 1. One net a node:
    // simulators that propagate whole vectors would otherwise do the work of a node for all of them.
    genvar n;
    generate
        for (n = 2 * INPUTS - 1; n >= 1; n = n - 1) begin : g_node
            localparam LEVEL = $clog2(INPUTS) + 1 - $clog2(n + 1);
            wire [WIDTH+LEVEL-1:0] value;
            if (n >= INPUTS) begin : g_leaf
                assign value = terms[(n-INPUTS)*WIDTH+:WIDTH];
            end else begin : g_sum
                assign value = {1'b0, g_node[2*n].value} + {1'b0, g_node[2*n+1].value};
            end
        end
    endgenerate

    assign sum = {{(SUM_WIDTH-WIDTH-$clog2(INPUTS)){1'b0}}, g_node[1].value};
endmodule

`default_nettype wire
