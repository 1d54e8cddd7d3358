// unit_queue: the commands of one unit, and the tokens that order it among the units.
// A command is handed over (valid/ready) when the one before is `done` and each unit of its wait mask has given a
// token (`tokens`), which are taken in the same cycle (`taken`). With `done` the units of its signal mask get one
// (`given`). `number` is that of the command in the unit, `running` while it is there. `clear` drops everything.
`default_nettype none
`include "aslog_defs.vh"

module unit_queue #(
    parameter BITS  = 164,                             // of a payload
    parameter DEPTH = 4,                               // commands that wait; a power of two
    parameter UNITS = 4                                // units that tokens come from and go to
) (
    input  wire                           clk,         // rising edge
    input  wire                           clear,       // drop everything
    input  wire                           in_valid,    // a command is offered
    output wire                           in_ready,    // taken
    /* verilator lint_off UNUSEDSIGNAL */ // the opcode has brought it here
    input  wire [`ASLOG_COMMAND_BITS-1:0] in_header,   // its header
    /* verilator lint_on UNUSEDSIGNAL */
    input  wire [BITS-1:0]                in_payload,  // its payload
    input  wire [UNITS-1:0]               tokens,      // units that have given a token
    output wire [UNITS-1:0]               taken,       // one cycle: a token is taken from each
    output wire [UNITS-1:0]               given,       // one cycle: a token is given to each
    output wire                           valid,       // a command for the unit
    input  wire                           ready,       // the unit takes it
    output wire [BITS-1:0]                payload,     // its payload
    input  wire                           done,        // one cycle: the unit has done it
    output reg                            running,     // a command is in the unit
    output reg  [19:0]                    number,      // its number
    output wire                           idle         // no command waits or runs
);
    localparam PW = $clog2(DEPTH);
    localparam HW = `ASLOG_COMMAND_BITS;

    reg  [HW+BITS-1:0] slots [0:DEPTH-1];
    reg  [PW:0]        head, tail;                     // one bit more than an index
    reg  [UNITS-1:0]   signal;                         // of the command in the unit

    /* verilator lint_off UNUSEDSIGNAL */ // as above
    wire [HW-1:0] header;
    /* verilator lint_on UNUSEDSIGNAL */
    wire          empty = head == tail;
    wire          accept = valid && ready;
    assign {header, payload} = slots[head[PW-1:0]];
    wire [UNITS-1:0] wanted = header[`ASLOG_COMMAND_WAIT];
    assign in_ready = head[PW-1:0] != tail[PW-1:0] || empty;
    assign valid = !empty && !running && (wanted & ~tokens) == {UNITS{1'b0}};
    assign taken = {UNITS{accept}} & wanted;
    assign given = {UNITS{running && done}} & signal;
    assign idle = empty && !running;

    always @(posedge clk) begin
        if (in_valid && in_ready) begin
            slots[tail[PW-1:0]] <= {in_header, in_payload};
            tail <= tail + 1'b1;
        end
        if (done) running <= 1'b0;
        if (accept) begin
            running <= 1'b1;
            head <= head + 1'b1;
            signal <= header[`ASLOG_COMMAND_SIGNAL];
            number <= header[`ASLOG_COMMAND_NUMBER];
        end
        if (clear) begin
            running <= 1'b0;
            number <= 20'd0;
            head <= {(PW+1){1'b0}};
            tail <= {(PW+1){1'b0}};
        end
    end
endmodule

`default_nettype wire
