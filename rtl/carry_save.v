// carry_save: sum of INPUTS unsigned terms and INPUTS - 2 single carry-ins as a sum of two numbers.
// Combinational. Full adders make two rows of three, no carry runs along. Exact: the two numbers add up to what the
// terms and carry-ins do, when that is less than 2^SUM_WIDTH.
`default_nettype none
`include "aslog_defs.vh"

module carry_save #(
    parameter INPUTS    = 16,                      // number of terms, at least 3
    parameter WIDTH     = `ASLOG_PRODUCT_WIDTH,    // width of a term
    parameter SUM_WIDTH = WIDTH + $clog2(INPUTS)   // width of each of the numbers
) (
    input  wire [INPUTS*WIDTH-1:0] terms,          // unsigned, term 0 lowest
    input  wire [INPUTS-3:0]       carries,        // carry-ins
    output wire [2*SUM_WIDTH-1:0]  sums            // unsigned
);
    localparam STEPS = INPUTS - 2;
    localparam ROWS  = INPUTS + 2 * STEPS;

    // widths of the rows, a byte each: a sum is as wide as the widest of its three, carries are a bit wider, none is
    // wider than the numbers
    /* verilator coverage_off */ // evaluated before simulation, never in it
    function [8*ROWS-1:0] row_widths;
        input [7:0] term;
        integer k, i;
        reg [7:0] widest;
        begin
            row_widths = {ROWS{term}};
            for (k = 0; k < STEPS; k = k + 1) begin
                widest = term;
                for (i = 3 * k; i < 3 * k + 3; i = i + 1) if (row_widths[8*i+:8] > widest) widest = row_widths[8*i+:8];
                row_widths[8*(INPUTS+2*k)+:8] = widest;
                row_widths[8*(INPUTS+2*k+1)+:8] = {24'd0, widest} < SUM_WIDTH ? widest + 8'd1 : widest;
            end
        end
    endfunction
    /* verilator coverage_on */
    localparam [31:0] TERM = WIDTH;
    localparam [8*ROWS-1:0] WIDTHS = row_widths(TERM[7:0]);

    // Rows in a queue: the terms first. Step k makes of rows 3 k to 3 k + 2 two at the queue's end, and adds carry k
    // in the place that the carries' row has free; two rows are left. One net a row:
    // simulators that propagate whole vectors would otherwise do the work of a row for all of them.
    genvar r;
    generate
        for (r = 0; r < ROWS; r = r + 1) begin : g_row
            localparam RW = WIDTHS[8*r+:8];
            wire [RW-1:0] value;
            if (r < INPUTS) begin : g_term
                assign value = terms[r*WIDTH+:WIDTH];
            end else begin : g_step
                localparam STEP = (r - INPUTS) / 2;
                localparam SW = WIDTHS[8*(INPUTS+2*STEP)+:8];
                wire [SW-1:0] a = {{(SW-WIDTHS[8*3*STEP+:8]){1'b0}}, g_row[3*STEP].value};
                wire [SW-1:0] b = {{(SW-WIDTHS[8*(3*STEP+1)+:8]){1'b0}}, g_row[3*STEP+1].value};
                wire [SW-1:0] c = {{(SW-WIDTHS[8*(3*STEP+2)+:8]){1'b0}}, g_row[3*STEP+2].value};
                if ((r - INPUTS) % 2 == 0) begin : g_sum
                    assign value = a ^ b ^ c;
                end else begin : g_carry
                    /* verilator lint_off UNUSEDSIGNAL */ // as wide as the sum, its highest is 0
                    wire [SW-1:0] majority = (a & b) | (c & (a ^ b));
                    /* verilator lint_on UNUSEDSIGNAL */
                    assign value = {majority[RW-2:0], carries[STEP]};
                end
            end
        end
        for (r = 0; r < 2; r = r + 1) begin : g_result
            localparam ROW = ROWS - 2 + r;
            localparam [31:0] RW = {24'd0, WIDTHS[8*ROW+:8]};
            assign sums[r*SUM_WIDTH+:SUM_WIDTH] = {{(SUM_WIDTH-RW){1'b0}}, g_row[ROW].value};
        end
    endgenerate
endmodule

`default_nettype wire
