// run_control: starts a network, ends it, and stops everything when something fails.
// `start` begins (`begin_list` for one cycle) when idle. The network is `done` when its list has ended and every unit
// is idle. A failure, the first of those that come, or `stop` raises `clear` until no transfer is on its way (`quiet`);
// then `failed` is high for one cycle with what failed.
`default_nettype none
`include "aslog_defs.vh"

module run_control #(
    parameter FAILURES = 6                               // kinds of failure, the first is kept
) (
    input  wire                  clk,                    // rising edge
    input  wire                  rst,                    // synchronous, active high
    input  wire                  start,                  // run a network
    input  wire                  stop,                   // stop it
    input  wire                  ended,                  // the list is at its end
    input  wire                  idle,                   // no unit has a command
    input  wire                  quiet,                  // no transfer is on its way
    input  wire [FAILURES-1:0]   fail,                   // one cycle each, see the registers' unit
    input  wire [FAILURES*4-1:0] fail_code,              // of each: what it was
    input  wire [FAILURES*32-1:0] fail_address,          // of each: where on the bus
    input  wire [FAILURES*32-1:0] fail_command,          // of each: number of the command
    input  wire [31:0]           fail_index,             // channel of a layer's bad parameter word
    output reg                   busy,                   // a network runs
    output wire                  begin_list,             // one cycle: it starts
    output wire                  clear,                  // everything is given up
    output reg                   done,                   // one cycle: the network is done
    output reg                   failed,                 // one cycle: it is not
    output reg  [2:0]            error_source,           // with failed, kept until the next: kind + 1
    output reg  [3:0]            error_code,             // its code
    output reg  [31:0]           error_address,          // its address
    output reg  [31:0]           error_command,          // its command
    output reg  [31:0]           error_index             // its channel
);
    reg  stopping;
    wire [FAILURES-1:0] fails = {stop, {(FAILURES-1){1'b0}}} | fail;

    assign begin_list = start && !busy;
    assign clear = rst || stopping;

    integer f;
    always @(posedge clk) begin
        done <= 1'b0;
        failed <= 1'b0;
        if (begin_list) busy <= 1'b1;
        if (busy && !stopping) begin
            if (ended && idle && quiet) begin
                busy <= 1'b0;
                done <= 1'b1;
            end
            if (fails != {FAILURES{1'b0}}) begin
                busy <= 1'b1;
                done <= 1'b0;
                stopping <= 1'b1;
            end
            for (f = FAILURES - 1; f >= 0; f = f - 1) begin
                if (fails[f]) begin
                    error_source <= f[2:0] + 3'd1;
                    error_code <= fail_code[f*4+:4];
                    error_address <= fail_address[f*32+:32];
                    error_command <= fail_command[f*32+:32];
                    error_index <= fail_index;
                end
            end
        end
        if (stopping && quiet) begin
            stopping <= 1'b0;
            busy <= 1'b0;
            failed <= 1'b1;
        end
        if (rst) begin
            busy <= 1'b0;
            stopping <= 1'b0;
        end
    end
endmodule

`default_nettype wire
