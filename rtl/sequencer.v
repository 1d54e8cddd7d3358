// sequencer: takes a layer descriptor, has it checked, runs the layer, and reports status and counters.
// `descriptor_valid`/`descriptor_ready`: ready only when idle. `check_start` asks layer_check; `start` begins the
// layer, with `layer` stable until the next descriptor is taken. `done` is high for one cycle at the end of a layer,
// with `error` held until the next descriptor. A bad parameter word stops the layer at once (`clear`). The counters run
// from the accepted descriptor to done; cycles is the sum of the others.
`default_nettype none
`include "aslog_defs.vh"

module sequencer (
    input  wire        clk,                                     // rising edge
    input  wire        rst,                                     // synchronous, active high
    input  wire        descriptor_valid,                        // a descriptor is offered
    output wire        descriptor_ready,                        // and taken
    input  wire [`ASLOG_DESCRIPTOR_BITS-1:0] descriptor,        // packed record
    output reg  [`ASLOG_DESCRIPTOR_BITS-1:0] layer,             // the descriptor in work
    output reg         check_start,                             // one cycle: check `layer`
    input  wire        check_done,                              // one cycle, with check_error
    input  wire [3:0]  check_error,                             // ASLOG_ERROR_*
    output wire        start,                                   // one cycle: the layer begins
    output wire        clear,                                   // stop everything
    input  wire        bad_meta,                                // parameter word with reserved metadata
    input  wire        bad_shift,                               // parameter word with a reserved shift
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] bad_index, // its output channel
    input  wire        finished,                                // everything of the layer is out
    input  wire        computing,                               // the array takes an operand
    input  wire        filling,                                 // a vector only fills the depthwise window
    input  wire        wait_weights,                            // the walker waits for weights
    input  wire        wait_drain,                              // the walker waits for an accumulator bank
    output reg         done,                                    // one cycle: the layer ended
    output reg  [3:0]  error,                                   // ASLOG_ERROR_*
    output reg  [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] error_index, // output channel of a bad parameter word
    output reg  [31:0] count_cycles,                            // from descriptor to done
    output reg  [31:0] count_busy,                              // computing
    output reg  [31:0] count_setup,                             // descriptor check
    output reg  [31:0] count_weights,                           // waiting for weights
    output reg  [31:0] count_drain,                             // waiting for an accumulator bank
    output reg  [31:0] count_window,                            // filling the depthwise window
    output reg  [31:0] count_tail,                              // draining the last stripe
    output reg  [5:0]  activity                                 // what this cycle counts as: tail, window, ... busy
);
    localparam IDLE = 2'd0, CHECK = 2'd1, RUN = 2'd2;

    reg  [1:0] state;
    wire       accept = descriptor_valid && descriptor_ready;
    wire       legal = check_error == `ASLOG_ERROR_NONE;
    wire       abort = state == RUN && (bad_meta || bad_shift);

    always @(*) begin
        if (state == CHECK) activity = 6'b000010;
        else if (state != RUN) activity = 6'b000000;
        else if (computing) activity = 6'b000001;
        else if (filling) activity = 6'b010000;
        else if (wait_weights) activity = 6'b000100;
        else if (wait_drain) activity = 6'b001000;
        else activity = 6'b100000;
    end

    assign descriptor_ready = state == IDLE && !rst;
    assign start = state == CHECK && check_done && legal;
    assign clear = rst || abort;

    always @(posedge clk) begin
        done <= 1'b0;
        check_start <= accept;
        if (accept) begin
            layer <= descriptor;
            state <= CHECK;
        end
        if (state != IDLE) count_cycles <= count_cycles + 1;
        if (activity[0]) count_busy <= count_busy + 1;
        if (activity[1]) count_setup <= count_setup + 1;
        if (activity[2]) count_weights <= count_weights + 1;
        if (activity[3]) count_drain <= count_drain + 1;
        if (activity[4]) count_window <= count_window + 1;
        if (activity[5]) count_tail <= count_tail + 1;
        if (state == CHECK && check_done) begin
            error <= check_error;
            done <= !legal;
            state <= legal ? RUN : IDLE;
        end
        if (state == RUN && finished) begin
            done <= 1'b1;
            state <= IDLE;
        end
        if (abort) begin
            error <= bad_meta ? `ASLOG_ERROR_METADATA : `ASLOG_ERROR_SHIFT;
            error_index <= bad_index;
            done <= 1'b1;
            state <= IDLE;
        end
        if (rst) begin
            state <= IDLE;
            done <= 1'b0;
            check_start <= 1'b0;
        end
        if (accept || rst) begin
            error <= `ASLOG_ERROR_NONE;
            error_index <= {`ASLOG_DIMENSION_CHANNEL_WIDTH{1'b0}};
            {count_cycles, count_busy, count_setup, count_weights, count_drain, count_window, count_tail} <= 224'd0;
        end
    end
endmodule

`default_nettype wire
