// ae that computes 3 x of its own: there is no triple for its column.
// Combinational. As the module it replaces otherwise.
`default_nettype none
`include "aslog_defs.vh"

/* verilator lint_off UNUSEDSIGNAL */ // the ports are those of the module it replaces
module ae (
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]  x,        // activation, unsigned
    input  wire [`ASLOG_ACTIVATION_WIDTH+1:0]  x3,       // 3 x, unsigned, not used
    input  wire                                two,      // decoded weight: 2 * 2^shift
    input  wire                                three,    // decoded weight: 3 * 2^shift
    input  wire                                negative, // decoded weight: sign
    input  wire [`ASLOG_LADDER_SHIFT_BITS-1:0] shift,    // decoded weight: exponent
    output wire [`ASLOG_PRODUCT_WIDTH-1:0]     product   // signed, one's complement
);
/* verilator lint_on UNUSEDSIGNAL */
    localparam XW = `ASLOG_ACTIVATION_WIDTH + 2;
    localparam PW = `ASLOG_PRODUCT_WIDTH;

    // 2 x, or 2 x + x
    wire [XW-1:0] magnitude = ({XW{two || three}} & {1'b0, x, 1'b0}) + ({XW{three}} & {2'b00, x});

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
