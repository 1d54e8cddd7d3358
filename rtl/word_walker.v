// word_walker: the words of a transfer in order, each with its place in memory and in the buffer.
// `start` (one cycle; the transfer is stable from then on, lines and words are not zero) begins; from the next cycle
// on the outputs describe a word, and `next` goes to the following one. `clear` stops.
`default_nettype none
`include "aslog_defs.vh"

module word_walker (
    input  wire                          clk,            // rising edge
    input  wire                          clear,          // stop at once
    input  wire                          start,          // a transfer begins
    /* verilator lint_off UNUSEDSIGNAL */               // the target is in word_log
    input  wire [`ASLOG_TRANSFER_BITS-1:0] transfer,     // it
    /* verilator lint_on UNUSEDSIGNAL */
    input  wire [2:0]                    word_log,       // log2 of the bytes of a word
    input  wire                          next,           // go to the following word
    output wire                          active,         // there is a word
    output reg  [31:0]                   address,        // its bytes in memory
    output reg  [23:0]                   buffer_address, // its place in the buffer
    output wire                          line_last,      // it is the last of its line
    output wire                          last            // and of the transfer
);
    wire [31:0] pitch = transfer[`ASLOG_TRANSFER_PITCH];
    wire [23:0] words = transfer[`ASLOG_TRANSFER_WORDS];
    wire [12:0] step = transfer[`ASLOG_TRANSFER_STEP];
    wire [23:0] line_step = transfer[`ASLOG_TRANSFER_LINE_STEP];

    reg [31:0] line_address;             // of the line's first word
    reg [23:0] line_base;                // its place in the buffer
    reg [23:0] words_left;               // of the line, from this one on
    reg [12:0] lines_left;               // from this one on

    wire [31:0] next_address = line_address + pitch;
    wire [23:0] next_base = line_base + line_step;

    assign active = lines_left != 13'd0;
    assign line_last = words_left == 24'd1;
    assign last = line_last && lines_left == 13'd1;

    always @(posedge clk) begin
        if (next && !line_last) begin
            words_left <= words_left - 1'b1;
            address <= address + (32'd1 << word_log);
            buffer_address <= buffer_address + {11'b0, step};
        end
        if (next && line_last) begin
            words_left <= words;
            lines_left <= lines_left - 1'b1;
            line_address <= next_address;
            address <= next_address;
            line_base <= next_base;
            buffer_address <= next_base;
        end
        if (start) begin
            words_left <= words;
            lines_left <= transfer[`ASLOG_TRANSFER_LINES];
            line_address <= transfer[`ASLOG_TRANSFER_ADDRESS];
            address <= transfer[`ASLOG_TRANSFER_ADDRESS];
            line_base <= transfer[`ASLOG_TRANSFER_BASE];
            buffer_address <= transfer[`ASLOG_TRANSFER_BASE];
        end
        if (clear) lines_left <= 13'd0;
    end
endmodule

`default_nettype wire
