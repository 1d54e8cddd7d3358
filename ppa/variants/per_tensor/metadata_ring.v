// metadata_ring of a per-tensor design: the metadata is the layer's. `meta` is the row's own word's with `row_first`,
// and what came last otherwise.
`default_nettype none
`include "aslog_defs.vh"

module metadata_ring #(
    /* verilator lint_off UNUSEDPARAM */
    parameter OC_LANES = 16                                 // rows of a tap
    /* verilator lint_on UNUSEDPARAM */
) (
    input  wire                            clk,             // rising edge
    input  wire                            row_valid,       // a row of weights is there
    input  wire                            row_first,       // of a tile's first tap: `row_meta` is its metadata
    input  wire [`ASLOG_METADATA_WIDTH-1:0] row_meta,       // of the parameter record that comes with it
    output wire [`ASLOG_METADATA_WIDTH-1:0] meta            // metadata of the row
);
    reg [`ASLOG_METADATA_WIDTH-1:0] layer;

    assign meta = row_first ? row_meta : layer;
    always @(posedge clk) if (row_valid && row_first) layer <= row_meta;
endmodule

`default_nettype wire
