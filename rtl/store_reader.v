// store_reader: reads words through a port of the activation buffer into a short queue, each with a tag.
// While `place_valid` and there is room it asks for the word (whose address the owner drives beside it); a grant
// takes the place and its tag. The word comes one cycle later from the buffer and one more cycle later out. One word
// a cycle. `clear` drops everything.
`default_nettype none

module store_reader #(
    parameter WORD_WIDTH = 128,               // bits of a word
    parameter TAG        = 5,                 // bits of a tag
    parameter WAITING    = 4                  // words granted and not yet taken; 3 for a word a cycle
) (
    input  wire                  clk,         // rising edge
    input  wire                  clear,       // drop everything
    input  wire                  place_valid, // there is a word to read
    input  wire [TAG-1:0]        place_tag,   // what travels with it
    output wire                  read_valid,  // buffer: read it
    input  wire                  read_ready,  // buffer: granted
    input  wire [WORD_WIDTH-1:0] read_data,   // buffer: one cycle after the grant
    output wire                  word_valid,  // words out
    input  wire                  word_ready,  // the word is taken
    output wire [WORD_WIDTH-1:0] word,        // as read
    output wire [TAG-1:0]        word_tag     // its tag
);
    localparam CW = $clog2(WAITING + 1);
    localparam [CW-1:0] FULL = WAITING[CW-1:0];

    reg           granted;                    // in the cycle before
    reg [TAG-1:0] tag;                        // of that word
    reg [CW-1:0]  count;                      // words granted and not taken

    assign read_valid = place_valid && count != FULL;
    wire grant = read_valid && read_ready;
    wire taken = word_valid && word_ready;

    /* verilator lint_off PINCONNECTEMPTY */  // there is room for every word that is granted
    stream_fifo #(.WIDTH(TAG + WORD_WIDTH), .DEPTH(WAITING)) u_words (
        .clk(clk), .clear(clear), .in_valid(granted), .in_ready(), .in_data({tag, read_data}),
        .out_valid(word_valid), .out_ready(word_ready), .out_data({word_tag, word})
    );
    /* verilator lint_on PINCONNECTEMPTY */

    always @(posedge clk) begin
        granted <= grant;
        tag <= place_tag;
        if (grant && !taken) count <= count + 1'b1;
        if (taken && !grant) count <= count - 1'b1;
        if (clear) begin
            granted <= 1'b0;
            count <= {CW{1'b0}};
        end
    end
endmodule

`default_nettype wire
