// loader: loads the weights of the next tap, one OC lane's row a cycle, and with a tile's first tap the
// parameters of its channels.
// Runs one tap ahead of the walker: `loaded` says that the shadow registers hold the next tap, `take` (from the
// walker, only while loaded) consumes it. Rows lie in the weight buffer in the order tile, tap, OC lane; a tile's
// rows are read again for each stripe. Row writes follow the buffer's one cycle of latency. `clear` returns to idle.
`default_nettype none
`include "aslog_defs.vh"

module loader #(
    parameter OC_LANES    = 16,                // rows of a tap
    parameter WEIGHT_ROWS = 8192               // rows of the weight buffer; behind the last comes the first
) (
    input  wire                                      clk,            // rising edge
    input  wire                                      clear,          // stop at once
    input  wire                                      start,          // a layer begins; its constants are stable
    input  wire                                      depthwise,      // tile of tile_lanes channels
    input  wire [7:0]                                stripe,         // nominal stripe length
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] pixels,         // output pixels
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] taps,           // taps of a stripe
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] tiles,          // tiles of output channels
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] channels_out,   // OC
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] weight_base,    // first row
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] parameter_base, // first word
    input  wire [$clog2(OC_LANES):0]                 tile_lanes,     // channels of a tile
    input  wire [1:0]                                slot_busy,      // parameter slot still in use by the drain
    input  wire                                      take,           // the walker begins the loaded tap
    output reg                                       loaded,         // the next tap is in the shadow registers
    output wire                                      read_enable,    // weight buffer
    output wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] weight_address, // row to read
    output wire                                      parameter_read_enable, // parameter buffer
    output wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] parameter_address, // word to read
    output wire                                      claim,          // slot `claim_slot` is taken for a new tile
    output wire                                      claim_slot,     // that slot
    output reg                                       row_valid,      // buffer data of row `row` is there
    output reg  [$clog2(OC_LANES)-1:0]               row,            // OC lane of the row
    output reg                                       row_first,      // of a tile's first tap: parameters too
    output reg                                       row_channel,    // the row's channel exists
    output reg                                       row_slot,       // parameter slot of the row's tile
    output reg  [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] row_index       // the row's output channel
);
    localparam AW = `ASLOG_DIMENSION_ADDRESS_WIDTH;
    localparam CW = `ASLOG_DIMENSION_CHANNEL_WIDTH;
    localparam RW = $clog2(OC_LANES);
    localparam [RW-1:0] LAST_ROW = {RW{1'b1}};

    reg          active;
    reg [RW-1:0] lane;
    reg          first_tap;      // of the tile: stripe 0, tap 0
    reg          slot;
    reg [AW-1:0] tap;
    reg [AW-1:0] remaining;      // pixels from this stripe on
    reg [CW-1:0] tile;
    reg [CW-1:0] channel;        // first channel of the tile
    reg [AW-1:0] pointer;        // row to read
    reg [AW-1:0] tile_pointer;   // first row of the tile

    localparam [31:0] ROWS = WEIGHT_ROWS;
    wire [AW-1:0] next_pointer = {{(32-AW){1'b0}}, pointer} + 1 == ROWS ? {AW{1'b0}} : pointer + 1'b1;

    wire begin_tap = lane != 0 || !loaded || take;
    wire slot_free = lane != 0 || !first_tap || !slot_busy[slot];
    assign read_enable = active && begin_tap && slot_free;
    assign weight_address = pointer;
    assign parameter_read_enable = read_enable && first_tap;
    wire [CW-1:0] index = channel + {{(CW-RW){1'b0}}, lane};
    assign parameter_address = parameter_base + {{(AW-CW){1'b0}}, index};
    assign claim = parameter_read_enable && lane == 0;
    assign claim_slot = slot;

    wire [AW-1:0] length;
    stripe_length u_length (.remaining(remaining), .stripe(stripe), .length(length));
    wire last_tap, last_tile;
    is_last #(.WIDTH(AW)) u_last_tap (.count(tap), .total(taps), .last(last_tap));
    is_last #(.WIDTH(CW)) u_last_tile (.count(tile), .total(tiles), .last(last_tile));
    wire [CW-1:0] lanes_wide = {{(CW-RW-1){1'b0}}, tile_lanes};

    always @(posedge clk) begin
        row_valid <= read_enable;
        row <= lane;
        row_first <= first_tap;
        row_channel <= index < channels_out && (!depthwise || {1'b0, lane} < tile_lanes);
        row_slot <= slot;
        row_index <= index;
        if (take) loaded <= 1'b0;
        if (read_enable) begin
            lane <= lane + 1'b1;
            pointer <= next_pointer;
            if (lane == LAST_ROW) begin
                loaded <= 1'b1;
                first_tap <= 1'b0;
                tap <= tap + 1'b1;
                if (last_tap) begin
                    tap <= {AW{1'b0}};
                    if (length != remaining) begin
                        remaining <= remaining - length;
                        pointer <= tile_pointer;
                    end else begin
                        remaining <= pixels;
                        tile_pointer <= next_pointer;
                        tile <= tile + 1'b1;
                        channel <= channel + lanes_wide;
                        first_tap <= 1'b1;
                        slot <= !slot;
                        if (last_tile) active <= 1'b0;
                    end
                end
            end
        end
        if (start) begin
            active <= 1'b1;
            loaded <= 1'b0;
            lane <= {RW{1'b0}};
            first_tap <= 1'b1;
            slot <= 1'b0;
            tap <= {AW{1'b0}};
            remaining <= pixels;
            tile <= {CW{1'b0}};
            channel <= {CW{1'b0}};
            pointer <= weight_base;
            tile_pointer <= weight_base;
        end
        if (clear) begin
            active <= 1'b0;
            loaded <= 1'b0;
            row_valid <= 1'b0;
        end
    end
endmodule

`default_nettype wire
