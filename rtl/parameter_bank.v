// parameter_bank: the PCF's per-channel constants, two slots of one register word per OC lane.
// One slot belongs to the tile being drained, the other to the tile being loaded. Writes take effect at the next edge;
// reads are combinational. A word's fields are read for the stages of the requantization that take them: delta and bias
// for stage 0, sh for stage 1 and M for stage 2, each with its own select: bit GROUPS * slot + group, one at most.
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
    input  wire [3*2*OC_LANES/RQ_LANES-1:0]      read_selects, // of the entry in each stage, stage 0 lowest
    output wire [RQ_LANES*`ASLOG_PARAMETER_BITS-1:0] read_words // of each lane of the group, without metadata
);
    localparam CHOICES = 2 * OC_LANES / RQ_LANES;         // {slot, group}
    localparam PW = `ASLOG_PARAMETER_BITS;

    reg [PW-1:0] words [0:2*OC_LANES-1];                  // {slot, lane}

    always @(posedge clk) begin
        if (write_enable) words[{write_slot, write_lane}] <= write_word;
    end

    /* verilator lint_off UNUSEDSIGNAL */ // only the metadata of this word is wanted
    wire [PW-1:0] meta_word = words[{meta_slot, meta_lane}];
    /* verilator lint_on UNUSEDSIGNAL */
    assign meta = meta_word[`ASLOG_PARAMETER_METADATA];

    genvar r, c;
    generate
        for (c = 0; c < CHOICES; c = c + 1) begin : g_choice
            wire [PW-1:0] fields;                         // that are read of its words
            assign fields[`ASLOG_PARAMETER_METADATA] = {`ASLOG_METADATA_WIDTH{1'b0}};
            assign fields[`ASLOG_PARAMETER_DELTA] = {`ASLOG_DELTA_WIDTH{read_selects[c]}};
            assign fields[`ASLOG_PARAMETER_BIAS] = {`ASLOG_BIAS_WIDTH{read_selects[c]}};
            assign fields[`ASLOG_PARAMETER_SHIFT] = {`ASLOG_REQUANTIZATION_SHIFT_WIDTH{read_selects[CHOICES+c]}};
            assign fields[`ASLOG_PARAMETER_MULTIPLIER] = {`ASLOG_REQUANTIZATION_M_WIDTH{read_selects[2*CHOICES+c]}};
        end
        for (r = 0; r < RQ_LANES; r = r + 1) begin : g_read
            for (c = 0; c < CHOICES; c = c + 1) begin : g_word
                wire [PW-1:0] own = words[c*RQ_LANES+r] & g_choice[c].fields;
                wire [PW-1:0] word;                       // of the choices so far
                if (c == 0) begin : g_first
                    assign word = own;
                end else begin : g_next
                    assign word = g_word[c-1].word | own;
                end
            end
            assign read_words[r*PW+:PW] = g_word[CHOICES-1].word;
        end
    endgenerate
endmodule

`default_nettype wire
