// Clock gate: the enable is held from the falling edge on, so that the gated clock has whole pulses only. The AND stays
// a cell of its own for ppa/clock_gates.py, which gives every few registers one.
module clock_gate (
    input  clk,
    input  enable,
    output gated
);
    wire held;
    \$_DFF_N_ hold (.D(enable), .Q(held), .C(clk));
    clock_and gate (.clk(clk), .enable(held), .gated(gated));
endmodule
