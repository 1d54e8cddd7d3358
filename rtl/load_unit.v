// load_unit: runs `transfer` commands from memory to a buffer: reads the lines in AXI bursts, OUTSTANDING of them
// ahead of the data, and writes their words. One beat or one word a cycle, whichever is more. `done` follows the last
// write by one cycle, or the command when the transfer is empty.
// A target that is none, or a beat with SLVERR or DECERR, is reported once (`error`); then and in `clear` no burst is
// issued, beats are dropped, and nothing is written. `clear`, held until `quiet`, makes the unit ready for the next
// command. r_ready depends on r_valid, r_response, and activation_write_ready of the same cycle.
`default_nettype none
`include "aslog_defs.vh"

module load_unit #(
    parameter IC_LANES    = 16,               // bytes of an activation word, codes of a weight word: 4 to 64
    parameter DATA_WIDTH  = 128,              // bits of a beat: 64, 128 or 256
    parameter BURST       = 64,               // most beats of a burst, a power of two from 2 to 256
    parameter OUTSTANDING = 8                 // most bursts on their way
) (
    input  wire                            clk,                     // rising edge
    input  wire                            rst,                     // synchronous reset
    input  wire                            clear,                   // give the command up
    input  wire                            command_valid,           // a command is offered
    output wire                            command_ready,           // it is taken
    input  wire [`ASLOG_TRANSFER_BITS-1:0] command,                 // transfer
    output reg                             done,                    // one cycle: the command is complete
    output wire                            quiet,                   // no burst is on its way
    output reg                             error,                   // one cycle: a beat or the command was refused
    output reg  [1:0]                      error_response,          // with error: its response, 1: the command
    output reg  [31:0]                     error_address,           // with error: its address, or the transfer's
    output wire                            ar_valid,                // AXI read address channel
    input  wire                            ar_ready,                // the burst is taken
    output wire [31:0]                     ar_address,              // bytes, a multiple of the beat
    output wire [7:0]                      ar_length,               // beats less one
    input  wire                            r_valid,                 // AXI read data channel
    output wire                            r_ready,                 // the beat is taken
    input  wire [DATA_WIDTH-1:0]           r_data,                  // byte 0 lowest
    input  wire [1:0]                      r_response,              // OKAY, EXOKAY, SLVERR, DECERR
    input  wire                            r_last,                  // the burst's last beat
    output wire                            activation_write_valid,  // write a word of the activation buffer
    input  wire                            activation_write_ready,  // it is written
    output wire [23:0]                     activation_write_address, // the word's place
    output wire [IC_LANES*8-1:0]           activation_write_data,   // byte 0 lowest
    output wire                            weight_write_enable,     // write a row of the weight buffer
    output wire [23:0]                     weight_write_address,    // the row's place
    output wire [IC_LANES*4-1:0]           weight_write_data,       // code 0 lowest
    output wire                            parameter_write_enable,  // write a word of the parameter buffer
    output wire [23:0]                     parameter_write_address, // the word's place
    output wire [`ASLOG_PARAMETER_BITS-1:0] parameter_write_data    // parameter record
);
    localparam LANES_LOG = $clog2(IC_LANES);
    localparam PARAMETER_BYTES_LOG = $clog2(`ASLOG_TRANSFER_PARAMETER_BYTES);
    localparam BW = $clog2(DATA_WIDTH / 8);
    localparam PARAMETER_WIDTH = `ASLOG_TRANSFER_PARAMETER_BYTES * 8;
    localparam WORD_WIDTH = IC_LANES * 8 > PARAMETER_WIDTH ? IC_LANES * 8 : PARAMETER_WIDTH;
    localparam [2:0] ACTIVATION_LOG = LANES_LOG[2:0];
    localparam [2:0] WEIGHT_LOG = ACTIVATION_LOG - 1'b1;
    localparam [2:0] PARAMETER_LOG = PARAMETER_BYTES_LOG[2:0];

    // the command and its state
    reg [`ASLOG_TRANSFER_BITS-1:0] transfer;
    reg busy, start, failed;
    wire stop = clear || failed;
    wire empty = command[`ASLOG_TRANSFER_LINES] == 0 || command[`ASLOG_TRANSFER_WORDS] == 0;
    wire activation = transfer[`ASLOG_TRANSFER_TARGET] == `ASLOG_TARGET_ACTIVATION;
    wire weight = transfer[`ASLOG_TRANSFER_TARGET] == `ASLOG_TARGET_WEIGHT;
    wire take = command_valid && command_ready;
    wire illegal = take && command[`ASLOG_TRANSFER_TARGET] > `ASLOG_TARGET_PARAMETER;
    wire runs = take && !illegal && !empty;
    wire [2:0] word_log = activation ? ACTIVATION_LOG : weight ? WEIGHT_LOG : PARAMETER_LOG;

    wire word_valid, word_last, written;
    wire bad = r_valid && busy && !stop && r_response[1];
    assign command_ready = !busy && !stop;

    always @(posedge clk) begin
        start <= runs;
        done <= take && !illegal && empty;
        if (take) begin
            transfer <= command;
            busy <= runs;
        end
        if (written && word_last) begin
            busy <= 1'b0;
            done <= 1'b1;
        end
        error <= bad || illegal;
        if (bad || illegal) failed <= 1'b1;
        if (rst || clear) begin
            busy <= 1'b0;
            start <= 1'b0;
            done <= 1'b0;
            failed <= 1'b0;
            error <= 1'b0;
        end
    end

    // bursts
    wire burst_valid, burst_ready;
    wire [31:0] burst_address;
    wire [7:0]  burst_length;
    burst_walker #(.DATA_WIDTH(DATA_WIDTH), .BURST(BURST)) u_bursts (
        .clk(clk), .clear(rst || stop), .start(start), .address(transfer[`ASLOG_TRANSFER_ADDRESS]),
        .pitch(transfer[`ASLOG_TRANSFER_PITCH]), .lines(transfer[`ASLOG_TRANSFER_LINES]),
        .words(transfer[`ASLOG_TRANSFER_WORDS]), .word_log(word_log), .burst_valid(burst_valid),
        .burst_ready(burst_ready), .burst_address(burst_address), .burst_length(burst_length)
    );
    burst_issue #(.OUTSTANDING(OUTSTANDING)) u_issue (
        .clk(clk), .rst(rst), .stop(stop), .burst_valid(burst_valid), .burst_ready(burst_ready),
        .burst_address(burst_address), .burst_length(burst_length), .finish(r_valid && r_ready && r_last),
        .quiet(quiet), .address_valid(ar_valid), .address_ready(ar_ready), .address(ar_address),
        .address_length(ar_length)
    );

    // words
    wire [31:0] word_address;
    wire [23:0] place;
    wire        word_active, line_last, beat_ready;
    wire [2:0]  part;
    /* verilator lint_off UNUSEDSIGNAL */ // a parameter word has more bits than its record
    wire [WORD_WIDTH-1:0] word;
    /* verilator lint_on UNUSEDSIGNAL */
    wire        word_ready = !activation || activation_write_ready;
    assign written = word_valid && word_ready;
    assign r_ready = stop || !word_active || (r_valid && (r_response[1] || beat_ready));
    word_walker u_words (
        .clk(clk), .clear(rst || stop), .start(start), .transfer(transfer), .word_log(word_log), .next(written),
        .active(word_active), .address(word_address), .buffer_address(place), .line_last(line_last), .last(word_last)
    );
    beat_unpacker #(.DATA_WIDTH(DATA_WIDTH), .WORD_WIDTH(WORD_WIDTH)) u_unpacker (
        .clk(clk), .clear(rst || stop), .word_log(word_log), .offset(word_address[BW-1:0]), .line_last(line_last),
        .beat_valid(r_valid && word_active && !stop && !r_response[1]), .beat_ready(beat_ready), .beat_data(r_data),
        .part(part), .word_valid(word_valid), .word_ready(word_ready), .word_data(word)
    );
    always @(posedge clk) begin
        error_response <= illegal ? 2'd1 : r_response;
        error_address <= illegal ? command[`ASLOG_TRANSFER_ADDRESS]
            : {word_address[31:BW] | {{(29-BW){1'b0}}, part}, {BW{1'b0}}};
    end

    assign activation_write_valid = word_valid && activation;
    assign activation_write_address = place;
    assign activation_write_data = word[IC_LANES*8-1:0];
    assign weight_write_enable = word_valid && weight;
    assign weight_write_address = place;
    assign weight_write_data = word[IC_LANES*4-1:0];
    assign parameter_write_enable = word_valid && !activation && !weight;
    assign parameter_write_address = place;
    assign parameter_write_data = word[`ASLOG_PARAMETER_BITS-1:0];
endmodule

`default_nettype wire
