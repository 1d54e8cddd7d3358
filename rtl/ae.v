// ae: arithmetic element of the array, multiplier-free.
// product = (negative ? ~p : p), p = (two ? 2 x : three ? 3 x : 0) << shift; two and three are not both set.
// Combinational. Negation is one's complement: whoever sums the products adds one per `negative`
// (see dot_lane). It comes before the shift, where it is narrow: the shifter fills with the sign, low bits and high.
// 2 x is wiring, x3 = 3 x is computed once per input lane (see triple).
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

    wire [XW-1:0] magnitude = ({XW{two}} & {1'b0, x, 1'b0}) | ({XW{three}} & x3);

    // the shifter, its shortest stage first: the upper bits stay sign for longest; one net a stage (see carry_save)
    genvar s;
    generate
        for (s = 0; s <= `ASLOG_LADDER_SHIFT_BITS; s = s + 1) begin : g_stage
            wire [PW-1:0] value;
            if (s == 0) begin : g_first
                assign value = {{(PW-XW){negative}}, magnitude ^ {XW{negative}}};
            end else begin : g_next
                assign value = !shift[s-1] ? g_stage[s-1].value
                    : {g_stage[s-1].value[PW-1-(1<<(s-1)):0], {(1<<(s-1)){negative}}};
            end
        end
    endgenerate
    assign product = g_stage[`ASLOG_LADDER_SHIFT_BITS].value;
endmodule

`default_nettype wire
