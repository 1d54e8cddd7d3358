// array_multiplier: the array with multipliers in the place of the AEs and all else alike (array_ours).
// Weights are two's complement and stored as they come; accumulation, S, parameter bank without metadata, BCE and
// requantization are array_rest's.
`default_nettype none
`include "aslog_defs.vh"

module array_multiplier #(
    parameter OC_LANES     = 16,                                 // output channels
    parameter IC_LANES     = 16,                                 // products per lane
    parameter RQ_LANES     = 8,                                  // requantization lanes; divides OC_LANES
    parameter WEIGHT_WIDTH = 8,                                  // bits of a weight, signed
    parameter X_SIGNED     = 1                                   // activations are signed
) (
    input  wire                                  clk,            // rising edge
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] vector,   // the next operand's activations, lane 0 lowest
    input  wire                                  vector_valid,   // they are registered
    input  wire                                  enable,         // one cycle later: the registered operand is valid
    input  wire                                  row_valid,      // a row of weights is there
    input  wire [$clog2(OC_LANES)-1:0]           row,            // its OC lane
    input  wire [IC_LANES*WEIGHT_WIDTH-1:0]         codes,    // its weights, lane 0 lowest
    input  wire                                  row_first,      // parameters come with it
    input  wire                                  row_slot,       // their slot
    input  wire [`ASLOG_PARAMETER_BITS-1:0]      row_parameters, // packed parameter record
    input  wire                                  swap,           // the shadow registers become active
    input  wire                                  first,          // the entries begin with these sums
    input  wire [OC_LANES*`ASLOG_ACCUMULATOR_WIDTH-1:0] previous, // entries from the memory
    output wire [OC_LANES*`ASLOG_ACCUMULATOR_WIDTH-1:0] next,    // entries to the memory
    input  wire [`ASLOG_WINDOW_WIDTH-1:0]        previous_window, // S from the memory
    output wire [`ASLOG_WINDOW_WIDTH-1:0]        next_window,    // S to the memory
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
    localparam SUM_WIDTH = XW + WEIGHT_WIDTH - X_SIGNED + $clog2(IC_LANES);
    localparam [XW-1:0] HIGHEST = X_SIGNED << (XW - 1);

    reg  [IC_LANES*XW-1:0] x;
    wire [IC_LANES*XW-1:0] bytes = x ^ {IC_LANES{HIGHEST}};      // S is of them: signed ones have their highest inverted
    wire [OC_LANES*2*SUM_WIDTH-1:0] sums;
    /* verilator lint_off UNUSEDSIGNAL */ // two's complement has no metadata
    wire [`ASLOG_METADATA_WIDTH-1:0] meta;
    /* verilator lint_on UNUSEDSIGNAL */

    always @(posedge clk) if (vector_valid) x <= vector;

    multiplier_lanes #(
        .OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .WEIGHT_WIDTH(WEIGHT_WIDTH), .X_SIGNED(X_SIGNED)
    ) u_lanes (
        .clk(clk), .row_valid(row_valid), .row(row), .weights(codes), .swap(swap), .enable(enable), .x(x),
        .sums(sums)
    );
    array_rest #(
        .OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .RQ_LANES(RQ_LANES), .SUM_WIDTH(SUM_WIDTH)
    ) u_rest (
        .clk(clk), .x(bytes), .enable(enable), .sums(sums), .carries({OC_LANES*2{1'b0}}), .first(first),
        .previous(previous), .next(next), .previous_window(previous_window), .next_window(next_window),
        .write_enable(row_valid && row_first), .write_slot(row_slot), .row(row), .write_word(row_parameters),
        .meta(meta), .read_select(read_select), .read_group(read_group), .drain(drain), .drained(drained),
        .drained_window(drained_window), .zero_out(zero_out), .clamp_low(clamp_low), .clamp_high(clamp_high), .y(y)
    );
endmodule

`default_nettype wire
