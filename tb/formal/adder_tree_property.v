// adder_tree_property: the tree's sum is that of its terms modulo 2^SUM_WIDTH, by induction over INPUTS.
// Two inputs: against the definition. More: the tree is the sum of two trees of half its inputs.
`default_nettype none

module adder_tree_property #(
    parameter INPUTS    = 4,                          // terms
    parameter WIDTH     = 17,                         // of a term
    parameter SUM_WIDTH = 21                          // of the sum, of the halves' too
) (
    input  wire [INPUTS*WIDTH-1:0] terms,             // unsigned, term 0 lowest
    output wire [SUM_WIDTH-1:0]    expected,          // the sum
    output wire [SUM_WIDTH-1:0]    got,               // the tree's
    output wire                    legal,             // every input is
    output wire                    right              // what is proven
);
    localparam HALF = INPUTS / 2;

    adder_tree #(.INPUTS(INPUTS), .WIDTH(WIDTH), .SUM_WIDTH(SUM_WIDTH)) u_dut (.terms(terms), .sum(got));

    genvar h;
    generate
        if (INPUTS == 2) begin : g_base
            assign expected = {{(SUM_WIDTH-WIDTH){1'b0}}, terms[WIDTH-1:0]}
                + {{(SUM_WIDTH-WIDTH){1'b0}}, terms[2*WIDTH-1:WIDTH]};
        end else begin : g_step
            for (h = 0; h < 2; h = h + 1) begin : g_half
                wire [SUM_WIDTH-1:0] sum;
                adder_tree #(.INPUTS(HALF), .WIDTH(WIDTH), .SUM_WIDTH(SUM_WIDTH)) u_half (
                    .terms(terms[h*HALF*WIDTH+:HALF*WIDTH]), .sum(sum)
                );
            end
            assign expected = g_half[0].sum + g_half[1].sum;
        end
    endgenerate
    assign legal = 1'b1;
    assign right = got == expected;
endmodule

`default_nettype wire
