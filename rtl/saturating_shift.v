// saturating_shift: floor(value / 2^shift), saturated to the signed range of RESULT bits.
// Combinational. The shifter's longest stage comes first and drops the bits that no later one can bring down; they must
// be copies of the sign, else the value is beyond the range.
`default_nettype none

module saturating_shift #(
    parameter WIDTH  = 36,               // of the value
    parameter SHIFT  = 5,                // of the shift
    parameter RESULT = 14                // of the result
) (
    input  wire [WIDTH-1:0]  value,      // signed
    input  wire [SHIFT-1:0]  shift,      // to the right
    output wire [RESULT-1:0] result      // signed
);
    localparam REACH = RESULT + (1 << SHIFT) - 1; // bits that some shift brings into the result
    localparam OWN   = WIDTH < REACH ? WIDTH : REACH;

    wire sign = value[WIDTH-1];

    // stage s has shifted by bits s and up of the shift; RESULT + 2^s - 1 bits can still matter
    genvar s;
    generate
        for (s = SHIFT; s >= 0; s = s - 1) begin : g_stage
            localparam W = RESULT + (1 << s) - 1;
            wire [W-1:0] kept;
            wire         lost;           // a bit that was dropped is no copy of the sign
            if (s == SHIFT) begin : g_first
                assign kept = {{(REACH-OWN+1){sign}}, value[OWN-2:0]};
                assign lost = OWN < WIDTH && value[WIDTH-1:OWN-1] != {(WIDTH-OWN+1){sign}};
            end else begin : g_next
                localparam BY = 1 << s;
                wire [W+BY-1:0] whole = g_stage[s+1].kept;
                assign kept = shift[s] ? whole[W+BY-1:BY] : whole[W-1:0];
                assign lost = g_stage[s+1].lost || (!shift[s] && whole[W+BY-1:W-1] != {(BY+1){sign}});
            end
        end
    endgenerate

    assign result = g_stage[0].lost ? {sign, {(RESULT-1){!sign}}} : g_stage[0].kept;
endmodule

`default_nettype wire
