// aslog_core: the layer unit, one layer at a time; weight and parameter buffers are inside, activations come by a port.
// Fill the buffers, then hand over a descriptor (valid/ready; ready only when idle). `done` is
// high for one cycle at the end, with `error` (ASLOG_ERROR_*, held until the next descriptor) and, for a bad
// parameter word, the channel in `error_index`. After an error the core is idle and takes the next descriptor; outputs
// not yet taken are dropped. The counters run from the accepted descriptor to done; cycles is the sum of the others.
`default_nettype none
`include "aslog_defs.vh"

module aslog_core #(
    parameter OC_LANES         = 16,        // output channels of a tile: a power of two, at least 4
    parameter IC_LANES         = 16,        // input channels of a vector: a power of two, at least 4
    parameter STRIPE           = 32,        // accumulator entries of a bank
    parameter RQ_LANES         = OC_LANES / 2, // requantization lanes; divides OC_LANES
    parameter ACTIVATION_WORDS = 1024,      // words of IC_LANES bytes in the activation buffer, at most 2^21
    parameter WEIGHT_ROWS      = 1024,      // rows of IC_LANES codes
    parameter PARAMETER_WORDS  = 1024,      // channels
    parameter OUTPUT_WORDS     = 1024       // words of OC_LANES bytes behind the output stream
) (
    input  wire        clk,                 // rising edge
    input  wire        rst,                 // synchronous, active high
    input  wire        descriptor_valid,    // a descriptor is offered
    output wire        descriptor_ready,    // and taken
    input  wire [`ASLOG_DESCRIPTOR_BITS-1:0] descriptor, // packed record
    /* verilator lint_off UNUSEDSIGNAL */ // the upper address bits: layer_check refuses what they could reach
    input  wire        weight_write_enable, // weight buffer: write
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] weight_write_address, // row
    input  wire [IC_LANES*`ASLOG_CODE_WIDTH-1:0] weight_write_data, // IC lane 0 lowest
    input  wire        parameter_write_enable, // parameter buffer: write
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] parameter_write_address, // word
    input  wire [`ASLOG_PARAMETER_BITS-1:0] parameter_write_data, // packed record
    /* verilator lint_on UNUSEDSIGNAL */
    output wire        activation_read_enable, // activation buffer: read
    output wire        activation_pair,     // the word at activation_next too
    output wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] activation_address, // of a word
    output wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] activation_next, // of the word after it
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] word,      // at activation_address, a cycle later
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] word_next, // at activation_next
    output wire        done,                // one cycle: the layer ended
    output wire [3:0]  error,               // ASLOG_ERROR_*
    output wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] error_index, // channel of a bad parameter word
    output wire [31:0] count_cycles,        // from descriptor to done
    output wire [31:0] count_busy,          // the array takes a vector
    output wire [31:0] count_setup,         // descriptor check
    output wire [31:0] count_weights,       // waiting for weights
    output wire [31:0] count_drain,         // waiting for an accumulator bank
    output wire [31:0] count_window,        // filling the depthwise window
    output wire [31:0] count_tail,          // draining the last stripe
    output wire [5:0]  activity,            // counter of this cycle: tail, window, drain, weights, setup, busy
    output wire        out_valid,           // output stream
    input  wire        out_ready,           // the output is taken
    output wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] out_address, // word of OC_LANES bytes
    output wire [OC_LANES-1:0] out_lanes,   // bytes that are written
    output wire [OC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] out_data // byte 0 lowest
);
    localparam AW = `ASLOG_DIMENSION_ADDRESS_WIDTH;
    localparam CW = `ASLOG_DIMENSION_CHANNEL_WIDTH;
    localparam DW = `ASLOG_DIMENSION_WIDTH;
    localparam KW = `ASLOG_KERNEL_WIDTH;
    localparam PW = `ASLOG_PARAMETER_BITS;
    localparam LW = $clog2(OC_LANES);
    localparam IW = $clog2(IC_LANES);
    localparam EW = $clog2(STRIPE);
    localparam WAW = $clog2(WEIGHT_ROWS);
    localparam PAW = $clog2(PARAMETER_WORDS);
    localparam COLUMNS = IC_LANES < `ASLOG_KERNEL_MAX ? IC_LANES : `ASLOG_KERNEL_MAX;
    localparam CHANNELS = OC_LANES < IC_LANES ? OC_LANES : IC_LANES; // of a depthwise tile
    localparam [LW:0] ALL_LANES = OC_LANES;
    localparam [LW:0] TILE_LANES = CHANNELS;
    localparam VECTOR_PIXELS = IC_LANES / `ASLOG_PACKED_PIXEL;
    localparam PIXEL_SHIFT = $clog2(VECTOR_PIXELS);
    localparam OFFSET_MASK = VECTOR_PIXELS - 1;

    wire [`ASLOG_DESCRIPTOR_BITS-1:0] layer;
    wire       check_start, check_done, start, clear, bad_meta, bad_shift, idle;
    wire [3:0] check_error;
    reg        depthwise, packed_in;        // mode, a cycle after `layer`, as what follows from the ring
    reg  [AW-1:0] ring_last, ring_back;     // the ring's last word, and its words less one
    wire       take, claim, issue, compute, window_clear, row_inside, last_vector, first_tap, stripe_end;
    wire       wait_weights, wait_drain, walking, loaded, bank;
    wire       row_valid, row_first, row_channel, row_slot;
    wire [CW-1:0] row_index;

    sequencer u_sequencer (
        .clk(clk), .rst(rst), .descriptor_valid(descriptor_valid), .descriptor_ready(descriptor_ready),
        .descriptor(descriptor), .layer(layer), .check_start(check_start), .check_done(check_done),
        .check_error(check_error), .start(start), .clear(clear), .bad_meta(bad_meta), .bad_shift(bad_shift),
        .bad_index(row_index), .finished(!walking && idle), .computing(compute), .filling(issue && !compute),
        .wait_weights(wait_weights), .wait_drain(wait_drain), .done(done), .error(error), .error_index(error_index),
        .count_cycles(count_cycles), .count_busy(count_busy), .count_setup(count_setup),
        .count_weights(count_weights), .count_drain(count_drain), .count_window(count_window), .count_tail(count_tail),
        .activity(activity)
    );

    wire [CW-1:0] in_vectors, in_pitch, tiles;
    wire signed [AW+1:0] origin;
    wire [AW-1:0] pixels, taps;
    layer_check #(
        .OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .STRIPE(STRIPE), .ACTIVATION_WORDS(ACTIVATION_WORDS),
        .WEIGHT_ROWS(WEIGHT_ROWS), .PARAMETER_WORDS(PARAMETER_WORDS), .OUTPUT_WORDS(OUTPUT_WORDS)
    ) u_check (
        .clk(clk), .rst(rst), .start(check_start), .descriptor(layer), .done(check_done), .error(check_error),
        .in_vectors(in_vectors), .tiles(tiles), .in_pitch(in_pitch), .origin(origin),
        .pixels(pixels), .taps(taps)
    );

    wire [KW-1:0] kernel_x, columns;
    wire [EW-1:0] entry;
    wire [AW-1:0] length;
    wire [CW-1:0] tile;
    wire signed [AW+1:0] position;
    wire signed [DW+1:0] column;
    reg  [1:0]  bank_busy, slot_busy;
    wire [1:0]  bank_free, slot_free;
    walker #(.OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .COLUMNS(COLUMNS), .STRIPE(STRIPE)) u_walker (
        .clk(clk), .clear(clear), .start(start), .depthwise(depthwise), .packed_in(packed_in),
        .kernel_height(layer[`ASLOG_DESCRIPTOR_KERNEL_HEIGHT]), .kernel_width(layer[`ASLOG_DESCRIPTOR_KERNEL_WIDTH]),
        .two(layer[`ASLOG_DESCRIPTOR_STRIDE] == 2), .pad_top(layer[`ASLOG_DESCRIPTOR_PAD_TOP]),
        .pad_left(layer[`ASLOG_DESCRIPTOR_PAD_LEFT]), .stripe(layer[`ASLOG_DESCRIPTOR_STRIPE]),
        .height(layer[`ASLOG_DESCRIPTOR_HEIGHT]), .out_width(layer[`ASLOG_DESCRIPTOR_OUT_WIDTH]),
        .in_vectors(in_vectors), .tiles(tiles), .in_pitch(in_pitch), .in_row({2'b00, layer[`ASLOG_DESCRIPTOR_IN_ROW]}),
        .origin(origin), .pixels(pixels), .loaded(loaded), .bank_busy(bank_busy),
        .take(take), .claim(claim), .issue(issue), .compute(compute), .window_clear(window_clear),
        .address(position), .row_inside(row_inside), .column(column), .kernel_x(kernel_x),
        .last_vector(last_vector), .columns(columns), .first_tap(first_tap), .stripe_end(stripe_end), .entry(entry),
        .bank(bank), .length(length), .tile(tile), .wait_weights(wait_weights), .wait_drain(wait_drain),
        .active(walking)
    );

    wire          weight_read, parameter_read, slot_claim, slot_claimed;
    /* verilator lint_off UNUSEDSIGNAL */ // upper address bits: layer_check refuses what they could reach
    wire [AW-1:0] weight_address, parameter_address;
    /* verilator lint_on UNUSEDSIGNAL */
    wire [LW-1:0] row;
    wire [IC_LANES*`ASLOG_CODE_WIDTH-1:0] row_codes;
    wire [PW-1:0] row_parameters;
    loader #(.OC_LANES(OC_LANES), .WEIGHT_ROWS(WEIGHT_ROWS)) u_loader (
        .clk(clk), .clear(clear), .start(start), .depthwise(depthwise), .stripe(layer[`ASLOG_DESCRIPTOR_STRIPE]),
        .pixels(pixels), .taps(taps), .tiles(tiles), .channels_out(layer[`ASLOG_DESCRIPTOR_CHANNELS_OUT]),
        .weight_base(layer[`ASLOG_DESCRIPTOR_WEIGHT_BASE]), .parameter_base(layer[`ASLOG_DESCRIPTOR_PARAMETER_BASE]),
        .tile_lanes(depthwise ? TILE_LANES : ALL_LANES), .slot_busy(slot_busy), .take(take), .loaded(loaded),
        .read_enable(weight_read), .weight_address(weight_address), .parameter_read_enable(parameter_read),
        .parameter_address(parameter_address), .claim(slot_claim), .claim_slot(slot_claimed), .row_valid(row_valid),
        .row(row), .row_first(row_first), .row_channel(row_channel), .row_slot(row_slot), .row_index(row_index)
    );

    parameter_check u_parameter_check (
        .valid(row_valid && row_first && row_channel), .word(row_parameters), .bad_meta(bad_meta), .bad_shift(bad_shift)
    );

    aslog_ram #(.WORDS(WEIGHT_ROWS), .WIDTH(IC_LANES*`ASLOG_CODE_WIDTH)) u_weight_buffer (
        .clk(clk), .write_enable(weight_write_enable), .write_lanes(1'b1),
        .write_address(weight_write_address[WAW-1:0]), .write_data(weight_write_data), .read_enable(weight_read),
        .read_address(weight_address[WAW-1:0]), .read_data(row_codes)
    );
    aslog_ram #(.WORDS(PARAMETER_WORDS), .WIDTH(PW)) u_parameter_buffer (
        .clk(clk), .write_enable(parameter_write_enable), .write_lanes(1'b1),
        .write_address(parameter_write_address[PAW-1:0]), .write_data(parameter_write_data),
        .read_enable(parameter_read), .read_address(parameter_address[PAW-1:0]), .read_data(row_parameters)
    );

    always @(posedge clk) begin
        depthwise <= layer[`ASLOG_DESCRIPTOR_MODE] == `ASLOG_MODE_DEPTHWISE;
        packed_in <= layer[`ASLOG_DESCRIPTOR_MODE] == `ASLOG_MODE_PACKED;
        ring_last <= layer[`ASLOG_DESCRIPTOR_RING_END] - 1'b1;
        ring_back <= layer[`ASLOG_DESCRIPTOR_RING_WORDS] - 1'b1;
    end

    // a packed position counts pixels, some in each word; negative addresses lie in the padding
    wire signed [AW+1:0] linear = packed_in ? position >>> PIXEL_SHIFT : position;
    wire at_end = linear >= $signed({2'b00, ring_last});
    wire behind = linear >= $signed({2'b00, layer[`ASLOG_DESCRIPTOR_RING_END]});
    assign activation_read_enable = issue;
    assign activation_pair = packed_in;
    assign activation_address = behind ? linear[AW-1:0] - layer[`ASLOG_DESCRIPTOR_RING_WORDS] : linear[AW-1:0];
    assign activation_next = at_end ? linear[AW-1:0] - ring_back : linear[AW-1:0] + 1'b1;

    datapath #(.OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .STRIPE(STRIPE), .RQ_LANES(RQ_LANES)) u_datapath (
        .clk(clk), .clear(clear), .start(start), .layer(layer), .depthwise(depthwise), .packed_in(packed_in),
        .pixels(pixels), .take(take), .issue(issue), .compute(compute), .window_clear(window_clear),
        .row_inside(row_inside), .column(column), .kernel_x(kernel_x), .last_vector(last_vector), .columns(columns),
        .first_tap(first_tap), .stripe_end(stripe_end), .entry(entry), .bank(bank), .length(length), .tile(tile),
        .pixel_offset(position[IW-1:0] & OFFSET_MASK[IW-1:0]), .word(word), .word_next(word_next),
        .row_valid(row_valid), .row(row), .row_first(row_first), .row_slot(row_slot), .row_codes(row_codes),
        .row_parameters(row_parameters), .bank_free(bank_free), .slot_free(slot_free), .idle(idle),
        .out_valid(out_valid), .out_ready(out_ready), .out_address(out_address), .out_lanes(out_lanes),
        .out_data(out_data)
    );

    // accumulator banks belong to the walker from claim on, parameter slots to the loader, until the drain is done
    always @(posedge clk) begin
        bank_busy <= (bank_busy | ({2{claim}} & {bank, !bank})) & ~bank_free;
        slot_busy <= (slot_busy | ({2{slot_claim}} & {slot_claimed, !slot_claimed})) & ~slot_free;
        if (clear || start) begin
            bank_busy <= 2'b00;
            slot_busy <= 2'b00;
        end
    end
endmodule

`default_nettype wire
