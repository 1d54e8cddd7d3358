// carry_save_property: the two numbers are what a full adder's two rows and the other terms make of one input less,
// by induction over INPUTS; the full adder's rows have the sum of its three terms and its carry as integers, when that
// is less than 2^WIDTH, as it is when the sum of all is.
`default_nettype none

module carry_save_property #(
    parameter INPUTS = 3,                             // terms
    parameter TERM   = 19,                            // width of a term
    parameter WIDTH  = 19                             // width of a number, and of the terms of the smaller tree
) (
    input  wire [INPUTS*TERM-1:0]  terms,             // unsigned, term 0 lowest
    input  wire [INPUTS-3:0]       carries,           // carry-ins
    output wire [3*WIDTH+1:0]      expected,          // sum of the first three terms and carry, numbers
    output wire [3*WIDTH+1:0]      got,               // sum of the full adder's rows, numbers
    output wire                    legal,             // the first three fit
    output wire                    right              // what is proven
);
    wire [INPUTS*WIDTH-1:0] wide;                     // the terms
    genvar i;
    generate
        for (i = 0; i < INPUTS; i = i + 1) begin : g_term
            assign wide[i*WIDTH+WIDTH-1:i*WIDTH] = {{(WIDTH-TERM){1'b0}}, terms[i*TERM+TERM-1:i*TERM]};
        end
    endgenerate
    wire [WIDTH-1:0] a = wide[WIDTH-1:0], b = wide[2*WIDTH-1:WIDTH], c = wide[3*WIDTH-1:2*WIDTH];
    /* verilator lint_off UNUSEDSIGNAL */ // the highest is 0
    wire [WIDTH-1:0] majority = (a & b) | (c & (a ^ b));
    /* verilator lint_on UNUSEDSIGNAL */
    wire [WIDTH-1:0] sum = a ^ b ^ c, carry = {majority[WIDTH-2:0], carries[0]};
    wire [WIDTH+1:0] total = {2'b00, a} + {2'b00, b} + {2'b00, c} + {{(WIDTH+1){1'b0}}, carries[0]};

    carry_save #(.INPUTS(INPUTS), .WIDTH(TERM), .SUM_WIDTH(WIDTH)) u_dut (
        .terms(terms), .carries(carries), .sums(got[2*WIDTH-1:0])
    );
    assign got[3*WIDTH+1:2*WIDTH] = {2'b00, sum} + {2'b00, carry};
    assign expected[3*WIDTH+1:2*WIDTH] = total;
    generate
        if (INPUTS == 3) begin : g_base
            assign expected[2*WIDTH-1:0] = {carry, sum};
        end else begin : g_step
            carry_save #(.INPUTS(INPUTS - 1), .WIDTH(WIDTH), .SUM_WIDTH(WIDTH)) u_rest (
                .terms({carry, sum, wide[INPUTS*WIDTH-1:3*WIDTH]}), .carries(carries[INPUTS-3:1]),
                .sums(expected[2*WIDTH-1:0])
            );
        end
    endgenerate
    assign legal = total >> WIDTH == 0;
    assign right = got == expected;
endmodule

`default_nettype wire
