// beat_unpacker: cuts the beats of a line into its words, or puts a word together from several beats.
// The word now due is described by its address and `line_last`; it is offered in the cycle in which its last beat
// is there. A beat is taken with the last word that it holds of the line. One word or one beat a cycle, no latency.
// `clear` forgets the beats of a word that is not complete.
`default_nettype none

module beat_unpacker #(
    parameter DATA_WIDTH = 128,             // bits of a beat
    parameter WORD_WIDTH = 128              // bits of the largest word
) (
    input  wire                  clk,       // rising edge
    input  wire                  clear,     // begin with a new word
    input  wire [2:0]            word_log,  // log2 of the bytes of a word
    input  wire [$clog2(DATA_WIDTH/8)-1:0] offset, // byte of the beat in which the word begins
    input  wire                  line_last, // the word is the last of its line
    input  wire                  beat_valid, // beats in
    output wire                  beat_ready, // the beat is taken
    input  wire [DATA_WIDTH-1:0] beat_data, // byte 0 lowest
    output wire [2:0]            part,      // beats of the word that came before this one
    output wire                  word_valid, // words out
    input  wire                  word_ready, // the word is taken
    output wire [WORD_WIDTH-1:0] word_data  // byte 0 lowest; only the word's own bytes count
);
    localparam BW = $clog2(DATA_WIDTH / 8);
    localparam [2:0] BEAT_LOG = BW[2:0];
    localparam PARTS = WORD_WIDTH > DATA_WIDTH ? WORD_WIDTH / DATA_WIDTH : 1;

    // the part of a beat that holds the word; a word of a beat or more begins with the beat
    wire [DATA_WIDTH-1:0] shifted = beat_data >> {offset, 3'b0};
    wire [BW-1:0]         after = offset + ({{(BW-1){1'b0}}, 1'b1} << word_log);
    wire                  beat_end = after == {BW{1'b0}} || line_last;
    wire                  part_last;

    assign word_valid = beat_valid && part_last;
    assign beat_ready = !part_last || (word_ready && beat_end);

    generate
        if (PARTS == 1) begin : g_one
            /* verilator lint_off UNUSEDSIGNAL */ // nothing to remember
            wire unused = &{clk, clear, BEAT_LOG, shifted};
            /* verilator lint_on UNUSEDSIGNAL */
            assign part_last = 1'b1;
            assign part = 3'd0;
            assign word_data = shifted[WORD_WIDTH-1:0];
        end else begin : g_several
            reg [2:0]            count;
            reg [WORD_WIDTH-1:0] kept;
            wire [2:0]           most = word_log > BEAT_LOG ? (3'd1 << (word_log - BEAT_LOG)) - 1'b1 : 3'd0;
            assign part = count;
            assign part_last = count == most;

            genvar p;
            for (p = 0; p < PARTS; p = p + 1) begin : g_part
                localparam [2:0] PART = p;
                assign word_data[p*DATA_WIDTH+:DATA_WIDTH] = count == PART ? shifted : kept[p*DATA_WIDTH+:DATA_WIDTH];
            end

            always @(posedge clk) begin
                if (beat_valid && beat_ready) begin
                    count <= part_last ? 3'd0 : count + 1'b1;
                    kept <= word_data;
                end
                if (clear) count <= 3'd0;
            end
        end
    endgenerate
endmodule

`default_nettype wire
