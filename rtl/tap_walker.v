// tap_walker: the taps of a stripe in the order kernel row, kernel column, vector of input channels.
// `restart` goes to the first tap, `next` to the following one, at the next edge; restart wins. A tap takes one kernel
// column, or as many as an operand holds when depthwise or packed; then there is one vector only. The following tap
// (next_*), and whether there is none (last_tap), is worked out in a tap's first cycle: 2 cycles from one `next` or
// `restart` to the following `next`.
`default_nettype none
`include "aslog_defs.vh"

module tap_walker #(
    parameter IC_LANES = 16,                   // channels of a vector
    parameter COLUMNS  = 7                     // columns of the depthwise window
) (
    input  wire        clk,                    // rising edge
    input  wire        restart,                // a stripe begins
    input  wire        next,                   // the tap ends
    input  wire        depthwise,              // mode
    input  wire        packed_in,              // mode
    input  wire [2:0]  kernel_height,          // KH
    input  wire [2:0]  kernel_width,           // KW
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] in_vectors, // vectors of a pixel
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] in_pitch,   // addresses from a pixel to the next
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] in_row,     // addresses from a row to the next
    output reg  [2:0]  kernel_x,               // first kernel column of the tap
    output reg  [2:0]  columns,                // depthwise columns of the tap, else 1
    output wire        last_vector,            // of the input channels
    output wire        first_tap,              // of the stripe
    output wire        last_tap,               // of the stripe; from the tap's second cycle on
    output reg  [2:0]  next_y,                 // kernel row of the following tap
    output reg  [2:0]  next_x,                 // first kernel column of the following tap
    output reg  signed [`ASLOG_DIMENSION_ADDRESS_WIDTH+1:0] next_offset // its address relative to tap 0
);
    localparam CW = `ASLOG_DIMENSION_CHANNEL_WIDTH;
    localparam SW = `ASLOG_DIMENSION_ADDRESS_WIDTH + 2;  // signed addresses
    // kernel columns that one tap takes
    localparam VECTOR_PIXELS = IC_LANES / `ASLOG_PACKED_PIXEL;
    /* verilator lint_off WIDTHTRUNC */ // at most 7 columns
    localparam [2:0] DEPTHWISE_STEP = COLUMNS;
    localparam PACKED_COLUMNS = VECTOR_PIXELS > `ASLOG_KERNEL_MAX ? `ASLOG_KERNEL_MAX : VECTOR_PIXELS;
    localparam [2:0] PACKED_STEP = PACKED_COLUMNS;
    /* verilator lint_on WIDTHTRUNC */

    // columns of a tap with so many kernel columns to go
    function [2:0] columns_of;
        input [2:0] more;
        columns_of = !depthwise ? 3'd1 : more < DEPTHWISE_STEP ? more : DEPTHWISE_STEP;
    endfunction

    reg        [2:0]    kernel_y;
    reg        [2:0]    left;                            // kernel columns from kernel_x on
    reg                 last_kernel;                     // no kernel column follows, as next_*
    wire                last_input;
    reg        [CW-1:0] vector, next_vector;
    reg signed [SW-1:0] row_offset, next_row;            // of kernel_y
    reg signed [SW-1:0] corner, next_corner;             // of kernel_y and kernel_x

    wire [2:0] next_left = kernel_width - next_x;
    wire [2:0] step = depthwise ? DEPTHWISE_STEP : packed_in ? PACKED_STEP : 3'd1;
    wire more_x = left > step;
    wire more_y = kernel_y + 3'd1 != kernel_height;

    is_last #(.WIDTH(CW)) u_last_input (.count(vector), .total(in_vectors), .last(last_input));
    assign last_vector = depthwise || packed_in || last_input;
    assign first_tap = kernel_y == 0 && kernel_x == 0 && vector == 0;
    assign last_tap = last_vector && last_kernel;

    // step times in_pitch, which is 1 when packed; depthwise, COLUMNS is a power of two or as wide as any kernel
    wire signed [SW-1:0] pitch_wide = {{(SW-CW){1'b0}}, in_pitch};
    wire signed [SW-1:0] jump = packed_in ? $signed({{(SW-3){1'b0}}, PACKED_STEP})
        : pitch_wide <<< (depthwise ? $clog2(COLUMNS) : 0);
    wire signed [SW-1:0] following_row = row_offset + $signed({2'b00, in_row});
    wire signed [SW-1:0] following_corner = more_x ? corner + jump : following_row;
    wire signed [SW-1:0] vector_wide = {{(SW-CW){1'b0}}, vector};
    wire signed [SW-1:0] following_vector = corner + vector_wide + $signed({{(SW-1){1'b0}}, 1'b1});

    always @(posedge clk) begin
        last_kernel <= !more_x && !more_y;
        next_y <= last_vector && !more_x ? kernel_y + 3'd1 : kernel_y;
        next_x <= !last_vector ? kernel_x : more_x ? kernel_x + step : 3'd0;
        next_vector <= last_vector ? {CW{1'b0}} : vector + 1'b1;
        next_row <= last_vector && !more_x ? following_row : row_offset;
        next_corner <= last_vector ? following_corner : corner;
        next_offset <= last_vector ? following_corner : following_vector;
        if (next) begin
            kernel_y <= next_y;
            kernel_x <= next_x;
            left <= next_left;
            columns <= columns_of(next_left);
            vector <= next_vector;
            row_offset <= next_row;
            corner <= next_corner;
        end
        if (restart) begin
            kernel_y <= 3'd0;
            kernel_x <= 3'd0;
            left <= kernel_width;
            columns <= columns_of(kernel_width);
            vector <= {CW{1'b0}};
            row_offset <= {SW{1'b0}};
            corner <= {SW{1'b0}};
        end
    end
endmodule

`default_nettype wire
