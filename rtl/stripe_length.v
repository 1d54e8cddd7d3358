// stripe_length: pixels of the next stripe; L, or all that remain when fewer than 2 L do.
// So each stripe of a layer with at least L pixels has L to 2 L - 1 of them.
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

    assign length = remaining >= {nominal[AW-2:0], 1'b0} ? nominal : remaining;
endmodule

`default_nettype wire
