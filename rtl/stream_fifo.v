// stream_fifo: a queue of DEPTH entries between two valid/ready streams, in registers.
// No path from an input to an output within a cycle: an entry comes out one cycle after it went in, and in_ready
// falls only when the queue is full. One entry a cycle in and out from DEPTH 2 on. `clear` drops what it holds.
`default_nettype none

module stream_fifo #(
    parameter WIDTH = 8,                // bits of an entry
    parameter DEPTH = 2                 // entries, 2 or more
) (
    input  wire             clk,        // rising edge
    input  wire             clear,      // drop everything
    input  wire             in_valid,   // stream in
    output wire             in_ready,   // the entry is taken
    input  wire [WIDTH-1:0] in_data,    // entry in
    output wire             out_valid,  // stream out
    input  wire             out_ready,  // the entry is taken
    output wire [WIDTH-1:0] out_data    // entry out
);
    localparam PW = $clog2(DEPTH);
    localparam CW = $clog2(DEPTH + 1);
    localparam [PW-1:0] LAST = DEPTH[PW-1:0] - 1'b1;
    localparam [CW-1:0] FULL = DEPTH[CW-1:0];

    reg [WIDTH-1:0] entries [0:DEPTH-1];
    reg [PW-1:0]    head, tail;         // next to go out, next free
    reg [CW-1:0]    count;              // entries held

    assign in_ready = count != FULL;
    assign out_valid = count != {CW{1'b0}};
    assign out_data = entries[head];

    wire push = in_valid && in_ready;
    wire pop = out_valid && out_ready;

    always @(posedge clk) begin
        if (push) begin
            entries[tail] <= in_data;
            tail <= tail == LAST ? {PW{1'b0}} : tail + 1'b1;
        end
        if (pop) head <= head == LAST ? {PW{1'b0}} : head + 1'b1;
        if (push && !pop) count <= count + 1'b1;
        if (pop && !push) count <= count - 1'b1;
        if (clear) begin
            head <= {PW{1'b0}};
            tail <= {PW{1'b0}};
            count <= {CW{1'b0}};
        end
    end
endmodule

`default_nettype wire
