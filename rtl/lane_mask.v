// lane_mask: which lanes of a vector lie in the picture, and which hold a channel of the layer.
// Position in cycle c gives the masks in c+1, when the words are there. A packed vector is several pixels, the lanes of
// each of which are in the picture or not; else it is one.
`default_nettype none
`include "aslog_defs.vh"

module lane_mask #(
    parameter IC_LANES = 16                                                // lanes of a vector
) (
    input  wire        clk,                                                // rising edge
    input  wire        empty,                                              // no lane has a channel
    input  wire        depthwise,                                          // mode
    input  wire        packed_in,                                          // mode
    input  wire        row_inside,                                         // the row is in the picture
    input  wire signed [`ASLOG_DIMENSION_WIDTH+1:0]    column,             // picture column of the (first) pixel
    input  wire [`ASLOG_DIMENSION_WIDTH-1:0]           width,              // of the picture
    input  wire [2:0]  kernel_x,                                           // packed: kernel column of the first pixel
    input  wire [2:0]  kernel_width,                                       // KW
    input  wire        last_vector,                                        // of the input channels
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0]   channels_in,        // IC
    output reg  [IC_LANES/`ASLOG_PACKED_PIXEL-1:0]     in_picture,         // per pixel of a packed vector, else alike
    output reg  [IC_LANES-1:0]                         exists              // the lane has a channel
);
    localparam DW = `ASLOG_DIMENSION_WIDTH + 2;
    localparam PX = `ASLOG_PACKED_PIXEL;
    localparam RW = $clog2(IC_LANES);

    wire [RW-1:0] remainder = channels_in[RW-1:0];                         // channels of the last vector, 0 for all
    wire [IC_LANES-1:0] last_lanes = remainder == 0 ? {IC_LANES{1'b1}} : ~({IC_LANES{1'b1}} << remainder);

    genvar i;
    generate
        for (i = 0; i < IC_LANES / PX; i = i + 1) begin : g_pixel
            localparam [DW-1:0] PIXEL = i;
            wire signed [DW-1:0] place = packed_in ? column + $signed(PIXEL) : column;
            always @(posedge clk) in_picture[i] <= row_inside && place >= 0 && place < $signed({2'b00, width});
        end
        for (i = 0; i < IC_LANES; i = i + 1) begin : g_lane
            localparam [DW-1:0] PIXEL = i / PX;
            localparam [31:0] BYTE = i % PX;
            wire of_kernel = {{(DW-3){1'b0}}, kernel_x} + PIXEL < {{(DW-3){1'b0}}, kernel_width};
            wire of_pixel = BYTE < {{(32-`ASLOG_DIMENSION_CHANNEL_WIDTH){1'b0}}, channels_in};
            always @(posedge clk) begin
                exists[i] <= !empty && (packed_in ? of_kernel && of_pixel
                                                  : depthwise || !last_vector || last_lanes[i]);
            end
        end
    endgenerate
endmodule

`default_nettype wire
