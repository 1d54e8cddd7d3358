// fetch_unit: reads a list of commands ahead of use, in AXI bursts of FETCH_BYTES, and gives them in order.
// `start` (one cycle, while `quiet`) begins at list_address, a multiple of FETCH_BYTES. A burst is only asked for
// when there is room for its commands, so that r_ready is always high. Nothing behind the command END is read for
// use: no burst is issued once END has come, and what was asked for too much is dropped, whatever its response.
// A beat before END with SLVERR or DECERR is reported once (`error`); then and in `clear` no burst is issued and
// beats are dropped. `clear`, held until `quiet`, makes the unit ready for the next start; it withdraws the command.
`default_nettype none
`include "aslog_defs.vh"

module fetch_unit #(
    parameter DATA_WIDTH = 128                     // bits of a beat: 64, 128 or 256
) (
    input  wire                            clk,            // rising edge
    input  wire                            rst,            // synchronous reset
    input  wire                            clear,          // give the list up
    input  wire                            start,          // begin a list
    input  wire [31:0]                     list_address,   // bytes
    output wire                            command_valid,  // a command is offered
    input  wire                            command_ready,  // it is taken
    output wire [`ASLOG_COMMAND_WIDTH-1:0] command,        // header and payload
    output wire                            quiet,          // no burst is on its way
    output reg                             error,          // one cycle: a beat was refused
    output reg  [1:0]                      error_response, // with error: its response
    output reg  [31:0]                     error_address,  // with error: its address
    output wire                            ar_valid,       // AXI read address channel
    input  wire                            ar_ready,       // the burst is taken
    output wire [31:0]                     ar_address,     // bytes, a multiple of FETCH_BYTES
    output wire [7:0]                      ar_length,      // beats less one
    input  wire                            r_valid,        // AXI read data channel
    output wire                            r_ready,        // always
    input  wire [DATA_WIDTH-1:0]           r_data,         // byte 0 lowest
    input  wire [1:0]                      r_response,     // OKAY, EXOKAY, SLVERR, DECERR
    input  wire                            r_last          // the burst's last beat
);
    localparam FETCH_BYTES = 256;                  // of a burst
    localparam WIDTH = `ASLOG_COMMAND_WIDTH;
    localparam WAITING = 8;                        // commands that are held
    localparam BYTES = DATA_WIDTH / 8;
    localparam PARTS = WIDTH / DATA_WIDTH;         // beats of a command
    localparam PW = $clog2(PARTS);
    localparam CW = $clog2(WAITING + 1);
    localparam COMMANDS = FETCH_BYTES * 8 / WIDTH; // of a burst
    localparam ROOM = WAITING - COMMANDS;

    reg            active;                         // until END is given
    reg            ended;                          // END has come
    reg            failed;
    reg [31:0]     fetch_address, beat_address;    // of the next burst and beat
    reg [CW-1:0]   claimed;                        // commands held or asked for
    reg [PW-1:0]   part;                           // beat of the command
    reg [WIDTH-DATA_WIDTH-1:0] kept;               // its beats before
    wire           stop = clear || failed;

    wire burst_valid = active && !ended && claimed <= ROOM[CW-1:0];
    wire burst_ready;
    localparam [31:0] LENGTH = FETCH_BYTES / BYTES - 1;
    burst_issue #(.OUTSTANDING(WAITING / COMMANDS)) u_issue (
        .clk(clk), .rst(rst), .stop(stop), .burst_valid(burst_valid), .burst_ready(burst_ready),
        .burst_address(fetch_address), .burst_length(LENGTH[7:0]), .finish(r_valid && r_last), .quiet(quiet),
        .address_valid(ar_valid), .address_ready(ar_ready), .address(ar_address), .address_length(ar_length)
    );

    wire wanted = r_valid && active && !ended && !stop;
    wire bad = wanted && r_response[1];
    wire complete = wanted && !bad && part == {PW{1'b1}};
    wire [WIDTH-1:0] whole = {r_data, kept};
    wire last_command = whole[`ASLOG_COMMAND_OPCODE] == `ASLOG_OPCODE_END;
    assign r_ready = 1'b1;
    /* verilator lint_off PINCONNECTEMPTY */       // room is claimed before
    stream_fifo #(.WIDTH(WIDTH), .DEPTH(WAITING)) u_commands (
        .clk(clk), .clear(rst || stop), .in_valid(complete), .in_ready(), .in_data(whole),
        .out_valid(command_valid), .out_ready(command_ready), .out_data(command)
    );
    /* verilator lint_on PINCONNECTEMPTY */
    wire issue = burst_valid && burst_ready;
    wire taken = command_valid && command_ready;

    always @(posedge clk) begin
        if (issue) fetch_address <= fetch_address + FETCH_BYTES;
        claimed <= claimed + (issue ? COMMANDS[CW-1:0] : {CW{1'b0}}) - {{(CW-1){1'b0}}, taken};
        if (wanted) begin
            beat_address <= beat_address + BYTES;
            part <= part + 1'b1;
            kept <= whole[WIDTH-1:DATA_WIDTH];
        end
        if (complete && last_command) ended <= 1'b1;
        if (taken && command[`ASLOG_COMMAND_OPCODE] == `ASLOG_OPCODE_END) active <= 1'b0;
        error <= bad;
        error_response <= r_response;
        error_address <= beat_address;
        if (bad) failed <= 1'b1;
        if (start) begin
            active <= 1'b1;
            ended <= 1'b0;
            fetch_address <= list_address;
            beat_address <= list_address;
            claimed <= {CW{1'b0}};
            part <= {PW{1'b0}};
        end
        if (rst || clear) begin
            active <= 1'b0;
            failed <= 1'b0;
            error <= 1'b0;
        end
    end
endmodule

`default_nettype wire
