// pixel_walker: input position of each vector of a stripe, in each tap: picture row and column, and address.
// At the next edge `advance` moves to the next vector, `step` (with it, at the last of an output pixel) to the next
// pixel, `tap_end` (with step) back to the stripe's first pixel in the following tap, and `begin_stripe` to the first
// tap of the stripe that follows, or of `origin` at a tile's first (`tile_begin`); the last of them wins. Positions in
// the padding lie outside the picture, with addresses to match. Stride, pitch and row are stable from 2 cycles before
// the layer's first `begin_stripe` on.
`default_nettype none
`include "aslog_defs.vh"

module pixel_walker (
    input  wire        clk,                    // rising edge
    input  wire        advance,                // the vector is read
    input  wire        step,                   // the pixel is done
    input  wire        tap_end,                // it was the last of the stripe in this tap
    input  wire        first_tap,              // the tap is the first of the stripe
    input  wire        begin_stripe,           // it was the last of the stripe in its last tap, or a layer begins
    input  wire        tile_begin,             // with begin_stripe: at the first output pixel
    input  wire        two,                    // stride 2, else 1
    input  wire        skip,                   // vectors of a row are two pixels apart, else one
    input  wire [2:0]  pad_top,                // padding rows above the picture
    input  wire [2:0]  pad_left,               // padding columns left of it
    input  wire [`ASLOG_DIMENSION_WIDTH-1:0]         out_width,  // output pixels of a row
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] in_pitch,   // addresses from a pixel to the next
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] in_row,     // addresses from a row to the next
    input  wire signed [`ASLOG_DIMENSION_ADDRESS_WIDTH+1:0] origin, // of the first output pixel in tap 0
    input  wire [2:0]  kernel_x,               // kernel column of the tap
    input  wire [2:0]  next_y,                 // kernel row of the following tap
    input  wire [2:0]  next_x,                 // kernel column of the following tap
    input  wire signed [`ASLOG_DIMENSION_ADDRESS_WIDTH+1:0] next_offset, // address of the following tap, from tap 0
    output wire        row_end,                // the pixel is the last of its output row
    output reg  signed [`ASLOG_DIMENSION_WIDTH+1:0] y,       // picture row
    output reg  signed [`ASLOG_DIMENSION_WIDTH+1:0] column,  // picture column
    output reg  signed [`ASLOG_DIMENSION_ADDRESS_WIDTH+1:0] address // of the vector
);
    localparam OW = `ASLOG_DIMENSION_WIDTH;
    localparam DW = OW + 2;                              // signed coordinates
    localparam CW = `ASLOG_DIMENSION_CHANNEL_WIDTH;
    localparam SW = `ASLOG_DIMENSION_ADDRESS_WIDTH + 2;  // signed addresses

    function signed [DW-1:0] wide;
        input [2:0] value;
        wide = {{(DW-3){1'b0}}, value};
    endfunction

    reg [OW-1:0] ox;                                     // output column
    reg signed [DW-1:0] x;                               // column of the output pixel's first vector
    reg signed [SW-1:0] base;                            // its address
    reg signed [SW-1:0] row;                             // address of the first pixel of the output row
    // the stripe's first pixel, and the pixel after its last, both in tap 0
    reg [OW-1:0] start_ox, after_ox;
    reg signed [DW-1:0] start_y, start_x, after_y, after_x;
    reg signed [SW-1:0] start_row, start_address, after_row, after_address;

    // the pixel that follows in this tap
    wire signed [SW-1:0] pitch_wide = {{(SW-CW){1'b0}}, in_pitch};
    reg signed [SW-1:0] pitch_step, row_step;            // addresses from an output pixel, or row, to the next
    wire signed [DW-1:0] stride = two ? 2 : 1;
    is_last #(.WIDTH(OW)) u_row_end (.count(ox), .total(out_width), .last(row_end));
    wire [OW-1:0] pixel_ox = row_end ? {OW{1'b0}} : ox + 1'b1;
    wire signed [DW-1:0] pixel_y = row_end ? y + stride : y;
    wire signed [DW-1:0] pixel_x = row_end ? wide(kernel_x) - wide(pad_left) : x + stride;
    wire signed [SW-1:0] pixel_row = row_end ? row + row_step : row;
    wire signed [SW-1:0] pixel_address = row_end ? pixel_row : base + pitch_step;

    // the stripe that follows: where the first tap of this one ended
    wire [OW-1:0] begin_ox = tile_begin ? {OW{1'b0}} : first_tap ? pixel_ox : after_ox;
    wire signed [DW-1:0] begin_y = tile_begin ? -wide(pad_top) : first_tap ? pixel_y : after_y;
    wire signed [DW-1:0] begin_x = tile_begin ? -wide(pad_left) : first_tap ? pixel_x : after_x;
    wire signed [SW-1:0] begin_row = tile_begin ? origin : first_tap ? pixel_row : after_row;
    wire signed [SW-1:0] begin_address = tile_begin ? origin : first_tap ? pixel_address : after_address;

    wire signed [SW-1:0] tap_address = start_address + next_offset;
    wire signed [DW-1:0] tap_x = start_x + wide(next_x);

    always @(posedge clk) begin
        pitch_step <= pitch_wide <<< two;
        row_step <= $signed({2'b00, in_row}) <<< two;
        if (advance) begin
            column <= step && row_end ? pixel_x : column + (skip ? 2 : 1);
            address <= step && row_end ? pixel_row : address + (pitch_wide <<< skip);
        end
        if (step) {ox, y, x, row, base} <= {pixel_ox, pixel_y, pixel_x, pixel_row, pixel_address};
        if (tap_end) begin
            ox <= start_ox;
            y <= start_y + wide(next_y);
            row <= start_row + next_offset;
            {x, base, column, address} <= {tap_x, tap_address, tap_x, tap_address};
            if (first_tap) {after_ox, after_y, after_x, after_row, after_address} <=
                {pixel_ox, pixel_y, pixel_x, pixel_row, pixel_address};
        end
        if (begin_stripe) begin
            {ox, y, x, row, base} <= {begin_ox, begin_y, begin_x, begin_row, begin_address};
            {column, address} <= {begin_x, begin_address};
            {start_ox, start_y, start_x, start_row, start_address} <=
                {begin_ox, begin_y, begin_x, begin_row, begin_address};
        end
    end
endmodule

`default_nettype wire
