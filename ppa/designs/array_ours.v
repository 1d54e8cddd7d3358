// array_ours: the array with all that works for dense layers, as wired in operand, datapath and drain, without control.
// Decoders, 3x, lanes with double weight registers, accumulation, S, parameter bank, BCE and requantization. Memories of
// the accumulators are outside (array_rest); a dense operand is registered once for all lanes, with its 3x.
`default_nettype none
`include "aslog_defs.vh"

module array_ours #(
    parameter OC_LANES = 16,                                     // output channels
    parameter IC_LANES = 16,                                     // products per lane
    parameter RQ_LANES = 8                                       // requantization lanes; divides OC_LANES
) (
    input  wire                                  clk,            // rising edge
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] vector,   // the next operand's activations, lane 0 lowest
    input  wire                                  vector_valid,   // they are registered
    input  wire                                  enable,         // one cycle later: the registered operand is valid
    input  wire                                  row_valid,      // a row of weights is there
    input  wire [$clog2(OC_LANES)-1:0]           row,            // its OC lane
    input  wire [IC_LANES*`ASLOG_CODE_WIDTH-1:0]    codes,    // its weights, lane 0 lowest
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
    localparam TW = XW + 2;
    localparam SUM_WIDTH = `ASLOG_PRODUCT_WIDTH + $clog2(IC_LANES);

    wire [IC_LANES*TW-1:0] vector3;
    reg  [IC_LANES*XW-1:0] x;
    reg  [IC_LANES*TW-1:0] x3;
    wire [OC_LANES*2*SUM_WIDTH-1:0] sums;
    wire [OC_LANES*2-1:0] carries;
    wire [`ASLOG_METADATA_WIDTH-1:0] meta;

    always @(posedge clk) begin
        if (vector_valid) begin
            x <= vector;
            x3 <= vector3;
        end
    end

    genvar i;
    generate
        for (i = 0; i < IC_LANES; i = i + 1) begin : g_in
            triple u_triple (.x(vector[i*XW+:XW]), .x3(vector3[i*TW+:TW]));
        end
    endgenerate

    array #(.OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .SUM_WIDTH(SUM_WIDTH)) u_array (
        .clk(clk), .row_valid(row_valid), .row(row), .codes(codes),
        .meta(row_first ? row_parameters[`ASLOG_PARAMETER_METADATA] : meta),
        .swap(swap), .enable(enable), .x({OC_LANES{x}}), .x3({OC_LANES{x3}}), .sums(sums),
        .carries(carries)
    );
    array_rest #(
        .OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .RQ_LANES(RQ_LANES), .SUM_WIDTH(SUM_WIDTH)
    ) u_rest (
        .clk(clk), .x(x), .enable(enable), .sums(sums), .carries(carries), .first(first),
        .previous(previous), .next(next), .previous_window(previous_window), .next_window(next_window),
        .write_enable(row_valid && row_first), .write_slot(row_slot), .row(row), .write_word(row_parameters),
        .meta(meta), .read_select(read_select), .read_group(read_group), .drain(drain), .drained(drained),
        .drained_window(drained_window), .zero_out(zero_out), .clamp_low(clamp_low), .clamp_high(clamp_high), .y(y)
    );
endmodule

`default_nettype wire
