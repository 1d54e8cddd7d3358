// tb_sequencer: sequencer with its descriptor port as a stream `in`.
`default_nettype none
`include "aslog_defs.vh"

module tb_sequencer (
    input  wire        clk,
    input  wire        rst,
    input  wire        in_valid,
    output wire        in_ready,
    input  wire [`ASLOG_DESCRIPTOR_BITS-1:0] in_descriptor,
    output wire [`ASLOG_DESCRIPTOR_BITS-1:0] layer,             // from here on see sequencer
    output wire        check_start,
    input  wire        check_done,
    input  wire [3:0]  check_error,
    output wire        start,
    output wire        clear,
    input  wire        bad_meta,
    input  wire        bad_shift,
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] bad_index,
    input  wire        finished,
    input  wire        computing,
    input  wire        filling,
    input  wire        wait_weights,
    input  wire        wait_drain,
    output wire        done,
    output wire [3:0]  error,
    output wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] error_index,
    output wire [31:0] count_cycles,
    output wire [31:0] count_busy,
    output wire [31:0] count_setup,
    output wire [31:0] count_weights,
    output wire [31:0] count_drain,
    output wire [31:0] count_window,
    output wire [31:0] count_tail,
    output wire [5:0]  activity
);
    sequencer u_sequencer (
        .clk(clk), .rst(rst), .descriptor_valid(in_valid), .descriptor_ready(in_ready), .descriptor(in_descriptor),
        .layer(layer), .check_start(check_start), .check_done(check_done), .check_error(check_error), .start(start),
        .clear(clear), .bad_meta(bad_meta), .bad_shift(bad_shift), .bad_index(bad_index), .finished(finished),
        .computing(computing), .filling(filling), .wait_weights(wait_weights), .wait_drain(wait_drain), .done(done),
        .error(error), .error_index(error_index), .count_cycles(count_cycles), .count_busy(count_busy),
        .count_setup(count_setup), .count_weights(count_weights), .count_drain(count_drain),
        .count_window(count_window), .count_tail(count_tail), .activity(activity)
    );
endmodule

`default_nettype wire
