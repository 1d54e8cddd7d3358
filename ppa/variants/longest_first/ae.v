// ae whose shifter has its longest stage first.
// Combinational. As the module it replaces otherwise.
`default_nettype none
`include "aslog_defs.vh"

module ae (
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]  x,        // activation, unsigned
    input  wire [`ASLOG_ACTIVATION_WIDTH+1:0]  x3,       // 3 x, unsigned
    input  wire                                two,      // decoded weight: 2 * 2^shift
    input  wire                                three,    // decoded weight: 3 * 2^shift
    input  wire                                negative, // decoded weight: sign
    input  wire [`ASLOG_LADDER_SHIFT_BITS-1:0] shift,    // decoded weight: exponent
    output wire [`ASLOG_PRODUCT_WIDTH-1:0]     product   // signed, one's complement
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH + 2;
    localparam PW = `ASLOG_PRODUCT_WIDTH;
    localparam STAGES = `ASLOG_LADDER_SHIFT_BITS;

    wire [XW-1:0] magnitude = ({XW{two}} & {1'b0, x, 1'b0}) | ({XW{three}} & x3);

    genvar s;
    generate
        for (s = 0; s <= STAGES; s = s + 1) begin : g_stage
            wire [PW-1:0] value;
            if (s == 0) begin : g_first
                assign value = {{(PW-XW){negative}}, magnitude ^ {XW{negative}}};
            end else begin : g_next
                localparam BY = 1 << (STAGES - s);
                assign value = !shift[STAGES-s] ? g_stage[s-1].value
                    : {g_stage[s-1].value[PW-1-BY:0], {BY{negative}}};
            end
        end
    endgenerate
    assign product = g_stage[STAGES].value;
endmodule

`default_nettype wire
