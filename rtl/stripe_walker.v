// stripe_walker: the outer loops, tile and stripe; counts the stripes of a layer.
// `start` begins the first stripe of tile 0, `next` the stripe after the current one; both take effect at the next
// edge. `active` falls when `next` leaves the last stripe of the last tile. Banks are used in turn, 0 first.
`default_nettype none
`include "aslog_defs.vh"

module stripe_walker (
    input  wire                                      clk,        // rising edge
    input  wire                                      clear,      // stop at once
    input  wire                                      start,      // begin a layer
    input  wire                                      next,       // the stripe ends
    input  wire [7:0]                                stripe,     // nominal stripe length
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] pixels,     // output pixels of a tile
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] tiles,      // tiles of output channels
    output reg                                       active,     // there is a stripe
    output reg                                       bank,       // accumulator bank of the stripe
    output reg  [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] length,     // pixels of the stripe
    output reg  [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] tile,       // tile of the stripe
    output wire                                      tile_begin, // the stripe that begins is the first of a tile
    output wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] begin_tile  // that tile
);
    localparam CW = `ASLOG_DIMENSION_CHANNEL_WIDTH;
    localparam AW = `ASLOG_DIMENSION_ADDRESS_WIDTH;

    reg  [AW-1:0] remaining;                   // pixels of the tile from this stripe on
    wire          tile_end = length == remaining;
    wire [AW-1:0] begin_remaining = tile_begin ? pixels : remaining - length;
    wire [AW-1:0] begin_length;

    stripe_length u_length (.remaining(begin_remaining), .stripe(stripe), .length(begin_length));
    assign tile_begin = start || tile_end;
    assign begin_tile = start ? {CW{1'b0}} : tile + 1'b1;

    always @(posedge clk) begin
        if (next || start) begin
            if (start) bank <= 1'b0;
            else bank <= !bank;
            active <= start || !tile_end || begin_tile != tiles;
            if (tile_begin) tile <= begin_tile;
            remaining <= begin_remaining;
            length <= begin_length;
        end
        if (clear) active <= 1'b0;
    end
endmodule

`default_nettype wire
