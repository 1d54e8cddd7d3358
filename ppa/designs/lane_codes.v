// lane_codes: lane_ours whose double registers hold codes, and metadata, with a weight decoder behind each of them.
// Left out, for all lanes share it: 3x. As lane_ours otherwise.
`default_nettype none
`include "aslog_defs.vh"

module lane_codes #(
    parameter IC_LANES = 16                                                   // products per cycle
) (
    input  wire                                               clk,        // rising edge
    input  wire                                               row_valid,  // `codes` and `meta` are there
    input  wire [IC_LANES*`ASLOG_CODE_WIDTH-1:0]              codes,      // lane 0 lowest
    input  wire [`ASLOG_METADATA_WIDTH-1:0]                   meta,       // of the channel
    input  wire                                               swap,       // the shadow registers become active
    input  wire                                               enable,     // operands are valid
    input  wire                                               accumulate, // the registered sum goes to the entry
    input  wire                                               first,      // with accumulate: overwrite
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0]        x,          // activations, lane 0 lowest
    input  wire [IC_LANES*(`ASLOG_ACTIVATION_WIDTH+2)-1:0]    x3,         // 3 x of each
    output wire [`ASLOG_ACCUMULATOR_WIDTH-1:0]                entry       // signed
);
    localparam CW = `ASLOG_CODE_WIDTH;
    localparam SW = `ASLOG_LADDER_SHIFT_BITS;
    localparam RW = IC_LANES * CW + `ASLOG_METADATA_WIDTH;
    localparam SUM_WIDTH = `ASLOG_PRODUCT_WIDTH + $clog2(IC_LANES);

    reg  [RW-1:0]          shadow, active;                                // {meta, codes}
    wire [IC_LANES-1:0]    two, three, negative;
    wire [IC_LANES*SW-1:0] shift;
    wire [2*SUM_WIDTH-1:0] sums;
    wire [1:0]             carries;

    always @(posedge clk) begin
        if (row_valid) shadow <= {meta, codes};
        if (swap) active <= shadow;
    end

    genvar i;
    generate
        for (i = 0; i < IC_LANES; i = i + 1) begin : g_decoder
            weight_decoder u_decoder (
                .code(active[i*CW+:CW]), .meta(active[RW-1-:`ASLOG_METADATA_WIDTH]),
                .two(two[i]), .negative(negative[i]), .three(three[i]), .shift(shift[i*SW+:SW])
            );
        end
    endgenerate
    dot_lane #(.IC_LANES(IC_LANES), .SUM_WIDTH(SUM_WIDTH)) u_lane (
        .x(x), .x3(x3), .two(two), .negative(negative), .three(three), .shift(shift), .sums(sums), .carries(carries)
    );
    lane_rest #(.SUM_WIDTH(SUM_WIDTH), .ENTRY_WIDTH(`ASLOG_ACCUMULATOR_WIDTH)) u_rest (
        .clk(clk), .enable(enable), .accumulate(accumulate), .first(first), .sums(sums), .carries(carries),
        .entry(entry)
    );
endmodule

`default_nettype wire
