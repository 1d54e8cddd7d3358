// lane_rest: what follows a lane's trees: the registers of their sums and the accumulation of one entry.
// `enable` takes `halves`; one cycle later `accumulate` adds them to the entry, or overwrites it with them (`first`).
`default_nettype none

module lane_rest #(
    parameter HALF_WIDTH  = 18,               // width of a tree's sum
    parameter ENTRY_WIDTH = 28                // width of the accumulator
) (
    input  wire                   clk,        // rising edge
    input  wire                   enable,     // the trees' sums are valid
    input  wire                   accumulate, // the registered sums go to the entry
    input  wire                   first,      // with accumulate: overwrite
    input  wire [2*HALF_WIDTH-1:0] halves,    // signed
    input  wire [1:0]             carries,    // to be added to each
    output reg  [ENTRY_WIDTH-1:0] entry       // signed
);
    reg  [2*HALF_WIDTH-1:0] held;
    reg  [1:0]              held_carries;
    wire [ENTRY_WIDTH-1:0]  next;

    entry_sum #(.TERMS(2), .TERM(HALF_WIDTH), .WIDTH(ENTRY_WIDTH)) u_sum (
        .previous(entry), .first(first), .terms(held), .carries(held_carries), .next(next)
    );

    always @(posedge clk) begin
        if (enable) {held, held_carries} <= {halves, carries};
        if (accumulate) entry <= next;
    end
endmodule

`default_nettype wire
