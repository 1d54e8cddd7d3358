// datapath: from activation words to output bytes: operands, array, accumulators, window sums, parameters, drain.
// The walker's words enter with `issue`; buffer data follow one cycle later. Stages behind the issue: 1 words, 2
// operands, 3 dot products. Rows of weights and parameters enter from the loader's buffers (`row_*`), `take`
// makes them the array's.
// `bank_free` and `slot_free` give accumulator banks and parameter slots back; output stream valid/ready (see drain).
// `idle` when nothing is left inside. The layer's constants are stable from `start` on.
`default_nettype none
`include "aslog_defs.vh"

module datapath #(
    parameter OC_LANES = 16,                                     // output channels of a tile
    parameter IC_LANES = 16,                                     // input channels of a vector
    parameter STRIPE   = 32,                                     // accumulator entries of a bank
    parameter RQ_LANES = 16                                      // requantization lanes; divides OC_LANES
) (
    input  wire        clk,                                      // rising edge
    input  wire        clear,                                    // drop everything
    input  wire        start,                                    // a layer begins
    /* verilator lint_off UNUSEDSIGNAL */ // addresses and sizes are used elsewhere
    input  wire [`ASLOG_DESCRIPTOR_BITS-1:0]         layer,      // the layer's descriptor
    /* verilator lint_on UNUSEDSIGNAL */
    input  wire        depthwise,                                // mode
    input  wire        packed_in,                                // mode
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] pixels,     // output pixels
    // from the walker, see there
    input  wire        take,                                     // the weights of the next tap become active
    input  wire        issue,                                    // a vector is read
    input  wire        compute,                                  // it completes an operand
    input  wire        window_clear,                             // first column of a row segment
    input  wire        row_inside,                               // the row is in the picture
    input  wire signed [`ASLOG_DIMENSION_WIDTH+1:0]  column,     // its column, may be outside
    input  wire [`ASLOG_KERNEL_WIDTH-1:0]            kernel_x,   // first kernel column of the tap
    input  wire        last_vector,                              // of the input channels
    input  wire [`ASLOG_KERNEL_WIDTH-1:0]            columns,    // depthwise columns of the tap
    input  wire        first_tap,                                // of the stripe
    input  wire        stripe_end,                               // with the last compute of a stripe
    input  wire [$clog2(STRIPE)-1:0]                 entry,      // pixel of the stripe
    input  wire        bank,                                     // accumulator bank of the stripe
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] length,     // pixels of the stripe
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] tile,       // tile of output channels
    input  wire [$clog2(IC_LANES)-1:0]               pixel_offset, // packed: first pixel in the word
    // from the activation buffer, 1 cycle after issue
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] word,     // at the address
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] word_next, // after it, when packed
    // from the loader and its buffers, see there
    input  wire        row_valid,                                // a row is there
    input  wire [$clog2(OC_LANES)-1:0]               row,        // its OC lane
    input  wire        row_first,                                // of a tile's first tap: parameters too
    input  wire        row_slot,                                 // parameter slot of its tile
    input  wire [IC_LANES*`ASLOG_CODE_WIDTH-1:0]     row_codes,  // weights, IC lane 0 lowest
    input  wire [`ASLOG_PARAMETER_BITS-1:0]          row_parameters, // when row_first
    output wire [1:0]  bank_free,                                // one cycle: the accumulator bank is drained
    output wire [1:0]  slot_free,                                // one cycle: the parameter slot is no longer used
    output wire        idle,                                     // no operand and no output inside
    output wire        out_valid,                                // output stream
    input  wire        out_ready,                                // the output is taken
    output wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0]   out_address, // word of OC_LANES bytes
    output wire [OC_LANES-1:0]                         out_lanes,   // bytes that are written
    output wire [OC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] out_data  // byte 0 lowest
);
    localparam AW = `ASLOG_DIMENSION_ADDRESS_WIDTH;
    localparam CW = `ASLOG_DIMENSION_CHANNEL_WIDTH;
    localparam KW = `ASLOG_KERNEL_WIDTH;
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam CA = `ASLOG_ACCUMULATOR_WIDTH;
    localparam IW = $clog2(IC_LANES);
    localparam EW = $clog2(STRIPE);
    localparam PIXELS = IC_LANES / `ASLOG_PACKED_PIXEL;            // of a word, packed
    localparam [PIXELS-1:0] FIRST_PIXEL = 1;
    localparam SUM_WIDTH = `ASLOG_PRODUCT_WIDTH + IW;
    localparam ROW_SUM = XW + IW + 1;
    localparam COLUMNS = IC_LANES < `ASLOG_KERNEL_MAX ? IC_LANES : `ASLOG_KERNEL_MAX;

    // what travels beside the operands
    reg           take_1, window_clear_1;
    reg  [KW-1:0] columns_1;
    reg  [CW-1:0] tile_1;
    reg  [PIXELS-1:0] pixel_select_1;
    reg           compute_1, compute_2, compute_3, first_1, first_2, end_1, end_2, end_3;
    reg           bank_1, bank_2, bank_3;
    reg  [EW-1:0] entry_1, entry_2;
    reg  [AW-1:0] length_1, length_2, length_3;

    always @(posedge clk) begin
        take_1 <= take;
        window_clear_1 <= window_clear;
        columns_1 <= columns;
        tile_1 <= tile;
        pixel_select_1 <= FIRST_PIXEL << (pixel_offset & {IW{packed_in}});
        {compute_3, compute_2, compute_1} <= {compute_2, compute_1, compute};
        {first_2, first_1} <= {first_1, first_tap};
        {end_3, end_2, end_1} <= {end_2, end_1, stripe_end};
        {bank_3, bank_2, bank_1} <= {bank_2, bank_1, bank};
        {entry_2, entry_1} <= {entry_1, entry};
        {length_3, length_2, length_1} <= {length_2, length_1, length};
        if (clear) {compute_1, compute_2, compute_3, end_1, end_2, end_3, take_1} <= 7'd0;
    end

    wire [OC_LANES*IC_LANES*XW-1:0]     x;
    wire [OC_LANES*IC_LANES*(XW+2)-1:0] x3;
    wire [OC_LANES*ROW_SUM-1:0]         row_sums;
    wire [OC_LANES*2*SUM_WIDTH-1:0]     sums;
    wire [OC_LANES*2-1:0]               carries;

    operand #(.OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .COLUMNS(COLUMNS), .ROW_SUM(ROW_SUM)) u_operand (
        .clk(clk), .start(start), .valid(issue), .depthwise(depthwise), .packed_in(packed_in),
        .window_clear(window_clear_1), .word(word), .word_next(word_next), .pixel_select(pixel_select_1),
        .row_inside(row_inside), .column(column), .width(layer[`ASLOG_DESCRIPTOR_WIDTH]), .kernel_x(kernel_x),
        .kernel_width(layer[`ASLOG_DESCRIPTOR_KERNEL_WIDTH]), .last_vector(last_vector),
        .channels_in(layer[`ASLOG_DESCRIPTOR_CHANNELS_IN]), .columns(columns_1), .tile(tile_1),
        .zero_in(layer[`ASLOG_DESCRIPTOR_ZERO_IN]), .x(x), .x3(x3), .window(row_sums)
    );

    wire [`ASLOG_METADATA_WIDTH-1:0] bank_meta;
    array #(.OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .SUM_WIDTH(SUM_WIDTH)) u_array (
        .clk(clk), .row_valid(row_valid), .row(row), .codes(row_codes),
        .meta(row_first ? row_parameters[`ASLOG_PARAMETER_METADATA] : bank_meta),
        .swap(take_1), .enable(compute_2), .x(x), .x3(x3), .sums(sums), .carries(carries)
    );

    wire          drain_read, drain_bank;
    wire [EW-1:0] drain_entry;
    wire [OC_LANES*CA-1:0] accumulators;
    wire [OC_LANES*`ASLOG_WINDOW_WIDTH-1:0] windows;

    accumulator #(
        .LANES(OC_LANES), .PARTS(2), .PART(SUM_WIDTH), .WIDTH(CA), .STRIPE(STRIPE)
    ) u_accumulator (
        .clk(clk), .valid(compute_2), .bank(bank_2), .entry(entry_2), .first(first_2), .terms(sums),
        .carries(carries), .drain_enable(drain_read), .drain_bank(drain_bank), .drain_entry(drain_entry),
        .drain_word(accumulators)
    );

    window_sums #(.OC_LANES(OC_LANES), .ROW_SUM(ROW_SUM), .STRIPE(STRIPE)) u_windows (
        .clk(clk), .depthwise(depthwise), .valid(compute_2), .bank(bank_2), .entry(entry_2), .first(first_2),
        .terms(row_sums), .drain_enable(drain_read), .drain_bank(drain_bank), .drain_entry(drain_entry),
        .windows(windows)
    );

    wire          drain_idle;
    wire [3*2*OC_LANES/RQ_LANES-1:0] parameter_selects;
    wire [RQ_LANES*`ASLOG_PARAMETER_BITS-1:0] parameters;
    parameter_bank #(.OC_LANES(OC_LANES), .RQ_LANES(RQ_LANES)) u_parameters (
        .clk(clk), .write_enable(row_valid && row_first), .write_slot(row_slot), .write_lane(row),
        .write_word(row_parameters), .meta_slot(row_slot), .meta_lane(row), .meta(bank_meta),
        .read_selects(parameter_selects), .read_words(parameters)
    );

    drain #(.OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .RQ_LANES(RQ_LANES), .STRIPE(STRIPE)) u_drain (
        .clk(clk), .clear(clear), .start(start), .depthwise(depthwise),
        .output_base(layer[`ASLOG_DESCRIPTOR_OUTPUT_BASE]), .out_pitch(layer[`ASLOG_DESCRIPTOR_OUT_PITCH]),
        .pixels(pixels),
        .zero_out(layer[`ASLOG_DESCRIPTOR_ZERO_OUT]), .clamp_low(layer[`ASLOG_DESCRIPTOR_CLAMP_LOW]),
        .clamp_high(layer[`ASLOG_DESCRIPTOR_CLAMP_HIGH]), .full(compute_3 && end_3), .full_bank(bank_3),
        .full_length(length_3), .bank_free(bank_free), .tile_free(slot_free), .read_enable(drain_read),
        .read_bank(drain_bank), .read_entry(drain_entry), .accumulators(accumulators), .windows(windows),
        .parameter_selects(parameter_selects), .parameters(parameters),
        .out_valid(out_valid), .out_ready(out_ready), .out_address(out_address), .out_lanes(out_lanes),
        .out_data(out_data), .idle(drain_idle)
    );

    assign idle = !compute_1 && !compute_2 && !compute_3 && drain_idle;
endmodule

`default_nettype wire
