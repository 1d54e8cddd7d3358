// is_last: whether a count that begins at 0 is at its last value: count + 1 == total, modulo 2^WIDTH.
// Combinational, and no carry runs along: each bit of the sum is compared with the carry that the bit below would give
// if the sum were the total.
`default_nettype none

module is_last #(
    parameter WIDTH = 16             // of both
) (
    input  wire [WIDTH-1:0] count,   // the count
    input  wire [WIDTH-1:0] total,   // values that it takes, 0 for all
    output wire             last     // it is at the last of them
);
    assign last = (count ^ total) == {count[WIDTH-2:0] & ~total[WIDTH-2:0], 1'b1};
endmodule

`default_nettype wire
