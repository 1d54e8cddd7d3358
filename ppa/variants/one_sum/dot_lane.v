// dot_lane whose tree adds two numbers to one at each of its nodes: one number is left, and one carry.
// Combinational. Each node takes the +1 of one AE. The other number is 0: nothing holds or adds it.
`default_nettype none
`include "aslog_defs.vh"

module dot_lane #(
    parameter IC_LANES  = 16,                                        // products per cycle, a power of two
    parameter SUM_WIDTH = `ASLOG_PRODUCT_WIDTH + $clog2(IC_LANES)    // width of each number
) (
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0]     x,        // activations, lane 0 lowest
    input  wire [IC_LANES*(`ASLOG_ACTIVATION_WIDTH+2)-1:0] x3,       // 3 x of each
    input  wire [IC_LANES-1:0]                             two,      // decoded weights: 2 * 2^shift
    input  wire [IC_LANES-1:0]                             negative, // sign
    input  wire [IC_LANES-1:0]                             three,    // 3 * 2^shift
    input  wire [IC_LANES*`ASLOG_LADDER_SHIFT_BITS-1:0]    shift,    // exponent of each
    output wire [2*SUM_WIDTH-1:0]                          sums,     // {sum, 0}, the sum signed
    output wire [1:0]                                      carries   // to be added
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam PW = `ASLOG_PRODUCT_WIDTH;
    localparam SW = `ASLOG_LADDER_SHIFT_BITS;

    // 2^(PW-1) more than each product, which makes it unsigned: together the weight of the sum's sign
    wire [IC_LANES*PW-1:0]  terms;

    genvar i;
    generate
        for (i = 0; i < IC_LANES; i = i + 1) begin : g_ae
            wire [PW-1:0] product;
            ae u_ae (
                .x(x[i*XW+:XW]), .x3(x3[i*(XW+2)+:XW+2]),
                .two(two[i]), .negative(negative[i]), .three(three[i]), .shift(shift[i*SW+:SW]), .product(product)
            );
            assign terms[i*PW+:PW] = {!product[PW-1], product[PW-2:0]};
        end
    endgenerate

    // node n has the children 2 n and 2 n + 1; the leaves are IC_LANES .. 2 IC_LANES - 1, the root is 1
    genvar n;
    generate
        for (n = 2 * IC_LANES - 1; n >= 1; n = n - 1) begin : g_node
            localparam LEVEL = $clog2(IC_LANES) + 1 - $clog2(n + 1);
            wire [PW+LEVEL-1:0] value;
            if (n >= IC_LANES) begin : g_leaf
                assign value = terms[(n-IC_LANES)*PW+:PW];
            end else begin : g_sum
                assign value = {1'b0, g_node[2*n].value} + {1'b0, g_node[2*n+1].value}
                    + {{(PW+LEVEL-1){1'b0}}, negative[n]};
            end
        end
    endgenerate
    wire [PW+$clog2(IC_LANES)-1:0] total = g_node[1].value;

    assign sums = {{(SUM_WIDTH-PW-$clog2(IC_LANES)+1){!total[PW+$clog2(IC_LANES)-1]}},
        total[PW+$clog2(IC_LANES)-2:0], {SUM_WIDTH{1'b0}}};
    assign carries = {1'b0, negative[0]};
endmodule

`default_nettype wire
