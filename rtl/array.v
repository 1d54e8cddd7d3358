// array: OC_LANES dot-product lanes with their decoded weights behind double registers.
// Shadow registers: `row_valid` writes the IC_LANES decoded codes of OC lane `row`. `swap` copies all shadow registers
// to the active ones (a row written at the same edge goes to the next tap). Operands in cycle c give the lanes' dot
// products in c+1, each as two numbers and two carries (see dot_lane): to add them is left to the accumulator.
`default_nettype none
`include "aslog_defs.vh"

module array #(
    parameter OC_LANES  = 16,                                       // dot-product lanes
    parameter IC_LANES  = 16,                                       // products per lane
    parameter SUM_WIDTH = `ASLOG_PRODUCT_WIDTH + $clog2(IC_LANES)   // width of each number
) (
    input  wire                                    clk,             // rising edge
    input  wire                                    row_valid,       // `codes` and `meta` are there
    input  wire [$clog2(OC_LANES)-1:0]             row,             // OC lane they belong to
    input  wire [IC_LANES*`ASLOG_CODE_WIDTH-1:0]   codes,           // of the row, lane 0 lowest
    input  wire [`ASLOG_METADATA_WIDTH-1:0]        meta,            // of the row's channel
    input  wire                                    swap,            // the shadow registers become active
    input  wire                                    enable,          // operands are valid
    input  wire [OC_LANES*IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0]     x,   // {OC lane, IC lane}
    input  wire [OC_LANES*IC_LANES*(`ASLOG_ACTIVATION_WIDTH+2)-1:0] x3, // 3 x of each
    output reg  [OC_LANES*2*SUM_WIDTH-1:0]         sums,            // {OC lane, number}
    output reg  [OC_LANES*2-1:0]                   carries          // {OC lane, carry}
);
    localparam XW = IC_LANES * `ASLOG_ACTIVATION_WIDTH;
    localparam TW = IC_LANES * (`ASLOG_ACTIVATION_WIDTH + 2);
    localparam CW = `ASLOG_CODE_WIDTH;
    localparam SW = `ASLOG_LADDER_SHIFT_BITS;
    localparam DW = IC_LANES * (3 + SW);                            // {shift, three, negative, two} of a row

    wire [DW-1:0] decoded;
    reg  [DW-1:0] shadow [0:OC_LANES-1];

    always @(posedge clk) begin
        if (row_valid) shadow[row] <= decoded;
    end

    genvar i, o;
    generate
        for (i = 0; i < IC_LANES; i = i + 1) begin : g_decoder
            weight_decoder u_decoder (
                .code(codes[i*CW+:CW]), .meta(meta),
                .two(decoded[i]), .negative(decoded[IC_LANES+i]), .three(decoded[2*IC_LANES+i]),
                .shift(decoded[3*IC_LANES+i*SW+:SW])
            );
        end
        for (o = 0; o < OC_LANES; o = o + 1) begin : g_lane
            reg  [DW-1:0] active;
            wire [2*SUM_WIDTH-1:0] own;
            wire [1:0] own_carries;
            always @(posedge clk) begin
                if (swap) active <= shadow[o];
                if (enable) sums[o*2*SUM_WIDTH+:2*SUM_WIDTH] <= own;
                if (enable) carries[o*2+:2] <= own_carries;
            end
            dot_lane #(.IC_LANES(IC_LANES), .SUM_WIDTH(SUM_WIDTH)) u_lane (
                .x(x[o*XW+:XW]), .x3(x3[o*TW+:TW]),
                .two(active[0+:IC_LANES]), .negative(active[IC_LANES+:IC_LANES]),
                .three(active[2*IC_LANES+:IC_LANES]), .shift(active[3*IC_LANES+:IC_LANES*SW]),
                .sums(own), .carries(own_carries)
            );
        end
    endgenerate
endmodule

`default_nettype wire
