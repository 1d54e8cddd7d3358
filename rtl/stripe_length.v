// stripe_length: pixels of the next stripe: L while 2 L or more remain, half of what remains while more than L do, else
// all. So the last stripes share what is left, and none of a tile with more than L pixels has fewer than L / 2.
// Combinational.
`default_nettype none
`include "aslog_defs.vh"

module stripe_length (
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] remaining, // output pixels left in the tile
    input  wire [7:0]                                stripe,    // L
    output wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] length     // pixels of the stripe
);
    localparam AW = `ASLOG_DIMENSION_ADDRESS_WIDTH;
    wire [AW-1:0] nominal = {{(AW-8){1'b0}}, stripe};

    wire [AW-1:0] half = {1'b0, remaining[AW-1:1]} + {{(AW-1){1'b0}}, remaining[0]}; // rounded up

    assign length = remaining >= {nominal[AW-2:0], 1'b0} ? nominal : remaining > nominal ? half : remaining;
endmodule

`default_nettype wire
