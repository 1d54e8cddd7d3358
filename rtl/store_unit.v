// store_unit: runs `transfer` commands from the activation buffer to memory: reads the words of the lines, packs
// them into beats and writes them in AXI bursts, whose addresses run up to OUTSTANDING bursts ahead of the last
// response. One beat or one word a cycle, whichever is more. `done` follows the last response by one cycle, or the
// command when the transfer is empty. A burst's data is never offered before its address.
// A response SLVERR or DECERR is reported once (`error`); then and in `clear` no burst is issued, those that are
// issued end with strobe 0, and their responses are awaited. `clear`, held until `quiet`, makes the unit ready for
// the next command; only it may withdraw read_valid.
`default_nettype none
`include "aslog_defs.vh"

module store_unit #(
    parameter IC_LANES    = 16,               // bytes of a word: 4 to 64
    parameter DATA_WIDTH  = 128,              // bits of a beat: 64, 128 or 256
    parameter BURST       = 64,               // most beats of a burst, a power of two from 2 to 256
    parameter OUTSTANDING = 8                 // most bursts without response
) (
    input  wire                            clk,            // rising edge
    input  wire                            rst,            // synchronous reset
    input  wire                            clear,          // give the command up
    input  wire                            command_valid,  // a command is offered
    output wire                            command_ready,  // it is taken
    input  wire [`ASLOG_TRANSFER_BITS-1:0] command,        // transfer; its target is not looked at
    output reg                             done,           // one cycle: the command is complete
    output wire                            quiet,          // no burst is on its way
    output reg                             error,          // one cycle: a burst was refused
    output reg  [1:0]                      error_response, // with error: its response
    output reg  [31:0]                     error_address,  // with error: its address
    output wire                            read_valid,     // read a word of the activation buffer
    input  wire                            read_ready,     // granted
    output wire [23:0]                     read_address,   // the word's place
    input  wire [IC_LANES*8-1:0]           read_data,      // one cycle after the grant
    output wire                            aw_valid,       // AXI write address channel
    input  wire                            aw_ready,       // the burst is taken
    output wire [31:0]                     aw_address,     // bytes, a multiple of the beat
    output wire [7:0]                      aw_length,      // beats less one
    output reg                             w_valid,        // AXI write data channel
    input  wire                            w_ready,        // the beat is taken
    output reg  [DATA_WIDTH-1:0]           w_data,         // byte 0 lowest
    output reg  [DATA_WIDTH/8-1:0]         w_strobe,       // bytes that are written
    output reg                             w_last,         // the burst's last beat
    input  wire                            b_valid,        // AXI write response channel
    output wire                            b_ready,        // always
    input  wire [1:0]                      b_response      // OKAY, EXOKAY, SLVERR, DECERR
);
    localparam LANES_LOG = $clog2(IC_LANES);
    localparam BW = $clog2(DATA_WIDTH / 8);
    localparam WORD_WIDTH = IC_LANES * 8;
    localparam [2:0] WORD_LOG = LANES_LOG[2:0];
    localparam WAITING = 4;                   // words read and not yet packed, enough for a word a cycle

    // the command and its state
    reg [`ASLOG_TRANSFER_BITS-1:0] transfer;
    reg busy, start, failed;
    wire stop = clear || failed;
    wire drop = rst || clear;
    wire empty = command[`ASLOG_TRANSFER_LINES] == 0 || command[`ASLOG_TRANSFER_WORDS] == 0;
    wire burst_valid;
    wire bad = b_valid && !stop && b_response[1];
    assign command_ready = !busy && !stop;
    assign b_ready = 1'b1;

    always @(posedge clk) begin
        start <= command_valid && command_ready && !empty;
        done <= command_valid && command_ready && empty;
        if (command_valid && command_ready) begin
            transfer <= command;
            busy <= !empty;
        end
        if (busy && !start && !burst_valid && quiet && !stop) begin
            busy <= 1'b0;
            done <= 1'b1;
        end
        error <= bad;
        if (bad) failed <= 1'b1;
        if (rst || clear) begin
            busy <= 1'b0;
            start <= 1'b0;
            done <= 1'b0;
            failed <= 1'b0;
            error <= 1'b0;
        end
    end

    // bursts, the lengths of those whose data is not complete, the addresses of those without response
    wire burst_ready, length_valid, last_beat;
    wire [31:0] burst_address, response_address;
    wire [7:0]  burst_length, length;
    wire issue = burst_valid && burst_ready;
    burst_walker #(.DATA_WIDTH(DATA_WIDTH), .BURST(BURST)) u_bursts (
        .clk(clk), .clear(drop || failed), .start(start), .address(transfer[`ASLOG_TRANSFER_ADDRESS]),
        .pitch(transfer[`ASLOG_TRANSFER_PITCH]), .lines(transfer[`ASLOG_TRANSFER_LINES]),
        .words(transfer[`ASLOG_TRANSFER_WORDS]), .word_log(WORD_LOG), .burst_valid(burst_valid),
        .burst_ready(burst_ready), .burst_address(burst_address), .burst_length(burst_length)
    );
    burst_issue #(.OUTSTANDING(OUTSTANDING)) u_issue (
        .clk(clk), .rst(rst), .stop(stop), .burst_valid(burst_valid), .burst_ready(burst_ready),
        .burst_address(burst_address), .burst_length(burst_length), .finish(b_valid), .quiet(quiet),
        .address_valid(aw_valid), .address_ready(aw_ready), .address(aw_address), .address_length(aw_length)
    );
    /* verilator lint_off PINCONNECTEMPTY */ // there is room for every burst that is issued
    stream_fifo #(.WIDTH(8), .DEPTH(OUTSTANDING)) u_lengths (
        .clk(clk), .clear(rst), .in_valid(issue), .in_ready(), .in_data(burst_length),
        .out_valid(length_valid), .out_ready(last_beat), .out_data(length)
    );
    stream_fifo #(.WIDTH(32), .DEPTH(OUTSTANDING)) u_addresses (
        .clk(clk), .clear(rst), .in_valid(issue), .in_ready(), .in_data(burst_address),
        .out_valid(), .out_ready(b_valid), .out_data(response_address)
    );
    /* verilator lint_on PINCONNECTEMPTY */
    always @(posedge clk) begin
        error_response <= b_response;
        error_address <= response_address;
    end

    // words: read ahead as far as there is room
    wire [BW-1:0] offset;
    wire word_active, line_last, word_valid, word_ready, word_line_last;
    wire [WORD_WIDTH-1:0] word;
    wire [BW-1:0] word_offset;
    store_reader #(.WORD_WIDTH(WORD_WIDTH), .TAG(BW + 1), .WAITING(WAITING)) u_reader (
        .clk(clk), .clear(drop), .place_valid(word_active), .place_tag({line_last, offset}),
        .read_valid(read_valid), .read_ready(read_ready), .read_data(read_data),
        .word_valid(word_valid), .word_ready(word_ready), .word(word), .word_tag({word_line_last, word_offset})
    );
    /* verilator lint_off UNUSEDSIGNAL */ // of the address only the place in a beat
    wire [31:0] word_address;
    /* verilator lint_on UNUSEDSIGNAL */
    assign offset = word_address[BW-1:0];
    /* verilator lint_off PINCONNECTEMPTY */ // the bursts tell the end
    word_walker u_words (
        .clk(clk), .clear(drop), .start(start), .transfer(transfer), .word_log(WORD_LOG),
        .next(read_valid && read_ready), .active(word_active), .address(word_address),
        .buffer_address(read_address), .line_last(line_last), .last()
    );
    /* verilator lint_on PINCONNECTEMPTY */

    // beats: those of the words, or after an error and in `clear` such as write nothing
    wire packed_valid;
    wire [DATA_WIDTH-1:0] packed_data;
    wire [DATA_WIDTH/8-1:0] packed_strobe;
    wire advance = !w_valid || w_ready;
    wire beat = advance && length_valid && (stop || packed_valid);
    reg [7:0] number;                         // of the beat in its burst
    assign last_beat = beat && number == length;
    beat_packer #(.DATA_WIDTH(DATA_WIDTH), .WORD_WIDTH(WORD_WIDTH)) u_packer (
        .clk(clk), .clear(drop), .word_valid(word_valid), .word_ready(word_ready), .word_data(word),
        .word_offset(word_offset), .word_line_last(word_line_last), .beat_valid(packed_valid),
        .beat_ready(advance && length_valid), .beat_data(packed_data), .beat_strobe(packed_strobe)
    );
    always @(posedge clk) begin
        if (advance) begin
            w_valid <= beat;
            w_data <= packed_data;
            w_strobe <= stop ? {DATA_WIDTH/8{1'b0}} : packed_strobe;
            w_last <= last_beat;
        end
        if (beat) number <= last_beat ? 8'd0 : number + 1'b1;
        if (rst) begin
            w_valid <= 1'b0;
            number <= 8'd0;
        end
    end
endmodule

`default_nettype wire
