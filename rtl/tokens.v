// tokens: how many tokens each unit has given each other unit and that are not taken yet.
// Giving and taking take effect at the next edge. A count holds `command.tokens_max`; the compiler keeps below it.
`default_nettype none
`include "aslog_defs.vh"

module tokens #(
    parameter UNITS = 4                             // that give and take
) (
    input  wire                   clk,              // rising edge
    input  wire                   clear,            // forget all
    input  wire [UNITS*UNITS-1:0] given,            // bit giver * UNITS + taker: one more
    input  wire [UNITS*UNITS-1:0] taken,            // bit taker * UNITS + giver: one less
    output wire [UNITS*UNITS-1:0] there             // bit taker * UNITS + giver: at least one
);
    localparam W = $clog2(`ASLOG_COMMAND_TOKENS_MAX + 1);

    genvar g, t;
    generate
        for (g = 0; g < UNITS; g = g + 1) begin : g_giver
            for (t = 0; t < UNITS; t = t + 1) begin : g_taker
                reg [W-1:0] count;
                assign there[t*UNITS+g] = count != {W{1'b0}};
                always @(posedge clk) begin
                    if (clear) count <= {W{1'b0}};
                    else count <= count + {{(W-1){1'b0}}, given[g*UNITS+t]} - {{(W-1){1'b0}}, taken[t*UNITS+g]};
                end
            end
        end
    endgenerate
endmodule

`default_nettype wire
