// aslog_core: runs one layer at a time from on-chip buffers.
// Fill the buffers through the write ports, then hand over a descriptor (valid/ready; ready only when idle). `done` is
// high for one cycle at the end, with `error` (ASLOG_ERROR_*, held until the next descriptor) and, for a bad
// parameter word, the channel in `error_index`. After an error the core is idle and takes the next descriptor; outputs
// not yet taken are dropped. The counters run from the accepted descriptor to done; cycles is the sum of the others.
`default_nettype none
`include "aslog_defs.vh"

module aslog_core #(
    parameter OC_LANES         = 16,        // output channels of a tile: a power of two, at least 4
    parameter IC_LANES         = 16,        // input channels of a vector: a power of two, at least 4
    parameter STRIPE           = 32,        // accumulator entries of a bank
    parameter RQ_LANES         = OC_LANES,  // requantization lanes; divides OC_LANES
    parameter ACTIVATION_WORDS = 1024,      // words of IC_LANES bytes, even
    parameter WEIGHT_ROWS      = 1024,      // rows of IC_LANES codes
    parameter PARAMETER_WORDS  = 1024,      // channels
    parameter OUTPUT_WORDS     = 1024       // words of OC_LANES bytes behind the output stream
) (
    input  wire        clk,
    input  wire        rst,                 // synchronous, active high
    input  wire        descriptor_valid,
    output wire        descriptor_ready,
    input  wire [`ASLOG_DESCRIPTOR_BITS-1:0] descriptor,
    /* verilator lint_off UNUSEDSIGNAL */ // the upper address bits: layer_check refuses what they could reach
    input  wire        activation_write_enable,
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] activation_write_address,
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] activation_write_data,
    input  wire        weight_write_enable,
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] weight_write_address,
    input  wire [IC_LANES*`ASLOG_CODE_WIDTH-1:0] weight_write_data,
    input  wire        parameter_write_enable,
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] parameter_write_address,
    input  wire [`ASLOG_PARAMETER_BITS-1:0] parameter_write_data,
    /* verilator lint_on UNUSEDSIGNAL */
    output reg         done,
    output reg  [3:0]  error,
    output reg  [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] error_index,
    output reg  [31:0] count_cycles,        // from descriptor to done
    output reg  [31:0] count_busy,          // the array takes a vector
    output reg  [31:0] count_setup,         // descriptor check
    output reg  [31:0] count_weights,       // waiting for weights
    output reg  [31:0] count_drain,         // waiting for an accumulator bank
    output reg  [31:0] count_window,        // filling the depthwise window
    output reg  [31:0] count_tail,          // draining the last stripe
    output wire        out_valid,
    input  wire        out_ready,
    output wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] out_address,
    output wire [OC_LANES-1:0] out_lanes,   // bytes that are written
    output wire [OC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] out_data
);
    localparam AW = `ASLOG_DIMENSION_ADDRESS_WIDTH;
    localparam CW = `ASLOG_DIMENSION_CHANNEL_WIDTH;
    localparam DW = `ASLOG_DIMENSION_WIDTH;
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam PW = `ASLOG_PARAMETER_BITS;
    localparam MW = `ASLOG_METADATA_WIDTH;
    localparam WW = `ASLOG_WINDOW_WIDTH;
    localparam VW = `ASLOG_WINDOW_DEPTHWISE_WIDTH;
    localparam CA = `ASLOG_ACCUMULATOR_WIDTH;
    localparam LW = $clog2(OC_LANES);
    localparam EW = $clog2(STRIPE);
    localparam SUM_WIDTH = `ASLOG_PRODUCT_WIDTH + $clog2(IC_LANES);
    localparam ROW_SUM = XW + $clog2(IC_LANES) + 1;
    localparam COLUMN_SUM = XW + 3;         // at most 7 columns
    localparam COLUMNS = IC_LANES < `ASLOG_KERNEL_MAX ? IC_LANES : `ASLOG_KERNEL_MAX;
    localparam CHANNELS = OC_LANES < IC_LANES ? OC_LANES : IC_LANES;
    localparam [LW:0] ALL_LANES = OC_LANES;
    localparam [LW:0] TILE_LANES = CHANNELS;
    localparam VECTOR_PIXELS = IC_LANES / `ASLOG_PACKED_PIXEL;
    localparam PIXEL_SHIFT = $clog2(VECTOR_PIXELS);
    localparam HALF_WORDS = ACTIVATION_WORDS / 2;
    localparam HW = $clog2(HALF_WORDS);
    localparam WAW = $clog2(WEIGHT_ROWS);
    localparam PAW = $clog2(PARAMETER_WORDS);
    localparam OFFSET_MASK = VECTOR_PIXELS - 1;
    localparam IDLE = 2'd0, CHECK = 2'd1, RUN = 2'd2;

    // sequencer
    reg  [1:0] state;
    reg  [`ASLOG_DESCRIPTOR_BITS-1:0] layer;
    reg        check_start;
    wire       check_done;
    wire [3:0] check_error;
    wire       start = state == CHECK && check_done && check_error == `ASLOG_ERROR_NONE;
    wire       bad_meta, bad_shift, finished;
    wire       abort = state == RUN && (bad_meta || bad_shift);
    wire       clear = rst || abort;
    wire       accept = descriptor_valid && descriptor_ready;
    assign descriptor_ready = state == IDLE && !rst;

    wire depthwise = layer[`ASLOG_DESCRIPTOR_MODE] == `ASLOG_MODE_DEPTHWISE;
    wire packed_in = layer[`ASLOG_DESCRIPTOR_MODE] == `ASLOG_MODE_PACKED;
    /* verilator lint_off UNUSEDSIGNAL */ // stride is 1 or 2: the upper bit tells
    wire [1:0] stride = layer[`ASLOG_DESCRIPTOR_STRIDE];
    /* verilator lint_on UNUSEDSIGNAL */
    wire [CW-1:0] in_vectors, out_vectors, tiles;
    wire [AW:0]   pitch, pad_rows, pad_columns;
    wire [AW-1:0] pixels, taps;

    layer_check #(
        .OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .STRIPE(STRIPE), .ACTIVATION_WORDS(ACTIVATION_WORDS),
        .WEIGHT_ROWS(WEIGHT_ROWS), .PARAMETER_WORDS(PARAMETER_WORDS), .OUTPUT_WORDS(OUTPUT_WORDS)
    ) u_check (
        .clk(clk), .rst(rst), .start(check_start), .descriptor(layer), .done(check_done), .error(check_error),
        .in_vectors(in_vectors), .out_vectors(out_vectors), .tiles(tiles), .pitch(pitch), .pad_rows(pad_rows),
        .pad_columns(pad_columns), .pixels(pixels), .taps(taps)
    );

    // walker
    wire        take, claim, issue, compute, window_clear, row_inside, last_vector, first_tap, stripe_end;
    wire        wait_weights, wait_drain, walking, loaded, bank;
    wire [2:0]  kernel_x, columns;
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
        .two(stride[1]), .pad_top(layer[`ASLOG_DESCRIPTOR_PAD_TOP]), .pad_left(layer[`ASLOG_DESCRIPTOR_PAD_LEFT]),
        .stripe(layer[`ASLOG_DESCRIPTOR_STRIPE]), .height(layer[`ASLOG_DESCRIPTOR_HEIGHT]),
        .out_width(layer[`ASLOG_DESCRIPTOR_OUT_WIDTH]), .in_vectors(in_vectors), .tiles(tiles), .pitch(pitch),
        .pad_rows(pad_rows), .pad_columns(pad_columns), .pixels(pixels), .loaded(loaded), .bank_busy(bank_busy),
        .take(take), .claim(claim), .issue(issue), .compute(compute), .window_clear(window_clear),
        .address(position), .row_inside(row_inside), .column(column), .kernel_x(kernel_x),
        .last_vector(last_vector), .columns(columns), .first_tap(first_tap), .stripe_end(stripe_end), .entry(entry),
        .bank(bank), .length(length), .tile(tile), .wait_weights(wait_weights), .wait_drain(wait_drain),
        .active(walking)
    );

    // loader and parameters
    wire          weight_read, parameter_read, slot_claim, slot_claimed;
    /* verilator lint_off UNUSEDSIGNAL */ // upper address bits, as above
    wire [AW-1:0] weight_address, parameter_address;
    /* verilator lint_on UNUSEDSIGNAL */
    wire          row_valid, row_first, row_channel, row_slot;
    wire [LW-1:0] row;
    wire [CW-1:0] row_index;
    wire [IC_LANES*`ASLOG_CODE_WIDTH-1:0] row_codes;
    wire [PW-1:0] row_parameters;
    wire [MW-1:0] bank_meta;
    wire [MW-1:0] new_meta = row_parameters[`ASLOG_PARAMETER_METADATA];
    wire [`ASLOG_REQUANTIZATION_SHIFT_WIDTH-1:0] new_shift = row_parameters[`ASLOG_PARAMETER_SHIFT];
    wire          new_channel = row_valid && row_first && row_channel;

    assign bad_meta = new_channel && new_meta[`ASLOG_METADATA_N2_LSB+:`ASLOG_METADATA_N2_BITS] > `ASLOG_METADATA_N2_MAX;
    assign bad_shift = new_channel && new_shift > `ASLOG_REQUANTIZATION_SHIFT_MAX;

    loader #(.OC_LANES(OC_LANES)) u_loader (
        .clk(clk), .clear(clear), .start(start), .depthwise(depthwise), .stripe(layer[`ASLOG_DESCRIPTOR_STRIPE]),
        .pixels(pixels), .taps(taps), .tiles(tiles), .channels_out(layer[`ASLOG_DESCRIPTOR_CHANNELS_OUT]),
        .weight_base(layer[`ASLOG_DESCRIPTOR_WEIGHT_BASE]), .parameter_base(layer[`ASLOG_DESCRIPTOR_PARAMETER_BASE]),
        .tile_lanes(depthwise ? TILE_LANES : ALL_LANES), .slot_busy(slot_busy), .take(take), .loaded(loaded),
        .read_enable(weight_read), .weight_address(weight_address), .parameter_read_enable(parameter_read),
        .parameter_address(parameter_address), .claim(slot_claim), .claim_slot(slot_claimed), .row_valid(row_valid),
        .row(row), .row_first(row_first), .row_channel(row_channel), .row_slot(row_slot), .row_index(row_index)
    );

    aslog_ram #(.WORDS(WEIGHT_ROWS), .WIDTH(IC_LANES*`ASLOG_CODE_WIDTH)) u_weight_buffer (
        .clk(clk), .write_enable(weight_write_enable), .write_lanes(1'b1), .write_address(weight_write_address[WAW-1:0]),
        .write_data(weight_write_data), .read_enable(weight_read), .read_address(weight_address[WAW-1:0]),
        .read_data(row_codes)
    );
    aslog_ram #(.WORDS(PARAMETER_WORDS), .WIDTH(PW)) u_parameter_buffer (
        .clk(clk), .write_enable(parameter_write_enable), .write_lanes(1'b1),
        .write_address(parameter_write_address[PAW-1:0]), .write_data(parameter_write_data), .read_enable(parameter_read),
        .read_address(parameter_address[PAW-1:0]), .read_data(row_parameters)
    );

    // activation buffer: even and odd words in two banks, so that a span over two words takes one cycle
    wire signed [AW+1:0] vector = packed_in ? position >>> PIXEL_SHIFT : position;
    /* verilator lint_off UNUSEDSIGNAL */ // upper address bits, as above
    wire [AW+1:0] word = {2'b00, layer[`ASLOG_DESCRIPTOR_ACTIVATION_BASE]} + vector;
    wire [AW+1:0] word_up = word + 1'b1;
    /* verilator lint_on UNUSEDSIGNAL */
    wire [IC_LANES*XW-1:0] even_data, odd_data;
    aslog_ram #(.WORDS(HALF_WORDS), .WIDTH(IC_LANES*XW)) u_activation_even (
        .clk(clk), .write_enable(activation_write_enable && !activation_write_address[0]), .write_lanes(1'b1),
        .write_address(activation_write_address[HW:1]), .write_data(activation_write_data),
        .read_enable(issue && (packed_in || !word[0])), .read_address(word_up[HW:1]), .read_data(even_data)
    );
    aslog_ram #(.WORDS(HALF_WORDS), .WIDTH(IC_LANES*XW)) u_activation_odd (
        .clk(clk), .write_enable(activation_write_enable && activation_write_address[0]), .write_lanes(1'b1),
        .write_address(activation_write_address[HW:1]), .write_data(activation_write_data),
        .read_enable(issue && (packed_in || word[0])), .read_address(word[HW:1]), .read_data(odd_data)
    );

    // pipeline: issue, 1 words, 2 operands, 3 sums
    reg          issue_1, swap_1, clear_1, inside_1, last_1, odd_1;
    reg  [DW+1:0] column_1;
    reg  [2:0]   kernel_x_1, columns_1;
    reg  [CW-1:0] tile_1;
    reg  [$clog2(IC_LANES)-1:0] offset_1;
    reg          compute_1, compute_2, compute_3, first_1, first_2, first_3, end_1, end_2, end_3;
    reg          bank_1, bank_2, bank_3;
    reg  [EW-1:0] entry_1, entry_2;
    reg  [AW-1:0] length_1, length_2, length_3;

    always @(posedge clk) begin
        issue_1 <= issue;
        swap_1 <= take;
        clear_1 <= window_clear;
        inside_1 <= row_inside;
        last_1 <= last_vector;
        odd_1 <= word[0];
        column_1 <= column;
        kernel_x_1 <= kernel_x;
        columns_1 <= columns;
        tile_1 <= tile;
        offset_1 <= position[$clog2(IC_LANES)-1:0] & OFFSET_MASK[$clog2(IC_LANES)-1:0];
        {compute_3, compute_2, compute_1} <= {compute_2, compute_1, compute};
        {first_3, first_2, first_1} <= {first_2, first_1, first_tap};
        {end_3, end_2, end_1} <= {end_2, end_1, stripe_end};
        {bank_3, bank_2, bank_1} <= {bank_2, bank_1, bank};
        {entry_2, entry_1} <= {entry_1, entry};
        {length_3, length_2, length_1} <= {length_2, length_1, length};
        if (clear) {compute_1, compute_2, compute_3, end_1, end_2, end_3, issue_1, swap_1} <= 8'd0;
    end

    wire [OC_LANES*IC_LANES*XW-1:0]     x;
    wire [OC_LANES*IC_LANES*(XW+2)-1:0] x3;
    wire [OC_LANES*ROW_SUM-1:0]         row_sums;
    wire [OC_LANES*SUM_WIDTH-1:0]       sums;
    /* verilator lint_off UNUSEDSIGNAL */ // sums of columns need fewer bits than sums of vectors
    reg  [OC_LANES*ROW_SUM-1:0]         row_sums_3;
    /* verilator lint_on UNUSEDSIGNAL */

    operand #(.OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .COLUMNS(COLUMNS), .ROW_SUM(ROW_SUM)) u_operand (
        .clk(clk), .valid(issue_1), .depthwise(depthwise), .packed_in(packed_in), .window_clear(clear_1),
        .word(odd_1 ? odd_data : even_data), .word_next(odd_1 ? even_data : odd_data), .pixel_offset(offset_1),
        .row_inside(inside_1), .column(column_1), .width(layer[`ASLOG_DESCRIPTOR_WIDTH]), .kernel_x(kernel_x_1),
        .kernel_width(layer[`ASLOG_DESCRIPTOR_KERNEL_WIDTH]), .last_vector(last_1),
        .channels_in(layer[`ASLOG_DESCRIPTOR_CHANNELS_IN]), .columns(columns_1), .tile(tile_1),
        .zero_in(layer[`ASLOG_DESCRIPTOR_ZERO_IN]), .x(x), .x3(x3), .window(row_sums)
    );

    array #(.OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .SUM_WIDTH(SUM_WIDTH)) u_array (
        .clk(clk), .row_valid(row_valid), .row(row), .codes(row_codes), .meta(row_first ? new_meta : bank_meta),
        .swap(swap_1), .enable(compute_2), .x(x), .x3(x3), .sums(sums)
    );

    // accumulators of products, of the shared window sum, and of the depthwise window sums
    wire          drain_read, drain_bank;
    wire [EW-1:0] drain_entry;
    wire [OC_LANES*CA-1:0] accumulators;
    wire [WW-1:0] window_shared;
    wire [OC_LANES*VW-1:0] windows_depthwise;
    wire [OC_LANES*WW-1:0] windows;
    wire [OC_LANES*COLUMN_SUM-1:0] column_sums;

    always @(posedge clk) if (compute_2) row_sums_3 <= row_sums;

    accumulator #(.LANES(OC_LANES), .TERM(SUM_WIDTH), .WIDTH(CA), .SIGNED(1), .STRIPE(STRIPE)) u_accumulator (
        .clk(clk), .valid(compute_2), .bank(bank_2), .entry(entry_2), .first(first_3), .terms(sums),
        .drain_enable(drain_read), .drain_bank(drain_bank), .drain_entry(drain_entry), .drain_word(accumulators)
    );
    accumulator #(.LANES(1), .TERM(ROW_SUM), .WIDTH(WW), .SIGNED(0), .STRIPE(STRIPE)) u_window (
        .clk(clk), .valid(compute_2 && !depthwise), .bank(bank_2), .entry(entry_2), .first(first_3),
        .terms(row_sums_3[ROW_SUM-1:0]), .drain_enable(drain_read), .drain_bank(drain_bank),
        .drain_entry(drain_entry), .drain_word(window_shared)
    );
    accumulator #(.LANES(OC_LANES), .TERM(COLUMN_SUM), .WIDTH(VW), .SIGNED(0), .STRIPE(STRIPE)) u_depthwise_window (
        .clk(clk), .valid(compute_2 && depthwise), .bank(bank_2), .entry(entry_2), .first(first_3),
        .terms(column_sums), .drain_enable(drain_read), .drain_bank(drain_bank),
        .drain_entry(drain_entry), .drain_word(windows_depthwise)
    );
    genvar o;
    generate
        for (o = 0; o < OC_LANES; o = o + 1) begin : g_window
            assign column_sums[o*COLUMN_SUM+:COLUMN_SUM] = row_sums_3[o*ROW_SUM+:COLUMN_SUM];
            assign windows[o*WW+:WW] =
                depthwise ? {{(WW-VW){1'b0}}, windows_depthwise[o*VW+:VW]} : window_shared;
        end
    endgenerate

    // per-channel constants and the drain
    wire          parameter_slot, drain_idle;
    wire [LW-1:0] parameter_group;
    wire [RQ_LANES*PW-1:0] parameters;
    parameter_bank #(.OC_LANES(OC_LANES), .RQ_LANES(RQ_LANES)) u_parameters (
        .clk(clk), .write_enable(row_valid && row_first), .write_slot(row_slot), .write_lane(row),
        .write_word(row_parameters), .meta_slot(row_slot), .meta_lane(row), .meta(bank_meta),
        .read_slot(parameter_slot), .read_group(parameter_group), .read_words(parameters)
    );
    drain #(.OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .RQ_LANES(RQ_LANES), .STRIPE(STRIPE)) u_drain (
        .clk(clk), .clear(clear), .start(start), .depthwise(depthwise),
        .output_base(layer[`ASLOG_DESCRIPTOR_OUTPUT_BASE]), .out_vectors(out_vectors), .pixels(pixels),
        .zero_out(layer[`ASLOG_DESCRIPTOR_ZERO_OUT]), .clamp_low(layer[`ASLOG_DESCRIPTOR_CLAMP_LOW]),
        .clamp_high(layer[`ASLOG_DESCRIPTOR_CLAMP_HIGH]), .full(compute_3 && end_3), .full_bank(bank_3),
        .full_length(length_3), .bank_free(bank_free), .tile_free(slot_free), .read_enable(drain_read),
        .read_bank(drain_bank), .read_entry(drain_entry), .accumulators(accumulators), .windows(windows),
        .parameter_slot(parameter_slot), .parameter_group(parameter_group), .parameters(parameters),
        .out_valid(out_valid), .out_ready(out_ready), .out_address(out_address), .out_lanes(out_lanes),
        .out_data(out_data), .idle(drain_idle)
    );

    assign finished = !walking && !compute_1 && !compute_2 && !compute_3 && drain_idle;

    always @(posedge clk) begin
        done <= 1'b0;
        check_start <= accept;
        bank_busy <= (bank_busy | ({2{claim}} & {bank, !bank})) & ~bank_free;
        slot_busy <= (slot_busy | ({2{slot_claim}} & {slot_claimed, !slot_claimed})) & ~slot_free;
        if (accept) begin
            layer <= descriptor;
            error <= `ASLOG_ERROR_NONE;
            error_index <= {CW{1'b0}};
            state <= CHECK;
            {count_cycles, count_busy, count_setup, count_weights, count_drain, count_window, count_tail} <= 224'd0;
        end
        if (state != IDLE) count_cycles <= count_cycles + 1;
        if (state == CHECK) count_setup <= count_setup + 1;
        if (state == RUN) begin
            if (compute) count_busy <= count_busy + 1;
            else if (issue) count_window <= count_window + 1;
            else if (wait_weights) count_weights <= count_weights + 1;
            else if (wait_drain) count_drain <= count_drain + 1;
            else count_tail <= count_tail + 1;
        end
        if (state == CHECK && check_done) begin
            error <= check_error;
            done <= check_error != `ASLOG_ERROR_NONE;
            state <= check_error == `ASLOG_ERROR_NONE ? RUN : IDLE;
        end
        if (state == RUN && finished) begin
            done <= 1'b1;
            state <= IDLE;
        end
        if (abort) begin
            error <= bad_meta ? `ASLOG_ERROR_METADATA : `ASLOG_ERROR_SHIFT;
            error_index <= row_index;
            done <= 1'b1;
            state <= IDLE;
        end
        if (clear || start) begin
            bank_busy <= 2'b00;
            slot_busy <= 2'b00;
        end
        if (rst) begin
            state <= IDLE;
            done <= 1'b0;
            check_start <= 1'b0;
            error <= `ASLOG_ERROR_NONE;
        end
    end
endmodule

`default_nettype wire
