// metadata_ring: the PCF's metadata of the OC lanes, for the weight decoders, in the order in which rows arrive.
// `meta` is that of the row that is there, combinational: its own word's with `row_first`, else what its lane had
// before. Rows come lane by lane, all OC_LANES of a tap, so that the ring moves on by one at the edge of each.
`default_nettype none
`include "aslog_defs.vh"

module metadata_ring #(
    parameter OC_LANES = 16                                 // rows of a tap
) (
    input  wire                            clk,             // rising edge
    input  wire                            row_valid,       // a row of weights is there
    input  wire                            row_first,       // of a tile's first tap: `row_meta` is its metadata
    input  wire [`ASLOG_METADATA_WIDTH-1:0] row_meta,       // of the parameter record that comes with it
    output wire [`ASLOG_METADATA_WIDTH-1:0] meta            // metadata of the row
);
    localparam MW = `ASLOG_METADATA_WIDTH;

    reg [OC_LANES*MW-1:0] ring;                             // of the rows to come, the next one lowest

    assign meta = row_first ? row_meta : ring[MW-1:0];
    always @(posedge clk) if (row_valid) ring <= {meta, ring[OC_LANES*MW-1:MW]};
endmodule

`default_nettype wire
