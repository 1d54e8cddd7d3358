// requantizer: one requantization lane, y = clamp(((t M + half) >> post_shift) + z_y, lo, hi), where
// t = saturated((acc + bce + bias) 2^fraction >> sh): shifted first, the total leaves a small multiplier to be done.
// Pipeline of 5 stages: BCE, sum, shift, product, clamp. Each takes what is before it when its bit of `enable` is
// set: those that would take nothing keep still. A constant is given to the stage that takes it, `shift` one stage and
// `multiplier` two after the entry. valid/ready is handled by the owner (see drain).
`default_nettype none
`include "aslog_defs.vh"

module requantizer (
    input  wire                                 clk,        // rising edge
    input  wire [4:0]                           enable,     // of each stage, the first one lowest
    input  wire [`ASLOG_ACCUMULATOR_WIDTH-1:0]  acc,        // signed
    input  wire [`ASLOG_WINDOW_WIDTH-1:0]       window,     // S, unsigned
    input  wire [`ASLOG_DELTA_WIDTH-1:0]        delta,      // BCE coefficient
    input  wire [`ASLOG_BIAS_WIDTH-1:0]         bias,       // signed
    input  wire [`ASLOG_REQUANTIZATION_M_WIDTH-1:0]     multiplier, // M, unsigned, with enable[2]
    input  wire [`ASLOG_REQUANTIZATION_SHIFT_WIDTH-1:0] shift,      // sh, 0..shift_max, with enable[1]
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]   zero_out,   // z_y, constant during a layer
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]   clamp_low,  // lo, constant during a layer
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]   clamp_high, // hi, constant during a layer
    output reg  [`ASLOG_ACTIVATION_WIDTH-1:0]   y           // of stage 5
);
    localparam MW = `ASLOG_REQUANTIZATION_M_WIDTH;
    localparam HW = `ASLOG_REQUANTIZATION_SHIFT_WIDTH;
    localparam SW = `ASLOG_REQUANTIZATION_SUM_WIDTH;
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam FW = SW + `ASLOG_REQUANTIZATION_FRACTION; // total with its fraction
    localparam CW = `ASLOG_REQUANTIZATION_SCALED_WIDTH;
    localparam PW = CW + MW;                     // product, signed
    localparam RW = PW - `ASLOG_REQUANTIZATION_POST_SHIFT + 1; // quotient and its first fractional bit, signed

    wire [SW-1:0] partial, carries;
    bce u_bce (.acc(acc), .bias(bias), .window(window), .delta(delta), .partial(partial), .carries(carries));

    reg  [SW-1:0] partial_1, carries_1;
    reg  [SW-1:0] total_2;
    reg  [HW-1:0] shift_2;
    reg  [MW-1:0] multiplier_3;
    reg  signed [CW-1:0] scaled_3;
    reg  [RW-1:0] quotient_4;                    // signed, with its first fractional bit

    wire [CW-1:0] scaled;
    saturating_shift #(.WIDTH(FW), .SHIFT(HW), .RESULT(CW)) u_shift (
        .value({total_2, {(FW-SW){1'b0}}}), .shift(shift_2), .result(scaled)
    );

    wire signed [MW:0]   factor = {1'b0, multiplier_3};
    /* verilator lint_off UNUSEDSIGNAL */ // what is behind the first fractional bit is gone
    wire signed [PW-1:0] product = scaled_3 * factor;

    // half is added in front of z_y, in the fractional bit
    wire [RW:0] rounded = {quotient_4[RW-1], quotient_4} + {{(RW-XW){1'b0}}, zero_out, 1'b1};
    /* verilator lint_on UNUSEDSIGNAL */
    wire signed [RW-1:0] offset = rounded[RW:1];
    wire below = offset < $signed({{(RW-XW){1'b0}}, clamp_low});
    wire above = offset > $signed({{(RW-XW){1'b0}}, clamp_high});

    always @(posedge clk) begin
        if (enable[0]) begin
            partial_1 <= partial;
            carries_1 <= carries;
        end
        if (enable[1]) begin
            total_2 <= partial_1 + carries_1;
            shift_2 <= shift;
        end
        if (enable[2]) begin
            scaled_3 <= scaled;
            multiplier_3 <= multiplier;
        end
        if (enable[3]) quotient_4 <= product[PW-1-:RW];
        if (enable[4]) y <= below ? clamp_low : above ? clamp_high : offset[XW-1:0];
    end
endmodule

`default_nettype wire
