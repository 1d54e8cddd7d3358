// is_last_property: against its definition.
`default_nettype none

module is_last_property #(
    parameter WIDTH = 24             // of both
) (
    input  wire [WIDTH-1:0] count,   // the count
    input  wire [WIDTH-1:0] total,   // values that it takes
    output wire             expected, // the definition
    output wire             got,     // the module's
    output wire             legal,   // every input is
    output wire             right    // what is proven
);
    wire [WIDTH-1:0] next = count + 1'b1;
    is_last #(.WIDTH(WIDTH)) u_dut (.count(count), .total(total), .last(got));
    assign expected = next == total;
    assign legal = 1'b1;
    assign right = got == expected;
endmodule

`default_nettype wire
