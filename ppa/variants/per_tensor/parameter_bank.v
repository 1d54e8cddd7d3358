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
    /* verilator lint_off UNUSEDSIGNAL */ // M and sh are the layer's
    input  wire [3*2*OC_LANES/RQ_LANES-1:0]      read_selects, // of the entry in each stage, stage 0 lowest
    /* verilator lint_on UNUSEDSIGNAL */
    output wire [RQ_LANES*`ASLOG_PARAMETER_BITS-1:0] read_words // of each lane of the group
);
    localparam CHOICES = 2 * OC_LANES / RQ_LANES;         // {slot, group}
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

    genvar r, c;
    generate
        for (r = 0; r < RQ_LANES; r = r + 1) begin : g_read
            for (c = 0; c < CHOICES; c = c + 1) begin : g_word
                wire [PW-1:0] own = words[c*RQ_LANES+r] & {PW{read_selects[c]}};
                /* verilator lint_off UNUSEDSIGNAL */ // of the last one only bias and delta are read
                wire [PW-1:0] word;                       // of the choices so far
                /* verilator lint_on UNUSEDSIGNAL */
                if (c == 0) begin : g_first
                    assign word = own;
                end else begin : g_next
                    assign word = g_word[c-1].word | own;
                end
            end
            wire [PW-1:0] word;
            assign word[`ASLOG_PARAMETER_METADATA] = {`ASLOG_METADATA_WIDTH{1'b0}};
            assign word[`ASLOG_PARAMETER_DELTA] = g_word[CHOICES-1].word[`ASLOG_PARAMETER_DELTA];
            assign word[`ASLOG_PARAMETER_BIAS] = g_word[CHOICES-1].word[`ASLOG_PARAMETER_BIAS];
            assign word[`ASLOG_PARAMETER_MULTIPLIER] = layer[`ASLOG_PARAMETER_MULTIPLIER];
            assign word[`ASLOG_PARAMETER_SHIFT] = layer[`ASLOG_PARAMETER_SHIFT];
            assign read_words[r*PW+:PW] = word;
        end
    endgenerate
endmodule

`default_nettype wire
