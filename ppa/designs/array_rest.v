// array_rest: what the array needs beside its lanes, whatever makes the products: accumulation, BCE and PCF.
// One adder per lane, whose memory is outside (`previous`, `next`); S (array_window); the parameter bank; RQ_LANES
// requantization lanes with their BCE terms. Timing as in datapath and drain, without their control and back-pressure.
`default_nettype none
`include "aslog_defs.vh"

module array_rest #(
    parameter OC_LANES  = 16,                                    // lanes of the array
    parameter IC_LANES  = 16,                                    // activations of an operand
    parameter RQ_LANES  = 8,                                     // requantization lanes; divides OC_LANES
    parameter SUM_WIDTH = 18                                     // width of each number of a dot product
) (
    input  wire                                  clk,            // rising edge
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] x,        // the operand's activations
    input  wire                                  enable,         // the operand goes to the accumulation
    input  wire [OC_LANES*2*SUM_WIDTH-1:0]       sums,           // dot products as dot_lane has them, registered
    input  wire [OC_LANES*2-1:0]                 carries,        // to be added to them
    input  wire                                  first,          // the entries begin with these sums
    input  wire [OC_LANES*`ASLOG_ACCUMULATOR_WIDTH-1:0] previous, // entries from the memory
    output wire [OC_LANES*`ASLOG_ACCUMULATOR_WIDTH-1:0] next,    // entries to the memory
    input  wire [`ASLOG_WINDOW_WIDTH-1:0]        previous_window, // S from the memory
    output wire [`ASLOG_WINDOW_WIDTH-1:0]        next_window,    // S to the memory
    input  wire                                  write_enable,   // write `write_word` to the parameter bank
    input  wire                                  write_slot,     // its slot
    input  wire [$clog2(OC_LANES)-1:0]           row,            // its lane, or the lane whose metadata is read
    input  wire [`ASLOG_PARAMETER_BITS-1:0]      write_word,     // packed parameter record
    output wire [`ASLOG_METADATA_WIDTH-1:0]      meta,           // of lane `row`
    input  wire [2*OC_LANES/RQ_LANES-1:0]        read_select,    // one-hot {slot, group} that requantizes
    input  wire [OC_LANES/RQ_LANES-1:0]          read_group,     // one-hot: bit g for lanes g * RQ_LANES and up
    input  wire                                  drain,          // the entry goes to the requantization
    input  wire [OC_LANES*`ASLOG_ACCUMULATOR_WIDTH-1:0] drained, // a finished entry of each lane
    input  wire [`ASLOG_WINDOW_WIDTH-1:0]        drained_window, // its S
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]    zero_out,       // z_y
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]    clamp_low,      // lo
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]    clamp_high,     // hi
    output wire [RQ_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] y         // the group's output bytes, byte 0 lowest
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam CA = `ASLOG_ACCUMULATOR_WIDTH;
    localparam PW = `ASLOG_PARAMETER_BITS;
    localparam CHOICES = 2 * OC_LANES / RQ_LANES;                // {slot, group}

    reg  [4:1]             valid;                                // stages of the requantization with an entry
    reg  [3*CHOICES-1:CHOICES] selects;                          // of their entries
    wire [RQ_LANES*PW-1:0] words;
    wire [RQ_LANES*CA-1:0] group;
    one_hot_mux #(.COUNT(OC_LANES/RQ_LANES), .WIDTH(RQ_LANES*CA)) u_group (
        .select(read_group), .words(drained), .word(group)
    );

    array_window #(.IC_LANES(IC_LANES)) u_window (
        .clk(clk), .x(x), .enable(enable), .first(first),
        .previous(previous_window), .next(next_window)
    );
    parameter_bank #(.OC_LANES(OC_LANES), .RQ_LANES(RQ_LANES)) u_bank (
        .clk(clk), .write_enable(write_enable), .write_slot(write_slot), .write_lane(row), .write_word(write_word),
        .meta_slot(write_slot), .meta_lane(row), .meta(meta), .read_selects({selects, read_select}),
        .read_words(words)
    );

    always @(posedge clk) begin
        valid <= {valid[3:1], drain};
        selects <= {selects[CHOICES+:CHOICES], read_select};
    end

    genvar o, r;
    generate
        for (o = 0; o < OC_LANES; o = o + 1) begin : g_lane
            entry_sum #(.PARTS(2), .PART(SUM_WIDTH), .WIDTH(CA)) u_sum (
                .previous(previous[o*CA+:CA] & {CA{!first}}), .term(sums[o*2*SUM_WIDTH+:2*SUM_WIDTH]),
                .carries(carries[o*2+:2]), .next(next[o*CA+:CA])
            );
        end
        for (r = 0; r < RQ_LANES; r = r + 1) begin : g_requantizer
            /* verilator lint_off UNUSEDSIGNAL */ // metadata belongs to the weight decoders
            wire [PW-1:0] constants = words[r*PW+:PW];
            /* verilator lint_on UNUSEDSIGNAL */
            requantizer u_requantizer (
                .clk(clk), .enable({valid, drain}), .acc(group[r*CA+:CA]), .window(drained_window),
                .delta(constants[`ASLOG_PARAMETER_DELTA]), .bias(constants[`ASLOG_PARAMETER_BIAS]),
                .multiplier(constants[`ASLOG_PARAMETER_MULTIPLIER]), .shift(constants[`ASLOG_PARAMETER_SHIFT]),
                .zero_out(zero_out), .clamp_low(clamp_low), .clamp_high(clamp_high), .y(y[r*XW+:XW])
            );
        end
    endgenerate
endmodule

`default_nettype wire
