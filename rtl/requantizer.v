// requantizer: one requantization lane, y = clamp((((acc + bce + bias) M + 2^(sh-1)) >> sh) + z_y, lo, hi).
// Pipeline of 4 stages: BCE term, sum, product, rounding shift and clamp. `enable` moves every stage by one;
// valid/ready is handled by the owner (see drain).
`default_nettype none
`include "aslog_defs.vh"

module requantizer (
    input  wire                                 clk,        // rising edge
    input  wire                                 enable,     // advance the pipeline
    input  wire [`ASLOG_ACCUMULATOR_WIDTH-1:0]  acc,        // signed
    input  wire [`ASLOG_WINDOW_WIDTH-1:0]       window,     // S, unsigned
    input  wire [`ASLOG_DELTA_WIDTH-1:0]        delta,      // BCE coefficient
    input  wire [`ASLOG_BIAS_WIDTH-1:0]         bias,       // signed
    input  wire [`ASLOG_REQUANTIZATION_M_WIDTH-1:0]     multiplier, // M, unsigned
    input  wire [`ASLOG_REQUANTIZATION_SHIFT_WIDTH-1:0] shift,      // sh, 0..shift_max
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]   zero_out,   // z_y, constant during a layer
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]   clamp_low,  // lo, constant during a layer
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]   clamp_high, // hi, constant during a layer
    output reg  [`ASLOG_ACTIVATION_WIDTH-1:0]   y           // 4 enabled cycles after acc
);
    localparam AW = `ASLOG_ACCUMULATOR_WIDTH;
    localparam BW = `ASLOG_BIAS_WIDTH;
    localparam MW = `ASLOG_REQUANTIZATION_M_WIDTH;
    localparam HW = `ASLOG_REQUANTIZATION_SHIFT_WIDTH;
    localparam SW = `ASLOG_REQUANTIZATION_SUM_WIDTH;
    localparam TW = `ASLOG_DELTA_TERM_WIDTH;
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam PW = SW + MW + 1;                 // product, signed, with room for the rounding bit

    wire [TW-1:0] term;
    bce u_bce (.window(window), .delta(delta), .term(term));

    reg  [TW-1:0] term_1;
    reg  [AW-1:0] acc_1;
    reg  [BW-1:0] bias_1;
    reg  [MW-1:0] multiplier_1, multiplier_2;
    reg  [HW-1:0] shift_1, shift_2, shift_3;
    reg  [SW-1:0] total_2;
    reg  signed [PW-1:0] product_3;

    wire signed [PW-1:0] total_wide = {{(PW-SW){total_2[SW-1]}}, total_2};
    wire signed [PW-1:0] multiplier_wide = {{(PW-MW){1'b0}}, multiplier_2};

    wire [PW-1:0] half = ({{(PW-1){1'b0}}, 1'b1} << shift_3) >> 1;
    wire signed [PW-1:0] rounded = product_3 + $signed(half);
    wire signed [PW-1:0] scaled = rounded >>> shift_3;
    wire signed [PW-1:0] offset = scaled + $signed({{(PW-XW){1'b0}}, zero_out});
    wire below = offset < $signed({{(PW-XW){1'b0}}, clamp_low});
    wire above = offset > $signed({{(PW-XW){1'b0}}, clamp_high});

    always @(posedge clk) begin
        if (enable) begin
            term_1 <= term;
            acc_1 <= acc;
            bias_1 <= bias;
            multiplier_1 <= multiplier;
            shift_1 <= shift;

            total_2 <= {{(SW-AW){acc_1[AW-1]}}, acc_1} + {{(SW-TW){term_1[TW-1]}}, term_1}
                     + {{(SW-BW){bias_1[BW-1]}}, bias_1};
            multiplier_2 <= multiplier_1;
            shift_2 <= shift_1;

            product_3 <= total_wide * multiplier_wide;
            shift_3 <= shift_2;

            y <= below ? clamp_low : above ? clamp_high : offset[XW-1:0];
        end
    end
endmodule

`default_nettype wire
