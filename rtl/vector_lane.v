// vector_lane: one byte of a vector command: y = clamp(((sum of value - zero) M [+ (value_b - zero_b) M_b] + half)
// >> shift) + zero_out, or the largest value. Stages: 1 window, 2 product, 3 total, 4 byte. `enable` moves every stage
// by one; without valid_0 the window waits, and the stages behind repeat the last item. Constants hold during a
// command; for the largest value multiplier is 1 and shift, half and zero_out are 0.
`default_nettype none
`include "aslog_defs.vh"

module vector_lane (
    input  wire                                         clk,        // rising edge
    input  wire                                         enable,     // advance the pipeline
    input  wire                                         largest,    // the largest value, else the sum
    input  wire                                         valid_0,    // there is a value
    input  wire                                         first_0,    // it begins a window, or is the second source's
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           value_0,    // a byte of the buffer, or zero_0 for none
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           zero_0,     // zero point of its source
    input  wire [`ASLOG_GLUE_M_WIDTH-1:0]               multiplier_1, // M of the source at stage 1
    input  wire                                         second_2,   // the product is the second source's
    input  wire [`ASLOG_GLUE_SUM_WIDTH-1:0]             half,       // 2^(shift - 1), 0 for 0
    input  wire [`ASLOG_GLUE_SHIFT_WIDTH-1:0]           shift,      // sh
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           zero_out,   // z_y
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           clamp_low,  // lo
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           clamp_high, // hi
    output reg  [`ASLOG_ACTIVATION_WIDTH-1:0]           y           // stage 4
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam MW = `ASLOG_GLUE_M_WIDTH;
    localparam WW = `ASLOG_GLUE_WINDOW_WIDTH;
    localparam SW = `ASLOG_GLUE_SUM_WIDTH;

    reg [WW-1:0] window_1;                           // signed
    reg [SW-1:0] product_2;                          // signed
    reg signed [SW-1:0] total_3;

    wire [WW-1:0] sum = (first_0 ? {WW{1'b0}} : window_1)
                      + {{(WW-XW){1'b0}}, value_0} - {{(WW-XW){1'b0}}, zero_0};
    wire larger = first_0 || value_0 > window_1[XW-1:0]; // a largest value is a byte
    wire signed [SW-1:0] window_wide = {{(SW-WW){window_1[WW-1]}}, window_1};

    wire signed [SW-1:0] scaled = total_3 >>> shift;
    wire signed [SW-1:0] offset = scaled + $signed({{(SW-XW){1'b0}}, zero_out});
    wire below = offset < $signed({{(SW-XW){1'b0}}, clamp_low});
    wire above = offset > $signed({{(SW-XW){1'b0}}, clamp_high});

    always @(posedge clk) begin
        if (enable) begin
            if (valid_0) window_1 <= !largest ? sum : larger ? {{(WW-XW){1'b0}}, value_0} : window_1;
            product_2 <= window_wide * $signed({{(SW-MW){1'b0}}, multiplier_1});
            total_3 <= (second_2 ? total_3 : half) + product_2;
            y <= below ? clamp_low : above ? clamp_high : offset[XW-1:0];
        end
    end
endmodule

`default_nettype wire
