// entry_sum: next value of an accumulator's entry: the sum of its terms, and of what it held unless it is overwritten.
// Combinational, modulo 2^WIDTH. A term comes as TERMS parts and as many carries, so that their addition and the
// entry's are one.
`default_nettype none

module entry_sum #(
    parameter TERMS  = 2,                    // parts of a term: 1 or 2
    parameter TERM   = 18,                   // width of a part
    parameter WIDTH  = 26,                   // width of the entry
    parameter SIGNED = 1                     // parts are sign-extended
) (
    input  wire [WIDTH-1:0]      previous,   // the entry
    input  wire                  first,      // it is overwritten
    input  wire [TERMS*TERM-1:0] terms,      // parts of the term
    input  wire [TERMS-1:0]      carries,    // added to each
    output wire [WIDTH-1:0]      next        // the entry's next value
);
    wire [WIDTH-1:0] kept = previous & {WIDTH{!first}};
    wire [TERM-1:0]  low = terms[TERM-1:0];
    wire [WIDTH-1:0] wide = {{(WIDTH-TERM){SIGNED ? low[TERM-1] : 1'b0}}, low};

    generate
        if (TERMS == 1) begin : g_one
            assign next = kept + wide + {{(WIDTH-1){1'b0}}, carries[0]};
        end else begin : g_two
            wire [TERM-1:0]  high = terms[TERM+:TERM];
            wire [WIDTH-1:0] second = {{(WIDTH-TERM){SIGNED ? high[TERM-1] : 1'b0}}, high};
            assign next = kept + wide + second + {{(WIDTH-1){1'b0}}, carries[0]} + {{(WIDTH-1){1'b0}}, carries[1]};
        end
    endgenerate
endmodule

`default_nettype wire
