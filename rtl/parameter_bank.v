// parameter_bank: the PCF's per-channel constants, two slots of one register word per OC lane.
// One slot belongs to the tile being drained, the other to the tile being loaded. Writes take effect at the next edge;
// reads are combinational.
`default_nettype none
`include "aslog_defs.vh"

module parameter_bank #(
    parameter OC_LANES = 16,                              // lanes
    parameter RQ_LANES = 16                               // lanes read at a time; divides OC_LANES
) (
    input  wire                                  clk,         // rising edge
    input  wire                                  write_enable, // write `write_word`
    input  wire                                  write_slot,  // slot to write
    input  wire [$clog2(OC_LANES)-1:0]           write_lane,  // lane to write
    input  wire [`ASLOG_PARAMETER_BITS-1:0]      write_word,  // packed parameter record
    input  wire                                  meta_slot,   // metadata of one lane, for the weight decoders
    input  wire [$clog2(OC_LANES)-1:0]           meta_lane,   // lane
    output wire [`ASLOG_METADATA_WIDTH-1:0]      meta,        // metadata of that lane
    input  wire                                  read_slot,   // words of one group of lanes, for the drain
    input  wire [$clog2(OC_LANES)-1:0]           read_group,  // lanes read_group * RQ_LANES and up
    output wire [RQ_LANES*`ASLOG_PARAMETER_BITS-1:0] read_words // the group, its first lane lowest
);
    localparam LW = $clog2(OC_LANES);
    localparam PW = `ASLOG_PARAMETER_BITS;

    reg [PW-1:0] words [0:2*OC_LANES-1];                  // {slot, lane}

    always @(posedge clk) begin
        if (write_enable) words[{write_slot, write_lane}] <= write_word;
    end

    /* verilator lint_off UNUSEDSIGNAL */ // only the metadata of this word is wanted
    wire [PW-1:0] meta_word = words[{meta_slot, meta_lane}];
    /* verilator lint_on UNUSEDSIGNAL */
    assign meta = meta_word[`ASLOG_PARAMETER_METADATA];

    wire [LW-1:0] base = read_group << $clog2(RQ_LANES);
    genvar r;
    generate
        for (r = 0; r < RQ_LANES; r = r + 1) begin : g_read
            localparam [LW-1:0] OFFSET = r;
            assign read_words[r*PW+:PW] = words[{read_slot, base + OFFSET}];
        end
    endgenerate
endmodule

`default_nettype wire
