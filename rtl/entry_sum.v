// entry_sum: next value of an accumulator's entry: the sum of its term and of what it held.
// Combinational, modulo 2^WIDTH. A term is one unsigned number and a carry, or an unsigned and a signed one with
// two carries (see dot_lane), so that their addition and the entry's are one.
`default_nettype none

module entry_sum #(
    parameter PARTS = 2,                     // numbers of a term: 1 or 2
    parameter PART  = 18,                    // width of a number
    parameter WIDTH = 26                     // width of the entry
) (
    input  wire [WIDTH-1:0]      previous,   // the entry, 0 when it is overwritten
    input  wire [PARTS*PART-1:0] term,       // its numbers; the higher of two is signed
    input  wire [PARTS-1:0]      carries,    // added to the term
    output wire [WIDTH-1:0]      next        // the entry's next value
);
    wire [WIDTH-1:0] low = {{(WIDTH-PART){1'b0}}, term[PART-1:0]};
    wire [WIDTH-1:0] more;                   // than the entry and the lower number

    generate
        if (PARTS == 1) begin : g_one
            assign more = {{(WIDTH-1){1'b0}}, carries};
        end else begin : g_two
            wire [PART-1:0] high = term[PART+:PART];
            assign more = {{(WIDTH-PART){high[PART-1]}}, high}
                + {{(WIDTH-1){1'b0}}, carries[0]} + {{(WIDTH-1){1'b0}}, carries[1]};
        end
    endgenerate
    assign next = previous + low + more;
endmodule

`default_nettype wire
