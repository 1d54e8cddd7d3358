// vector_reader: reads the walker's items from the activation buffer and hands them over in order, one a cycle.
// An item is taken from the walker as long as there is room, waits for its grant (an item without a read does not),
// and stays at the output until `out_take`. The buffer holds a word until the next grant: one more word and its tags
// are kept here, so that a waiting request never has to be withdrawn. `clear` drops everything.
`default_nettype none
`include "aslog_defs.vh"

module vector_reader #(
    parameter IC_LANES = 16,                   // bytes of a word
    parameter TAGS     = 5                     // bits that travel with an item
) (
    input  wire                                        clk,          // rising edge
    input  wire                                        clear,        // drop everything
    input  wire                                        item_valid,   // the walker has an item
    output wire                                        item_take,    // it is taken
    input  wire                                        item_read,    // it reads a word
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0]   item_address, // of that word
    input  wire [TAGS-1:0]                             item_tags,    // travel with it
    output wire                                        read_valid,   // read port of the activation buffer
    input  wire                                        read_ready,   // granted
    output reg  [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0]   read_address, // word to read
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] read_data,    // in the cycle after the grant, held
    output wire                                        out_valid,    // an item has its word
    input  wire                                        out_take,     // it is taken, if there is one
    output wire [TAGS-1:0]                             out_tags,     // its tags, or those of the item before
    output wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] out_data      // its word
);
    localparam BITS = IC_LANES * `ASLOG_ACTIVATION_WIDTH;

    reg            request_valid, request_read;      // waits for its grant
    reg [TAGS-1:0] request_tags;
    reg            buffer_valid;                     // its word is at read_data
    reg [TAGS-1:0] buffer_tags;
    reg            kept_valid;                       // an older one whose word is kept here
    reg [TAGS-1:0] kept_tags;
    reg [BITS-1:0] kept_data;

    assign read_valid = request_valid && request_read && !kept_valid;
    wire   leave = request_valid && !kept_valid && (read_ready || !request_read);
    assign item_take = !request_valid || leave;
    assign out_valid = kept_valid || buffer_valid;
    assign out_tags = kept_valid ? kept_tags : buffer_tags;
    assign out_data = kept_valid ? kept_data : read_data;

    always @(posedge clk) begin
        if (item_take) begin
            request_valid <= item_valid;
            request_read <= item_read;
            request_tags <= item_tags;
            read_address <= item_address;
        end
        if (leave) begin
            buffer_valid <= 1'b1;
            buffer_tags <= request_tags;
            kept_valid <= buffer_valid && !out_take;
            kept_tags <= buffer_tags;
            kept_data <= read_data;
        end else if (out_take) begin
            if (!kept_valid) buffer_valid <= 1'b0;
            kept_valid <= 1'b0;
        end
        if (clear) {request_valid, buffer_valid, kept_valid} <= 3'b000;
    end
endmodule

`default_nettype wire
