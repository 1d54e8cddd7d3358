// stripe_walker: the outer loops, tile and stripe; counts the stripes of a layer.
// `start` begins the first stripe of tile 0, `next` the stripe after the current one; both take effect at the next
// edge. `active` falls when `next` leaves the last stripe of the last tile. Banks are used in turn, 0 first.
// The stripe that begins next is worked out beforehand: there are 2 cycles from one `next` or `start` to the following
// `next`, and 3 before `start` in which the constants are stable and nothing is active.
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
    output reg  [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] tile,       // tile of the stripe, 0 when there is none
    output reg                                       tile_begin, // the stripe that begins next is the first of a tile
    output reg  [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] begin_tile  // the tile that begins next
);
    localparam CW = `ASLOG_DIMENSION_CHANNEL_WIDTH;
    localparam AW = `ASLOG_DIMENSION_ADDRESS_WIDTH;

    reg  [AW-1:0] remaining;                   // pixels of the tile from the stripe on that begins next
    reg  [AW-1:0] next_length;                 // its pixels, a cycle after `remaining`
    wire          tile_end = next_length == remaining;
    wire [AW-1:0] following;

    stripe_length u_length (.remaining(remaining), .stripe(stripe), .length(following));

    always @(posedge clk) begin
        next_length <= following;
        if (next || start) begin
            if (start) bank <= 1'b0;
            else bank <= !bank;
            active <= start || !tile_begin || begin_tile != tiles;
            if (tile_begin) begin
                tile <= begin_tile;
                begin_tile <= begin_tile + 1'b1;
            end
            length <= next_length;
            tile_begin <= tile_end;
            remaining <= tile_end ? pixels : remaining - next_length;
        end else if (!active) begin
            tile <= {CW{1'b0}};
            tile_begin <= 1'b1;
            begin_tile <= {CW{1'b0}};
            remaining <= pixels;
        end
        if (clear) active <= 1'b0;
    end
endmodule

`default_nettype wire
