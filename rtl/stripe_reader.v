// stripe_reader: steps through finished stripes in the order stripe, pixel, group of RQ_LANES lanes.
// `full` (one cycle) hands over the stripe in `full_bank`; banks are read in turn, 0 first, each as soon as it is full.
// A cycle with `step` moves on to the next group; everything but read_enable is valid while `working`.
`default_nettype none
`include "aslog_defs.vh"

module stripe_reader #(
    parameter OC_LANES = 16,                   // lanes of the array
    parameter RQ_LANES = 16,                   // lanes of a group; divides OC_LANES
    parameter STRIPE   = 32                    // accumulator entries of a bank
) (
    input  wire                                      clk,         // rising edge
    input  wire                                      clear,       // forget everything
    input  wire                                      start,       // a layer begins
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] output_base, // address of the first output word
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] out_pitch,   // words from an output pixel to the next
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] pixels,      // output pixels of a tile
    input  wire                                      full,        // a stripe is complete
    input  wire                                      full_bank,   // its bank
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] full_length, // its pixels
    input  wire                                      advance,     // the pipeline takes a group
    output wire                                      working,     // there is a group
    output wire                                      waiting,     // a stripe is full or in work
    output wire                                      read_enable, // read the accumulators: first group of a pixel
    output reg                                       read_bank,   // bank in work
    output wire [$clog2(STRIPE)-1:0]                 read_entry,  // pixel of the stripe
    output reg  [OC_LANES/RQ_LANES-1:0]              group,       // one-hot: bit g for lanes g * RQ_LANES and up
    output wire                                      stripe_last, // last group of the stripe
    output wire                                      tile_last,   // last group of the tile
    output reg                                       slot,        // parameter slot of the tile
    output reg  [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] tile,        // counts from 0
    output reg  [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] address      // first output word of the pixel
);
    localparam AW = `ASLOG_DIMENSION_ADDRESS_WIDTH;
    localparam CW = `ASLOG_DIMENSION_CHANNEL_WIDTH;
    localparam EW = $clog2(STRIPE);
    localparam GROUPS = OC_LANES / RQ_LANES;
    localparam [GROUPS-1:0] FIRST = 1;

    reg [1:0]    held;                         // banks that are full
    reg [AW-1:0] length_0, length_1;           // of the stripes in them
    reg [AW-1:0] entry;                        // of the stripe
    reg [AW-1:0] pixel;                        // of the tile

    wire [AW-1:0] length = read_bank ? length_1 : length_0;
    /* verilator lint_off UNUSEDSIGNAL */ // the group's bits, one place further
    wire [2*GROUPS-1:0] ring = {group, group};
    /* verilator lint_on UNUSEDSIGNAL */
    wire last_group = group[GROUPS-1];
    wire last_entry, last_pixel;
    is_last #(.WIDTH(AW)) u_last_entry (.count(entry), .total(length), .last(last_entry));
    is_last #(.WIDTH(AW)) u_last_pixel (.count(pixel), .total(pixels), .last(last_pixel));
    wire step = working && advance;

    assign waiting = held != 2'b00;
    assign working = held[read_bank];
    assign read_enable = step && group[0];
    assign read_entry = entry[EW-1:0];
    assign stripe_last = last_group && last_entry;
    assign tile_last = last_group && last_pixel;

    always @(posedge clk) begin
        if (full) held[full_bank] <= 1'b1;
        if (full && !full_bank) length_0 <= full_length;
        if (full && full_bank) length_1 <= full_length;
        if (step) group <= ring[GROUPS-1+:GROUPS];
        if (step && last_group) begin
            entry <= last_entry ? {AW{1'b0}} : entry + 1'b1;
            pixel <= last_pixel ? {AW{1'b0}} : pixel + 1'b1;
            address <= last_pixel ? output_base : address + {{(AW-CW){1'b0}}, out_pitch};
        end
        if (step && tile_last) begin
            tile <= tile + 1'b1;
            slot <= !slot;
        end
        if (step && stripe_last) begin
            held[read_bank] <= 1'b0;
            read_bank <= !read_bank;
        end
        if (start || clear) begin
            held <= 2'b00;
            read_bank <= 1'b0;
            slot <= 1'b0;
            entry <= {AW{1'b0}};
            group <= FIRST;
            pixel <= {AW{1'b0}};
            address <= output_base;
            tile <= {CW{1'b0}};
        end
    end
endmodule

`default_nettype wire
