// read_arbiter: two AXI read clients on one master: fetch has ID 0, load has ID 1.
// The client that was not served last comes first; a burst stays on the bus until it is taken. Beats go by their ID
// to the client, in the bus's order, also when the memory interleaves the two. One burst and one beat a cycle, each
// one cycle later; no path from an input to an output of the bus within a cycle.
`default_nettype none

module read_arbiter #(
    parameter DATA_WIDTH = 128                  // bits of a beat
) (
    input  wire                  clk,               // rising edge
    input  wire                  rst,               // synchronous reset
    input  wire                  fetch_ar_valid,    // client 0: address
    output wire                  fetch_ar_ready,    // taken
    input  wire [31:0]           fetch_ar_address,  // bytes
    input  wire [7:0]            fetch_ar_length,   // beats less one
    output wire                  fetch_r_valid,     // client 0: data
    input  wire                  fetch_r_ready,     // taken
    input  wire                  load_ar_valid,     // client 1: address
    output wire                  load_ar_ready,     // taken
    input  wire [31:0]           load_ar_address,   // bytes
    input  wire [7:0]            load_ar_length,    // beats less one
    output wire                  load_r_valid,      // client 1: data
    input  wire                  load_r_ready,      // taken
    output wire [DATA_WIDTH-1:0] client_r_data,     // both clients: byte 0 lowest
    output wire [1:0]            client_r_response, // both clients
    output wire                  client_r_last,     // both clients: the burst's last beat
    output reg                   ar_valid,          // AXI read address channel
    input  wire                  ar_ready,          // the burst is taken
    output reg                   ar_id,             // client
    output reg  [31:0]           ar_address,        // bytes
    output reg  [7:0]            ar_length,         // beats less one
    input  wire                  r_valid,           // AXI read data channel
    output wire                  r_ready,           // the beat is taken
    input  wire                  r_id,              // client
    input  wire [DATA_WIDTH-1:0] r_data,            // byte 0 lowest
    input  wire [1:0]            r_response,        // OKAY, EXOKAY, SLVERR, DECERR
    input  wire                  r_last             // the burst's last beat
);
    // ar_id is the client served last
    wire free = !ar_valid || ar_ready;
    wire load_first = load_ar_valid && (!fetch_ar_valid || !ar_id);
    assign fetch_ar_ready = free && !load_first;
    assign load_ar_ready = free && load_first;

    always @(posedge clk) begin
        if (free) ar_valid <= fetch_ar_valid || load_ar_valid;
        if (free && (fetch_ar_valid || load_ar_valid)) begin
            ar_id <= load_first;
            ar_address <= load_first ? load_ar_address : fetch_ar_address;
            ar_length <= load_first ? load_ar_length : fetch_ar_length;
        end
        if (rst) begin
            ar_valid <= 1'b0;
            ar_id <= 1'b1;
        end
    end

    wire valid, id;
    assign fetch_r_valid = valid && !id;
    assign load_r_valid = valid && id;
    stream_fifo #(.WIDTH(DATA_WIDTH + 4), .DEPTH(2)) u_beats (
        .clk(clk), .clear(rst), .in_valid(r_valid), .in_ready(r_ready), .in_data({r_id, r_last, r_response, r_data}),
        .out_valid(valid), .out_ready(id ? load_r_ready : fetch_r_ready),
        .out_data({id, client_r_last, client_r_response, client_r_data})
    );
endmodule

`default_nettype wire
