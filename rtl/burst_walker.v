// burst_walker: the AXI bursts that cover the lines of a transfer, in order.
// `start` (one cycle; the transfer is stable from then on, lines and words are not zero) begins; from the next cycle
// on a burst is offered valid/ready, one a cycle. A burst ends with its line or at a multiple of its greatest size,
// and so never crosses 4 KiB; its address is a multiple of the beat's size. `clear` withdraws the burst and stops.
`default_nettype none
`include "aslog_defs.vh"

module burst_walker #(
    parameter DATA_WIDTH = 128,         // bits of a beat
    parameter BURST      = 64           // most beats of a burst, a power of two from 2 to 256
) (
    input  wire        clk,             // rising edge
    input  wire        clear,           // stop at once
    input  wire        start,           // a transfer begins
    input  wire [31:0] address,         // bytes, of the first line
    input  wire [31:0] pitch,           // bytes from a line to the next
    input  wire [12:0] lines,           // number of lines
    input  wire [23:0] words,           // of a line
    input  wire [2:0]  word_log,        // log2 of the bytes of a word
    output wire        burst_valid,     // a burst is offered
    input  wire        burst_ready,     // it is taken
    output wire [31:0] burst_address,   // bytes, of its first beat
    output wire [7:0]  burst_length     // its beats less one
);
    localparam BYTES = DATA_WIDTH / 8;
    localparam PAGE = 4096 / BYTES;     // beats of 4 KiB
    localparam MOST = BURST < PAGE ? BURST : PAGE;
    localparam BW = $clog2(BYTES);
    localparam AW = 32 - BW;            // bits of a beat's number
    localparam [AW-1:0] INSIDE = MOST[AW-1:0] - 1'b1;

    reg [31:0]   first, final_byte;     // of the line
    reg [AW-1:0] beat;                  // first of the burst
    reg [12:0]   left;                  // lines from this one on

    wire [31:0]   line_bytes = {8'b0, words} << word_log;
    wire [31:0]   next_line = first + pitch;
    wire [AW-1:0] line_end = final_byte[31:BW];
    wire [AW-1:0] block_end = beat | INSIDE;
    wire          ends_line = line_end <= block_end;
    wire [AW-1:0] last = ends_line ? line_end : block_end;

    assign burst_valid = left != 13'd0;
    assign burst_address = {beat, {BW{1'b0}}};
    assign burst_length = last[7:0] - beat[7:0];

    always @(posedge clk) begin
        if (burst_valid && burst_ready) begin
            beat <= last + 1'b1;
            if (ends_line) begin
                left <= left - 1'b1;
                first <= next_line;
                final_byte <= final_byte + pitch;
                beat <= next_line[31:BW];
            end
        end
        if (start) begin
            left <= lines;
            first <= address;
            final_byte <= address + line_bytes - 1'b1;
            beat <= address[31:BW];
        end
        if (clear) left <= 13'd0;
    end
endmodule

`default_nettype wire
