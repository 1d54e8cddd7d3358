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
    input  wire [$clog2(OC_LANES)-1:0]                 group,     // lanes group * RQ_LANES and up of the tile
    input  wire [RQ_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] y,         // bytes of the group, its first lane lowest
    output wire [OC_LANES-1:0]                         lanes,     // bytes of the word that are written
    output wire [OC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] data       // the word, byte 0 lowest
);
    localparam CW = `ASLOG_DIMENSION_CHANNEL_WIDTH;
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam LW = $clog2(OC_LANES);
    localparam CHANNELS = OC_LANES < IC_LANES ? OC_LANES : IC_LANES;
    localparam [OC_LANES-1:0] GROUP = {OC_LANES{1'b1}} >> (OC_LANES - RQ_LANES);

    /* verilator lint_off UNUSEDSIGNAL */ // tiles of a word take turns
    wire [CW-1:0] first = tile << $clog2(CHANNELS);
    /* verilator lint_on UNUSEDSIGNAL */
    wire [LW-1:0] part = depthwise ? first[LW-1:0] : {LW{1'b0}};
    wire [LW-1:0] offset = group << $clog2(RQ_LANES);
    wire [LW-1:0] place = part + offset;
    wire [OC_LANES-1:0] channels = {OC_LANES{1'b1}} >> (depthwise ? OC_LANES - CHANNELS : 0);
    wire [OC_LANES-1:0] written = channels >> offset;

    assign lanes = (written & GROUP) << place;
    assign data = {{(OC_LANES-RQ_LANES){8'd0}}, y} << (place * XW);
endmodule

`default_nettype wire
