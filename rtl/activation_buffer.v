// activation_buffer: the activations of a layer, one word of IC_LANES bytes a cycle.
// Even and odd words lie in two memories, so that a span over two neighbouring words also takes one cycle (`pair`).
// Latency 1 cycle after read_enable; without `pair` word_next is not valid. Words hold their value between reads.
`default_nettype none
`include "aslog_defs.vh"

module activation_buffer #(
    parameter IC_LANES = 16,                                      // bytes of a word
    parameter WORDS    = 1024                                     // words of both memories together, even
) (
    input  wire                                          clk,          // rising edge
    input  wire                                          write_enable, // write `write_data`
    /* verilator lint_off UNUSEDSIGNAL */ // the upper address bits: layer_check refuses what they could reach
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0]     write_address, // of a word
    /* verilator lint_on UNUSEDSIGNAL */
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0]   write_data,   // byte 0 lowest
    input  wire                                          read_enable,  // read a word
    input  wire                                          pair,         // read the following word too
    /* verilator lint_off UNUSEDSIGNAL */ // as above
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0]     read_address, // of a word
    /* verilator lint_on UNUSEDSIGNAL */
    output wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0]   word,         // at the address
    output wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0]   word_next     // after it
);
    localparam DW = IC_LANES * `ASLOG_ACTIVATION_WIDTH;
    localparam HW = $clog2(WORDS / 2);

    /* verilator lint_off UNUSEDSIGNAL */ // as above
    wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] address_up = read_address + 1'b1;
    /* verilator lint_on UNUSEDSIGNAL */
    wire [DW-1:0] even, odd;
    reg           from_odd;

    always @(posedge clk) if (read_enable) from_odd <= read_address[0];

    aslog_ram #(.WORDS(WORDS / 2), .WIDTH(DW)) u_even (
        .clk(clk), .write_enable(write_enable && !write_address[0]), .write_lanes(1'b1),
        .write_address(write_address[HW:1]), .write_data(write_data),
        .read_enable(read_enable && (pair || !read_address[0])), .read_address(address_up[HW:1]), .read_data(even)
    );
    aslog_ram #(.WORDS(WORDS / 2), .WIDTH(DW)) u_odd (
        .clk(clk), .write_enable(write_enable && write_address[0]), .write_lanes(1'b1),
        .write_address(write_address[HW:1]), .write_data(write_data),
        .read_enable(read_enable && (pair || read_address[0])), .read_address(read_address[HW:1]), .read_data(odd)
    );

    assign word = from_odd ? odd : even;
    assign word_next = from_odd ? even : odd;
endmodule

`default_nettype wire
