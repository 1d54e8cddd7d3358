// counter_bank: the performance counters in the order of the register map: cycles, read_bytes, write_bytes, and one
// for each event. While `busy` each adds its own amount at every edge; `start` clears all. They wrap.
`default_nettype none
`include "aslog_defs.vh"

module counter_bank #(
    parameter WIDTH  = 48,                     // bits of a counter
    parameter BYTES  = 6,                      // bits of an amount of bytes
    parameter EVENTS = `ASLOG_REG_COUNTERS - 3 // counters of one bit
) (
    input  wire                        clk,         // rising edge
    input  wire                        rst,         // synchronous, active high: clear
    input  wire                        start,       // clear
    input  wire                        busy,        // count
    input  wire [BYTES-1:0]            read_bytes,  // read from memory in this cycle
    input  wire [BYTES-1:0]            write_bytes, // written to memory in this cycle
    input  wire [EVENTS-1:0]           events,      // bit 0: layer_busy
    output reg  [(3+EVENTS)*WIDTH-1:0] counters     // counter 0, cycles, lowest
);
    wire [3*WIDTH-1:0] amounts = {{{(WIDTH-BYTES){1'b0}}, write_bytes}, {{(WIDTH-BYTES){1'b0}}, read_bytes},
                                  {{(WIDTH-1){1'b0}}, 1'b1}};

    integer i;
    always @(posedge clk) begin
        if (rst || start) counters <= {((3+EVENTS)*WIDTH){1'b0}};
        else if (busy) begin
            for (i = 0; i < 3; i = i + 1)
                counters[i*WIDTH+:WIDTH] <= counters[i*WIDTH+:WIDTH] + amounts[i*WIDTH+:WIDTH];
            for (i = 0; i < EVENTS; i = i + 1)
                if (events[i]) counters[(3+i)*WIDTH+:WIDTH] <= counters[(3+i)*WIDTH+:WIDTH] + 1'b1;
        end
    end
endmodule

`default_nettype wire
