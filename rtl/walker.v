// walker: the loop nest tile, stripe, tap, pixel, column; issues one activation vector a cycle.
// A cycle with `issue` reads `address`; `compute` marks the vectors that complete an operand (all, except when the
// depthwise window fills). It waits before a tap until the loader has its weights (`loaded`; `take` consumes them)
// and before a stripe until its accumulator bank is free (`bank_busy`; `claim` takes it). Addresses are in vectors,
// or in pixels when packed. Constants come from layer_check and are stable from `start` on.
`default_nettype none
`include "aslog_defs.vh"

module walker #(
    parameter OC_LANES = 16,                   // channels of a tile
    parameter IC_LANES = 16,                   // channels of a vector
    parameter COLUMNS  = 7,                    // columns of the depthwise window
    parameter STRIPE   = 32                    // accumulator entries of a bank
) (
    input  wire        clk,
    input  wire        clear,                  // stop at once
    input  wire        start,                  // begin a layer
    input  wire        depthwise,
    input  wire        packed_in,
    input  wire [2:0]  kernel_height,
    input  wire [2:0]  kernel_width,
    input  wire        two,                    // stride 2, else 1
    input  wire [2:0]  pad_top,
    input  wire [2:0]  pad_left,
    input  wire [7:0]  stripe,                 // nominal stripe length
    input  wire [`ASLOG_DIMENSION_WIDTH-1:0]         height,
    input  wire [`ASLOG_DIMENSION_WIDTH-1:0]         out_width,
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] in_vectors,
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] tiles,
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH:0]   pitch,
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH:0]   pad_rows,
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH:0]   pad_columns,
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] pixels,
    input  wire        loaded,
    input  wire [1:0]  bank_busy,
    output wire        take,
    output wire        claim,
    output wire        issue,
    output wire        compute,
    output wire        window_clear,           // first column of a row segment
    output wire signed [`ASLOG_DIMENSION_ADDRESS_WIDTH+1:0] address,
    output wire        row_inside,             // the row is in the picture
    output wire signed [`ASLOG_DIMENSION_WIDTH+1:0] column, // its column, may be outside
    output reg  [2:0]  kernel_x,               // first kernel column of the tap
    output wire        last_vector,            // of the input channels
    output wire [2:0]  columns,                // depthwise columns of the tap
    output wire        first_tap,              // of the stripe
    output wire        stripe_end,             // with the last compute of a stripe
    output reg  [$clog2(STRIPE)-1:0] entry,
    output reg         bank,
    output reg  [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] length, // pixels of the stripe
    output reg  [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] tile,
    output wire        wait_weights,           // stalled, why
    output wire        wait_drain,
    output reg         active
);
    localparam DW = `ASLOG_DIMENSION_WIDTH + 2;          // signed coordinates
    localparam CW = `ASLOG_DIMENSION_CHANNEL_WIDTH;
    localparam AW = `ASLOG_DIMENSION_ADDRESS_WIDTH;
    localparam SW = AW + 2;                              // signed addresses
    localparam EW = $clog2(STRIPE);
    // kernel columns that one tap takes
    localparam VECTOR_PIXELS = IC_LANES / `ASLOG_PACKED_PIXEL;
    /* verilator lint_off WIDTHTRUNC */ // at most 7 columns
    localparam [2:0] DEPTHWISE_STEP = COLUMNS;
    localparam PACKED_COLUMNS = VECTOR_PIXELS > `ASLOG_KERNEL_MAX ? `ASLOG_KERNEL_MAX : VECTOR_PIXELS;
    localparam [2:0] PACKED_STEP = PACKED_COLUMNS;
    /* verilator lint_on WIDTHTRUNC */
    localparam TILES_PER_VECTOR = IC_LANES > OC_LANES ? IC_LANES / OC_LANES : 1;

    // position of the current pixel in the current tap
    reg  signed [DW-1:0] iy, ix;
    reg  signed [SW-1:0] row_addr, addr;                 // of the row's first pixel, of the pixel
    reg  [`ASLOG_DIMENSION_WIDTH-1:0] ox;
    reg  [2:0]           col;
    // start of the stripe and of the next one, without the tap's offset
    reg  signed [DW-1:0] start_iy, start_ix, next_iy, next_ix;
    reg  signed [SW-1:0] start_row, start_addr, next_row, next_addr;
    reg  [`ASLOG_DIMENSION_WIDTH-1:0] start_ox, next_ox;
    // tap
    reg  [2:0]           ky;
    reg  [CW-1:0]        icv;
    reg  signed [SW-1:0] ky_addr, kx_addr;
    reg                  tap_start;                      // before the first vector of a tap
    reg                  segment;                        // before the first column of a row segment
    reg  [AW-1:0]        remaining;

    function signed [SW-1:0] wide_c;
        input [CW-1:0] value;
        wide_c = {{(SW-CW){1'b0}}, value};
    endfunction
    function signed [SW-1:0] wide_a;
        input [AW:0] value;
        wide_a = {1'b0, value};
    endfunction
    function signed [DW-1:0] wide_3;
        input [2:0] value;
        wide_3 = {{(DW-3){1'b0}}, value};
    endfunction

    wire [2:0] left = kernel_width - kernel_x;
    assign columns = !depthwise ? 3'd1 : left < DEPTHWISE_STEP ? left : DEPTHWISE_STEP;
    wire [2:0] resume = (two && columns > 1) ? columns - 3'd2 : columns - 3'd1; // first new column of a next pixel

    assign first_tap = ky == 0 && kernel_x == 0 && icv == 0;
    assign wait_weights = active && tap_start && !loaded;
    assign wait_drain = active && tap_start && loaded && first_tap && bank_busy[bank];
    assign issue = active && !wait_weights && !wait_drain;
    assign take = issue && tap_start;
    assign claim = take && first_tap;
    assign compute = issue && col == columns - 3'd1;
    assign window_clear = segment;
    assign address = addr + (depthwise ? $signed({{(SW-3){1'b0}}, col}) * wide_c(in_vectors) : {SW{1'b0}});
    assign row_inside = iy >= 0 && iy < $signed({2'b00, height});
    assign column = ix + wide_3(col);
    assign last_vector = depthwise || packed_in || icv + 1'b1 == in_vectors;

    wire tap_end = compute && {{(AW-EW){1'b0}}, entry} + 1'b1 == length;
    // the next pixel
    wire row_end = ox + 1'b1 == out_width;
    wire signed [SW-1:0] pixel_step = two ? wide_c(in_vectors) <<< 1 : wide_c(in_vectors);
    wire signed [SW-1:0] row_step = two ? wide_a(pitch) <<< 1 : wide_a(pitch);
    wire signed [DW-1:0] step = two ? 2 : 1;
    wire [`ASLOG_DIMENSION_WIDTH-1:0] pixel_ox = row_end ? {(DW-2){1'b0}} : ox + 1'b1;
    wire signed [DW-1:0] pixel_iy = row_end ? iy + step : iy;
    wire signed [DW-1:0] pixel_ix = row_end ? wide_3(kernel_x) - wide_3(pad_left) : ix + step;
    wire signed [SW-1:0] pixel_row = row_end ? row_addr + row_step : row_addr;
    wire signed [SW-1:0] pixel_addr = row_end ? pixel_row : addr + pixel_step;

    // the next tap
    wire [2:0] kx_step = depthwise ? DEPTHWISE_STEP : packed_in ? PACKED_STEP : 3'd1;
    wire more_vectors = !last_vector;
    wire more_x = left > kx_step;
    wire more_y = ky + 3'd1 != kernel_height;
    assign stripe_end = tap_end && !more_vectors && !more_x && !more_y;
    wire [2:0] tap_ky = more_vectors || more_x ? ky : ky + 3'd1;
    wire [2:0] tap_kx = more_vectors ? kernel_x : more_x ? kernel_x + kx_step : 3'd0;
    wire [CW-1:0] tap_icv = more_vectors ? icv + 1'b1 : {CW{1'b0}};
    wire signed [SW-1:0] tap_ky_addr = more_vectors || more_x ? ky_addr : ky_addr + wide_a(pitch);
    wire signed [SW-1:0] kx_jump = $signed({{(SW-3){1'b0}}, kx_step}) * wide_c(in_vectors);
    wire signed [SW-1:0] tap_kx_addr = more_vectors ? kx_addr : more_x ? kx_addr + kx_jump : {SW{1'b0}};
    wire signed [SW-1:0] offset = tap_ky_addr + tap_kx_addr + wide_c(tap_icv);

    // the next stripe, of this tile or of the next one
    wire tile_end = length == remaining;
    wire tile_begin = start || tile_end;
    wire [CW-1:0] begin_tile = start ? {CW{1'b0}} : tile + 1'b1;
    wire [CW-1:0] tile_vector = begin_tile >> $clog2(TILES_PER_VECTOR);
    wire signed [SW-1:0] origin = (depthwise ? wide_c(tile_vector) : {SW{1'b0}})
        - wide_a(pad_rows) - wide_a(pad_columns);
    wire [AW-1:0] begin_remaining = tile_begin ? pixels : remaining - length;
    wire [AW-1:0] begin_length;
    stripe_length u_length (.remaining(begin_remaining), .stripe(stripe), .length(begin_length));
    wire signed [DW-1:0] begin_iy = tile_begin ? -wide_3(pad_top) : first_tap ? pixel_iy : next_iy;
    wire signed [DW-1:0] begin_ix = tile_begin ? -wide_3(pad_left) : first_tap ? pixel_ix : next_ix;
    wire signed [SW-1:0] begin_row = tile_begin ? origin : first_tap ? pixel_row : next_row;
    wire signed [SW-1:0] begin_addr = tile_begin ? origin : first_tap ? pixel_addr : next_addr;
    wire [`ASLOG_DIMENSION_WIDTH-1:0] begin_ox = tile_begin ? {(DW-2){1'b0}} : first_tap ? pixel_ox : next_ox;

    always @(posedge clk) begin
        if (issue) begin
            tap_start <= 1'b0;
            segment <= 1'b0;
            col <= col + 3'd1;
        end
        if (compute) begin
            entry <= entry + 1'b1;
            segment <= row_end;
            col <= row_end ? 3'd0 : resume;
            ox <= pixel_ox;
            iy <= pixel_iy;
            ix <= pixel_ix;
            row_addr <= pixel_row;
            addr <= pixel_addr;
        end
        if (tap_end) begin
            tap_start <= 1'b1;
            segment <= 1'b1;
            col <= 3'd0;
            entry <= {EW{1'b0}};
            ky <= tap_ky;
            kernel_x <= tap_kx;
            icv <= tap_icv;
            ky_addr <= tap_ky_addr;
            kx_addr <= tap_kx_addr;
            ox <= start_ox;
            iy <= start_iy + wide_3(tap_ky);
            ix <= start_ix + wide_3(tap_kx);
            row_addr <= start_row + offset;
            addr <= start_addr + offset;
            if (first_tap) begin
                next_ox <= pixel_ox;
                next_iy <= pixel_iy;
                next_ix <= pixel_ix;
                next_row <= pixel_row;
                next_addr <= pixel_addr;
            end
        end
        if (stripe_end || start) begin
            if (start) bank <= 1'b0;
            else bank <= !bank;
            active <= start || !tile_end || begin_tile != tiles;
            if (tile_begin) tile <= begin_tile;
            remaining <= begin_remaining;
            length <= begin_length;
            entry <= {EW{1'b0}};
            tap_start <= 1'b1;
            segment <= 1'b1;
            col <= 3'd0;
            ky <= 3'd0;
            kernel_x <= 3'd0;
            icv <= {CW{1'b0}};
            ky_addr <= {SW{1'b0}};
            kx_addr <= {SW{1'b0}};
            ox <= begin_ox;
            iy <= begin_iy;
            ix <= begin_ix;
            row_addr <= begin_row;
            addr <= begin_addr;
            start_ox <= begin_ox;
            start_iy <= begin_iy;
            start_ix <= begin_ix;
            start_row <= begin_row;
            start_addr <= begin_addr;
        end
        if (clear) active <= 1'b0;
    end
endmodule

`default_nettype wire
