// tb_requantizer: requantizer between two valid/ready streams.
// A transfer happens in a cycle with valid and ready. The pipeline stands still while its result waits.
`default_nettype none
`include "aslog_defs.vh"

module tb_requantizer (
    input  wire                                         clk,
    input  wire                                         rst,           // synchronous, active high
    input  wire                                         in_valid,      // input stream
    output wire                                         in_ready,
    input  wire [`ASLOG_ACCUMULATOR_WIDTH-1:0]          in_acc,        // signed
    input  wire [`ASLOG_WINDOW_WIDTH-1:0]               in_window,     // S, unsigned
    input  wire [`ASLOG_DELTA_WIDTH-1:0]                in_delta,      // BCE coefficient
    input  wire [`ASLOG_BIAS_WIDTH-1:0]                 in_bias,       // signed
    input  wire [`ASLOG_REQUANTIZATION_M_WIDTH-1:0]     in_multiplier, // M, unsigned
    input  wire [`ASLOG_REQUANTIZATION_SHIFT_WIDTH-1:0] in_shift,      // sh
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           zero_out,      // constants of a layer
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           clamp_low,
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           clamp_high,
    output wire                                         out_valid,     // output stream
    input  wire                                         out_ready,
    output wire [`ASLOG_ACTIVATION_WIDTH-1:0]           out_y
);
    localparam STAGES = 5;

    reg [STAGES-1:0] valid;
    reg [`ASLOG_REQUANTIZATION_SHIFT_WIDTH-1:0] shift_1; // each constant waits for its stage
    reg [`ASLOG_REQUANTIZATION_M_WIDTH-1:0]     multiplier_1, multiplier_2;

    assign out_valid = valid[STAGES-1];
    wire enable = !out_valid || out_ready;
    assign in_ready = enable;

    requantizer u_requantizer (
        .clk(clk), .enable({STAGES{enable}} & {valid[STAGES-2:0], in_valid}), .acc(in_acc), .window(in_window),
        .delta(in_delta), .bias(in_bias), .multiplier(multiplier_2), .shift(shift_1),
        .zero_out(zero_out), .clamp_low(clamp_low), .clamp_high(clamp_high), .y(out_y)
    );

    always @(posedge clk) begin
        if (enable) begin
            valid <= {valid[STAGES-2:0], in_valid};
            shift_1 <= in_shift;
            {multiplier_2, multiplier_1} <= {multiplier_1, in_multiplier};
        end
        if (rst) valid <= {STAGES{1'b0}};
    end
endmodule

`default_nettype wire
