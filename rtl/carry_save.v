// carry_save: sum of INPUTS unsigned terms and INPUTS - 3 single carry-ins as a sum of three numbers.
// Combinational. Full adders make two rows of three, no carry runs along. Exact: the three numbers add up to what the
// terms and carry-ins do, when that is less than 2^SUM_WIDTH.
`default_nettype none
`include "aslog_defs.vh"

module carry_save #(
    parameter INPUTS    = 16,                      // number of terms, at least 4
    parameter WIDTH     = `ASLOG_PRODUCT_WIDTH,    // width of a term
    parameter SUM_WIDTH = WIDTH + $clog2(INPUTS)   // width of each of the numbers
) (
    input  wire [INPUTS*WIDTH-1:0] terms,          // unsigned, term 0 lowest
    input  wire [INPUTS-4:0]       carries,        // carry-ins
    output wire [3*SUM_WIDTH-1:0]  sums            // unsigned
);
    localparam STEPS = INPUTS - 3;
    localparam ROWS  = INPUTS + 2 * STEPS;

    // Rows in a queue: the terms first. Step k makes of rows 3 k to 3 k + 2 two at the queue's end, and adds carry k
    // in the place that the carries' row has free; three rows are left. One net a row (see adder_tree).
    genvar r;
    generate
        for (r = 0; r < ROWS; r = r + 1) begin : g_row
            wire [SUM_WIDTH-1:0] value;
            if (r < INPUTS) begin : g_term
                assign value = {{(SUM_WIDTH-WIDTH){1'b0}}, terms[r*WIDTH+:WIDTH]};
            end else begin : g_step
                localparam STEP = (r - INPUTS) / 2;
                wire [SUM_WIDTH-1:0] a = g_row[3*STEP].value;
                wire [SUM_WIDTH-1:0] b = g_row[3*STEP+1].value;
                wire [SUM_WIDTH-1:0] c = g_row[3*STEP+2].value;
                if ((r - INPUTS) % 2 == 0) begin : g_sum
                    assign value = a ^ b ^ c;
                end else begin : g_carry
                    /* verilator lint_off UNUSEDSIGNAL */ // the highest is 0: no row is more than the sum
                    wire [SUM_WIDTH-1:0] majority = (a & b) | (c & (a ^ b));
                    /* verilator lint_on UNUSEDSIGNAL */
                    assign value = {majority[SUM_WIDTH-2:0], carries[STEP]};
                end
            end
        end
    endgenerate

    assign sums = {g_row[ROWS-1].value, g_row[ROWS-2].value, g_row[ROWS-3].value};
endmodule

`default_nettype wire
