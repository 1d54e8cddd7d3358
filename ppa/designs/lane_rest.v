// lane_rest: what follows a lane's tree: the registers of its numbers and the accumulation of one entry.
// `enable` takes `sums`; one cycle later `accumulate` adds them to the entry, or overwrites it with them (`first`).
`default_nettype none

module lane_rest #(
    parameter SUM_WIDTH   = 18,               // width of a number
    parameter ENTRY_WIDTH = 26                // width of the accumulator
) (
    input  wire                   clk,        // rising edge
    input  wire                   enable,     // the tree's numbers are valid
    input  wire                   accumulate, // the registered ones go to the entry
    input  wire                   first,      // with accumulate: overwrite
    input  wire [2*SUM_WIDTH-1:0] sums,       // as dot_lane has them
    input  wire [1:0]             carries,    // to be added
    output reg  [ENTRY_WIDTH-1:0] entry       // signed
);
    reg  [2*SUM_WIDTH-1:0] held;
    reg  [1:0]             held_carries;
    wire [ENTRY_WIDTH-1:0] next;

    entry_sum #(.PARTS(2), .PART(SUM_WIDTH), .WIDTH(ENTRY_WIDTH)) u_sum (
        .previous(first ? {ENTRY_WIDTH{1'b0}} : entry), .term(held), .carries(held_carries), .next(next)
    );

    always @(posedge clk) begin
        if (enable) {held, held_carries} <= {sums, carries};
        if (accumulate) entry <= next;
    end
endmodule

`default_nettype wire
