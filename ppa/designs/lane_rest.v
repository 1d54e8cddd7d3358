// lane_rest: what follows a lane's tree: the register of the sum and the accumulation of one entry.
// `enable` takes `sum`; one cycle later `accumulate` adds it to the entry, or overwrites the entry with it (`first`).
`default_nettype none

module lane_rest #(
    parameter SUM_WIDTH   = 21,               // width of the tree's sum
    parameter ENTRY_WIDTH = 28                // width of the accumulator
) (
    input  wire                   clk,        // rising edge
    input  wire                   enable,     // the tree's sum is valid
    input  wire                   accumulate, // the registered sum goes to the entry
    input  wire                   first,      // with accumulate: overwrite
    input  wire [SUM_WIDTH-1:0]   sum,        // signed
    output reg  [ENTRY_WIDTH-1:0] entry       // signed
);
    reg  [SUM_WIDTH-1:0]   held;
    wire [ENTRY_WIDTH-1:0] wide = {{(ENTRY_WIDTH-SUM_WIDTH){held[SUM_WIDTH-1]}}, held};

    always @(posedge clk) begin
        if (enable) held <= sum;
        if (accumulate) entry <= first ? wide : entry + wide;
    end
endmodule

`default_nettype wire
