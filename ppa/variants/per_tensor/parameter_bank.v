// parameter_bank of a per-tensor design: per channel only bias and delta; metadata, M and sh once for the layer.
// Every write holds the layer's constants. Synthesis removes the bits of the words and of the layer's register that
// nothing reads.
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
    /* verilator lint_off UNUSEDSIGNAL */ // metadata is the layer's
    input  wire                                  meta_slot,   // metadata of one lane, for the weight decoders
    input  wire [$clog2(OC_LANES)-1:0]           meta_lane,   // lane
    /* verilator lint_on UNUSEDSIGNAL */
    output wire [`ASLOG_METADATA_WIDTH-1:0]      meta,        // metadata of that lane
    input  wire                                  read_slot,   // words of one group of lanes, for the drain
    input  wire [$clog2(OC_LANES)-1:0]           read_group,  // lanes read_group * RQ_LANES and up
    output wire [RQ_LANES*`ASLOG_PARAMETER_BITS-1:0] read_words // the group, its first lane lowest
);
    localparam LW = $clog2(OC_LANES);
    localparam PW = `ASLOG_PARAMETER_BITS;

    reg [PW-1:0] words [0:2*OC_LANES-1];                  // {slot, lane}
    /* verilator lint_off UNUSEDSIGNAL */ // bias and delta are the channels'
    reg [PW-1:0] layer;
    /* verilator lint_on UNUSEDSIGNAL */

    always @(posedge clk) begin
        if (write_enable) begin
            words[{write_slot, write_lane}] <= write_word;
            layer <= write_word;
        end
    end
    assign meta = layer[`ASLOG_PARAMETER_METADATA];

    wire [LW-1:0] base = read_group << $clog2(RQ_LANES);
    genvar r;
    generate
        for (r = 0; r < RQ_LANES; r = r + 1) begin : g_read
            localparam [LW-1:0] OFFSET = r;
            reg  [PW-1:0] word;
            always @* begin
                word = words[{read_slot, base + OFFSET}];
                word[`ASLOG_PARAMETER_METADATA] = layer[`ASLOG_PARAMETER_METADATA];
                word[`ASLOG_PARAMETER_MULTIPLIER] = layer[`ASLOG_PARAMETER_MULTIPLIER];
                word[`ASLOG_PARAMETER_SHIFT] = layer[`ASLOG_PARAMETER_SHIFT];
            end
            assign read_words[r*PW+:PW] = word;
        end
    endgenerate
endmodule

`default_nettype wire
