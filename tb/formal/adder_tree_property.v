// adder_tree_property: the tree's sum is that of its terms and carries modulo 2^SUM_WIDTH, by induction over INPUTS.
// Two inputs: against the definition. More: the tree is the sum of two trees of half its inputs and of a carry; every
// other carry goes to one of the halves.
`default_nettype none

module adder_tree_property #(
    parameter INPUTS    = 4,                          // terms
    parameter WIDTH     = 17,                         // of a term
    parameter SUM_WIDTH = 21                          // of the sum, of the halves' too
) (
    input  wire [INPUTS*WIDTH-1:0] terms,             // signed, term 0 lowest
    input  wire [INPUTS-1:1]       carries,           // one per adder
    output wire signed [SUM_WIDTH-1:0] expected,      // the sum
    output wire signed [SUM_WIDTH-1:0] got,           // the tree's
    output wire                    legal,             // every input is
    output wire                    right              // what is proven
);
    localparam HALF = INPUTS / 2;

    adder_tree #(.INPUTS(INPUTS), .WIDTH(WIDTH), .SUM_WIDTH(SUM_WIDTH)) u_dut (
        .terms(terms), .carries(carries), .sum(got)
    );

    wire [SUM_WIDTH-1:0] one = {{(SUM_WIDTH-1){1'b0}}, carries[1]};
    genvar h, n;
    generate
        if (INPUTS == 2) begin : g_base
            wire signed [SUM_WIDTH-1:0] first = {{(SUM_WIDTH-WIDTH){terms[WIDTH-1]}}, terms[WIDTH-1:0]};
            wire signed [SUM_WIDTH-1:0] second = {{(SUM_WIDTH-WIDTH){terms[2*WIDTH-1]}}, terms[2*WIDTH-1:WIDTH]};
            assign expected = first + second + one;
        end else begin : g_step
            for (h = 0; h < 2; h = h + 1) begin : g_half
                wire [HALF-1:1] own;
                wire [SUM_WIDTH-1:0] sum;
                for (n = 1; n < HALF; n = n + 1) begin : g_carry
                    // node n of a half: its highest bit moves up by one, and h comes below it
                    localparam TOP = 1 << ($clog2(n + 1) - 1);
                    assign own[n] = carries[n + TOP + h * TOP];
                end
                adder_tree #(.INPUTS(HALF), .WIDTH(WIDTH), .SUM_WIDTH(SUM_WIDTH)) u_half (
                    .terms(terms[h*HALF*WIDTH+:HALF*WIDTH]), .carries(own), .sum(sum)
                );
            end
            assign expected = g_half[0].sum + g_half[1].sum + one;
        end
    endgenerate
    assign legal = 1'b1;
    assign right = got == expected;
endmodule

`default_nettype wire
