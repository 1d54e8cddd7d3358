// beat_packer: packs the words of a line into beats with strobes, or cuts a word into several beats.
// A beat is offered with the last word that it holds of the line; bytes outside the line have strobe 0. One word or
// one beat a cycle, no latency. `clear` forgets a beat or a word that is not complete.
`default_nettype none

module beat_packer #(
    parameter DATA_WIDTH = 128,              // bits of a beat
    parameter WORD_WIDTH = 128               // bits of a word
) (
    input  wire                    clk,      // rising edge
    input  wire                    clear,    // begin with a new beat
    input  wire                    word_valid, // words in
    output wire                    word_ready, // the word is taken
    input  wire [WORD_WIDTH-1:0]   word_data, // byte 0 lowest
    /* verilator lint_off UNUSEDSIGNAL */    // a word of a beat or more begins with the beat and ends with one
    input  wire [$clog2(DATA_WIDTH/8)-1:0] word_offset, // byte of the beat in which the word begins
    input  wire                    word_line_last, // the word is the last of its line
    /* verilator lint_on UNUSEDSIGNAL */
    output wire                    beat_valid, // beats out
    input  wire                    beat_ready, // the beat is taken
    output wire [DATA_WIDTH-1:0]   beat_data, // byte 0 lowest
    output wire [DATA_WIDTH/8-1:0] beat_strobe // bytes that are written
);
    localparam BYTES = DATA_WIDTH / 8;
    localparam BW = $clog2(BYTES);

    generate
        if (WORD_WIDTH < DATA_WIDTH) begin : g_narrow
            localparam WORD_BYTES = WORD_WIDTH / 8;
            localparam [BW-1:0] LAST_OFFSET = {BW{1'b1}} ^ (WORD_BYTES[BW-1:0] - 1'b1);
            reg [DATA_WIDTH-1:0] kept;        // the beat's words so far
            reg [BYTES-1:0]      strobe;      // their bytes
            wire complete = word_offset == LAST_OFFSET || word_line_last;
            assign beat_valid = word_valid && complete;
            assign word_ready = !complete || beat_ready;
            assign beat_data = kept | ({{(DATA_WIDTH-WORD_WIDTH){1'b0}}, word_data} << {word_offset, 3'b0});
            assign beat_strobe = strobe | ({{(BYTES-WORD_BYTES){1'b0}}, {WORD_BYTES{1'b1}}} << word_offset);

            always @(posedge clk) begin
                if (word_valid && word_ready) begin
                    kept <= complete ? {DATA_WIDTH{1'b0}} : beat_data;
                    strobe <= complete ? {BYTES{1'b0}} : beat_strobe;
                end
                if (clear) begin
                    kept <= {DATA_WIDTH{1'b0}};
                    strobe <= {BYTES{1'b0}};
                end
            end
        end else if (WORD_WIDTH == DATA_WIDTH) begin : g_equal
            /* verilator lint_off UNUSEDSIGNAL */ // nothing to remember
            wire unused = &{clk, clear};
            /* verilator lint_on UNUSEDSIGNAL */
            assign beat_valid = word_valid;
            assign word_ready = beat_ready;
            assign beat_data = word_data;
            assign beat_strobe = {BYTES{1'b1}};
        end else begin : g_wide
            localparam PW = $clog2(WORD_WIDTH / DATA_WIDTH);
            reg [PW-1:0] part;                // beat of the word
            assign beat_valid = word_valid;
            assign word_ready = beat_ready && part == {PW{1'b1}};
            assign beat_data = word_data[part*DATA_WIDTH+:DATA_WIDTH];
            assign beat_strobe = {BYTES{1'b1}};

            always @(posedge clk) begin
                if (beat_valid && beat_ready) part <= part + 1'b1;
                if (clear) part <= {PW{1'b0}};
            end
        end
    endgenerate
endmodule

`default_nettype wire
