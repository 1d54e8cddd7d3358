// output_word: puts the bytes of one group of RQ_LANES lanes into their place of an output word.
// Combinational. A word holds OC_LANES channels: one dense tile, or OC_LANES / CHANNELS depthwise tiles of
// CHANNELS = min(OC_LANES, IC_LANES) channels side by side, whose lanes from CHANNELS on hold nothing.
`default_nettype none
`include "aslog_defs.vh"

module output_word #(
    parameter OC_LANES = 16,                   // bytes of a word
    parameter IC_LANES = 16,                   // see above
    parameter RQ_LANES = 16                    // lanes of a group; divides OC_LANES
) (
    input  wire                                        depthwise, // tiles of CHANNELS channels, else of OC_LANES
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0]   tile,      // tile of output channels
    input  wire [OC_LANES/RQ_LANES-1:0]                group,     // one-hot: bit g for lanes g * RQ_LANES and up
    input  wire [RQ_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] y,         // bytes of the group, its first lane lowest
    output wire [OC_LANES-1:0]                         lanes,     // bytes of the word that are written
    output wire [OC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] data       // byte 0 lowest, anything where none is written
);
    localparam CW = `ASLOG_DIMENSION_CHANNEL_WIDTH;
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam LW = $clog2(OC_LANES);
    localparam CHANNELS = OC_LANES < IC_LANES ? OC_LANES : IC_LANES;
    localparam GROUPS = OC_LANES / RQ_LANES;
    localparam [31:0] LAST = RQ_LANES - 1;
    localparam [LW-1:0] TURN = LAST[LW-1:0];

    /* verilator lint_off UNUSEDSIGNAL */ // tiles of a word take turns
    wire [CW-1:0] first = tile << $clog2(CHANNELS);
    /* verilator lint_on UNUSEDSIGNAL */
    wire [LW-1:0] part = depthwise ? first[LW-1:0] : {LW{1'b0}};
    wire [OC_LANES-1:0] channels = {OC_LANES{1'b1}} >> (depthwise ? OC_LANES - CHANNELS : 0);
    wire [OC_LANES-1:0] written;

    genvar g;
    generate
        for (g = 0; g < GROUPS; g = g + 1) begin : g_group
            assign written[g*RQ_LANES+:RQ_LANES] = channels[g*RQ_LANES+:RQ_LANES] & {RQ_LANES{group[g]}};
        end
    endgenerate

    // every group has the same bytes, turned by where the tile begins
    /* verilator lint_off UNUSEDSIGNAL */ // the lower half has come round
    wire [2*RQ_LANES*XW-1:0] turned = {y, y} << ({{(32-LW){1'b0}}, part & TURN} * XW);
    /* verilator lint_on UNUSEDSIGNAL */
    assign lanes = written << part;
    assign data = {GROUPS{turned[RQ_LANES*XW+:RQ_LANES*XW]}};
endmodule

`default_nettype wire
