// one_hot_mux: the word whose bit of `select` is set, 0 when none is. Combinational; at most one bit may be set.
`default_nettype none

module one_hot_mux #(
    parameter COUNT = 2,                     // words
    parameter WIDTH = 8                      // bits of a word
) (
    input  wire [COUNT-1:0]       select,    // which word
    input  wire [COUNT*WIDTH-1:0] words,     // word 0 lowest
    output reg  [WIDTH-1:0]       word       // the selected one
);
    integer i;
    always @* begin
        word = {WIDTH{1'b0}};
        for (i = 0; i < COUNT; i = i + 1) word = word | (words[i*WIDTH+:WIDTH] & {WIDTH{select[i]}});
    end
endmodule

`default_nettype wire
