// dispatcher: hands the commands of the list to the queues of their units, in order.
// Combinational but for `ended`, which rises when the command END is taken and falls with `clear` or `start`. A command
// waits while its unit's queue is full, and those behind it too. An unknown opcode is taken and `illegal` for a cycle.
`default_nettype none
`include "aslog_defs.vh"

module dispatcher #(
    parameter UNITS = 4                                  // queues, in the order of ASLOG_UNIT_*
) (
    input  wire                           clk,           // rising edge
    input  wire                           clear,         // forget the list
    input  wire                           start,         // a list begins
    input  wire                           command_valid, // a command is there
    output wire                           command_ready, // taken
    input  wire [3:0]                     opcode,        // of its header
    output wire [UNITS-1:0]               queue_valid,   // for each unit's queue
    input  wire [UNITS-1:0]               queue_ready,   // taken
    output reg                            ended,         // END is taken
    output wire                           illegal        // one cycle: unknown opcode
);
    wire [UNITS-1:0] unit;
    assign unit[`ASLOG_UNIT_LOAD] = opcode == `ASLOG_OPCODE_LOAD;
    assign unit[`ASLOG_UNIT_LAYER] = opcode == `ASLOG_OPCODE_LAYER;
    assign unit[`ASLOG_UNIT_VECTOR] = opcode == `ASLOG_OPCODE_VECTOR;
    assign unit[`ASLOG_UNIT_STORE] = opcode == `ASLOG_OPCODE_STORE;

    assign queue_valid = {UNITS{command_valid}} & unit;
    assign command_ready = (unit & ~queue_ready) == {UNITS{1'b0}};
    assign illegal = command_valid && unit == {UNITS{1'b0}} && opcode != `ASLOG_OPCODE_END;

    always @(posedge clk) begin
        if (command_valid && opcode == `ASLOG_OPCODE_END) ended <= 1'b1;
        if (clear || start) ended <= 1'b0;
    end
endmodule

`default_nettype wire
