// walker: the loop nest tile, stripe, tap, pixel, column; issues one activation vector a cycle.
// A cycle with `issue` reads `address`; `compute` marks the vectors that complete an operand (all, except when the
// depthwise window fills). It waits before a tap until the loader has its weights (`loaded`; `take` consumes them)
// and before a stripe until its accumulator bank is free (`bank_busy`; `claim` takes it). Addresses are in vectors,
// or in pixels when packed. Constants come from layer_check and are stable from 3 cycles before `start` on, `origin`
// from 1, in which nothing is active. What follows a tap is worked out in the cycle after the tap before: a tap of a
// single vector waits for it, as for weights.
`default_nettype none
`include "aslog_defs.vh"

module walker #(
    parameter OC_LANES = 16,                   // channels of a tile
    parameter IC_LANES = 16,                   // channels of a vector
    parameter COLUMNS  = 7,                    // columns of the depthwise window
    parameter STRIPE   = 32                    // accumulator entries of a bank
) (
    input  wire        clk,                    // rising edge
    input  wire        clear,                  // stop at once
    input  wire        start,                  // begin a layer
    input  wire        depthwise,              // mode
    input  wire        packed_in,              // mode
    input  wire [2:0]  kernel_height,          // KH
    input  wire [2:0]  kernel_width,           // KW
    input  wire        two,                    // stride 2, else 1
    input  wire [2:0]  pad_top,                // padding rows above the picture
    input  wire [2:0]  pad_left,               // padding columns left of it
    input  wire [7:0]  stripe,                 // nominal stripe length
    input  wire [`ASLOG_DIMENSION_WIDTH-1:0]         height,      // input rows
    input  wire [`ASLOG_DIMENSION_WIDTH-1:0]         out_width,   // output pixels of a row
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] in_vectors,  // vectors of an input pixel
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] in_pitch,    // addresses from a pixel to the next
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] tiles,       // tiles of output channels
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] in_row,      // addresses from a row to the next
    input  wire signed [`ASLOG_DIMENSION_ADDRESS_WIDTH+1:0] origin, // address of the first window's corner
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] pixels,      // output pixels
    input  wire        loaded,                 // the loader has the weights of the next tap
    input  wire [1:0]  bank_busy,              // accumulator bank still in use by the drain
    output wire        take,                   // with the first vector of a tap: its weights become active
    output wire        claim,                  // with the first vector of a stripe: it takes `bank`
    output wire        issue,                  // a vector is read
    output wire        compute,                // it completes an operand
    output wire        window_clear,           // first column of a row segment
    output wire signed [`ASLOG_DIMENSION_ADDRESS_WIDTH+1:0] address, // of the vector
    output wire        row_inside,             // the row is in the picture
    output wire signed [`ASLOG_DIMENSION_WIDTH+1:0] column, // its column, may be outside
    output wire [2:0]  kernel_x,               // first kernel column of the tap
    output wire        last_vector,            // of the input channels
    output wire [2:0]  columns,                // depthwise columns of the tap
    output wire        first_tap,              // of the stripe
    output wire        stripe_end,             // with the last compute of a stripe
    output reg  [$clog2(STRIPE)-1:0] entry,    // accumulator entry: pixel of the stripe
    output wire        bank,                   // accumulator bank of the stripe
    output wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] length, // pixels of the stripe
    output wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] tile,   // tile of the stripe
    output wire        wait_weights,           // stalled for weights
    output wire        wait_drain,             // stalled for an accumulator bank
    output wire        active                  // the layer is not at its end
);
    localparam DW = `ASLOG_DIMENSION_WIDTH + 2;          // signed coordinates
    localparam CW = `ASLOG_DIMENSION_CHANNEL_WIDTH;
    localparam AW = `ASLOG_DIMENSION_ADDRESS_WIDTH;
    localparam SW = AW + 2;                              // signed addresses
    localparam EW = $clog2(STRIPE);
    localparam TILES_PER_VECTOR = IC_LANES > OC_LANES ? IC_LANES / OC_LANES : 1;

    reg        tap_start;                                // before the first vector of a tap
    reg        settling;                                 // a tap ended in the cycle before
    reg        segment;                                  // before the first column of a row segment
    reg  [2:0] col;                                      // depthwise column of the tap

    // the registers of modes and stride have many loads elsewhere
    reg depthwise_1, packed_1, two_1;
    always @(posedge clk) {depthwise_1, packed_1, two_1} <= {depthwise, packed_in, two};

    wire last_entry;
    // a stripe fits a bank
    is_last #(.WIDTH(EW+1)) u_last_entry (.count({1'b0, entry}), .total(length[EW:0]), .last(last_entry));
    wire tap_end = compute && last_entry;
    wire last_tap, row_end, tile_begin;
    wire begin_stripe = stripe_end || start;
    wire [CW-1:0] begin_tile;
    wire [2:0] next_y, next_x;
    wire signed [SW-1:0] next_offset;
    wire signed [DW-1:0] y;

    wire ready = loaded && !(settling && last_entry && columns == 1);
    assign wait_weights = active && tap_start && !ready;
    assign wait_drain = active && tap_start && ready && first_tap && bank_busy[bank];
    assign issue = active && !wait_weights && !wait_drain;
    assign take = issue && tap_start;
    assign claim = take && first_tap;
    assign compute = issue && col == columns - 3'd1;
    assign stripe_end = tap_end && last_tap;
    assign window_clear = segment;
    assign row_inside = y >= 0 && y < $signed({2'b00, height});

    // depthwise: a tile starts in its vector, and its columns are one pixel apart
    wire [CW-1:0] tile_vector = depthwise_1 ? begin_tile >> $clog2(TILES_PER_VECTOR) : {CW{1'b0}};
    reg signed [SW-1:0] tile_origin;                     // of the tile that begins next
    always @(posedge clk) tile_origin <= origin + $signed({{(SW-CW){1'b0}}, tile_vector});
    wire skip = two_1 && columns == 1;

    stripe_walker u_stripe (
        .clk(clk), .clear(clear), .start(start), .next(stripe_end), .stripe(stripe), .pixels(pixels), .tiles(tiles),
        .active(active), .bank(bank), .length(length), .tile(tile), .tile_begin(tile_begin), .begin_tile(begin_tile)
    );
    tap_walker #(.IC_LANES(IC_LANES), .COLUMNS(COLUMNS)) u_tap (
        .clk(clk), .restart(begin_stripe), .next(tap_end), .depthwise(depthwise_1), .packed_in(packed_1),
        .kernel_height(kernel_height), .kernel_width(kernel_width), .in_vectors(in_vectors), .in_pitch(in_pitch),
        .in_row(in_row), .kernel_x(kernel_x), .columns(columns), .last_vector(last_vector), .first_tap(first_tap),
        .last_tap(last_tap),
        .next_y(next_y), .next_x(next_x), .next_offset(next_offset)
    );
    pixel_walker u_pixel (
        .clk(clk), .advance(issue), .step(compute), .tap_end(tap_end), .first_tap(first_tap),
        .begin_stripe(begin_stripe), .tile_begin(tile_begin), .two(two_1), .skip(skip), .pad_top(pad_top),
        .pad_left(pad_left), .out_width(out_width), .in_pitch(in_pitch), .in_row(in_row), .origin(tile_origin),
        .kernel_x(kernel_x), .next_y(next_y), .next_x(next_x), .next_offset(next_offset), .row_end(row_end), .y(y),
        .column(column), .address(address)
    );

    // first new column of the next pixel in the row
    wire [2:0] resume = (two_1 && columns > 1) ? columns - 3'd2 : columns - 3'd1;

    always @(posedge clk) begin
        settling <= tap_end || start;
        if (issue) begin
            tap_start <= 1'b0;
            segment <= 1'b0;
            col <= col + 3'd1;
        end
        if (compute) begin
            entry <= entry + 1'b1;
            segment <= row_end;
            col <= row_end ? 3'd0 : resume;
        end
        if (tap_end || start) begin
            tap_start <= 1'b1;
            segment <= 1'b1;
            col <= 3'd0;
            entry <= {EW{1'b0}};
        end
    end
endmodule

`default_nettype wire
