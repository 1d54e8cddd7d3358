// window_sums: accumulators of the window sum S, beside those of the products and with the same timing (accumulator).
// Dense and packed: one S a pixel, shared by all OC lanes. Depthwise: one a lane, of that lane's channel.
`default_nettype none
`include "aslog_defs.vh"

module window_sums #(
    parameter OC_LANES = 16,                                     // lanes of the array
    parameter ROW_SUM  = `ASLOG_ACTIVATION_WIDTH + 5,            // width of a lane's term
    parameter STRIPE   = 32                                      // entries of a bank
) (
    input  wire                                   clk,           // rising edge
    input  wire                                   depthwise,     // mode
    input  wire                                   valid,         // entry is accumulated in the next cycle
    input  wire                                   bank,          // its bank
    input  wire [$clog2(STRIPE)-1:0]              entry,         // which entry
    input  wire                                   first,         // it is overwritten
    /* verilator lint_off UNUSEDSIGNAL */ // sums of columns need fewer bits than sums of vectors
    input  wire [OC_LANES*ROW_SUM-1:0]            terms,         // 1 cycle after valid; lane 0 unless depthwise
    /* verilator lint_on UNUSEDSIGNAL */
    input  wire                                   drain_enable,  // read an entry of drain_bank
    input  wire                                   drain_bank,    // not a bank that accumulates
    input  wire [$clog2(STRIPE)-1:0]              drain_entry,   // which entry
    output wire [OC_LANES*`ASLOG_WINDOW_WIDTH-1:0] windows       // S of each lane, 1 cycle after drain_enable
);
    localparam WW = `ASLOG_WINDOW_WIDTH;
    localparam VW = `ASLOG_WINDOW_DEPTHWISE_WIDTH;
    localparam COLUMN_SUM = `ASLOG_ACTIVATION_WIDTH + `ASLOG_KERNEL_WIDTH;

    wire [WW-1:0]                  shared;
    wire [OC_LANES*VW-1:0]         own;
    wire [OC_LANES*COLUMN_SUM-1:0] column_sums;

    accumulator #(.LANES(1), .PARTS(1), .PART(ROW_SUM), .WIDTH(WW), .STRIPE(STRIPE)) u_shared (
        .clk(clk), .valid(valid && !depthwise), .bank(bank), .entry(entry), .first(first),
        .terms(terms[ROW_SUM-1:0]), .carries(1'b0), .drain_enable(drain_enable), .drain_bank(drain_bank),
        .drain_entry(drain_entry), .drain_word(shared)
    );
    accumulator #(
        .LANES(OC_LANES), .PARTS(1), .PART(COLUMN_SUM), .WIDTH(VW), .STRIPE(STRIPE)
    ) u_depthwise (
        .clk(clk), .valid(valid && depthwise), .bank(bank), .entry(entry), .first(first),
        .terms(column_sums), .carries({OC_LANES{1'b0}}), .drain_enable(drain_enable), .drain_bank(drain_bank),
        .drain_entry(drain_entry), .drain_word(own)
    );

    genvar o;
    generate
        for (o = 0; o < OC_LANES; o = o + 1) begin : g_lane
            assign column_sums[o*COLUMN_SUM+:COLUMN_SUM] = terms[o*ROW_SUM+:COLUMN_SUM];
            assign windows[o*WW+:WW] = depthwise ? {{(WW-VW){1'b0}}, own[o*VW+:VW]} : shared;
        end
    endgenerate
endmodule

`default_nettype wire
