// accumulator: two banks of STRIPE entries of LANES sums; one accumulates a stripe while the other is drained.
// Cycle c: `valid` with bank and entry; cycle c+1: `terms`, `carries` and `first`, and the entry becomes their sum
// (first) or entry + sum (see entry_sum). The same entry may follow after 2 cycles. `drain_enable` reads the other bank
// with 1 cycle latency; the word is held until the next drain_enable.
`default_nettype none

module accumulator #(
    parameter LANES  = 16,                   // sums of an entry
    parameter PARTS  = 3,                    // numbers of a term: 1 or 3
    parameter PART   = 19,                   // width of a number
    parameter WIDTH  = 26,                   // width of a sum
    parameter STRIPE = 32                    // entries of a bank
) (
    input  wire                      clk,           // rising edge
    input  wire                      valid,         // entry is accumulated in the next cycle
    input  wire                      bank,          // its bank
    input  wire [$clog2(STRIPE)-1:0] entry,         // which entry
    input  wire                      first,         // 1 cycle after valid: overwrite
    input  wire [LANES*PARTS*PART-1:0] terms,       // 1 cycle after valid, {lane, number}
    input  wire [LANES*PARTS-1:0]    carries,       // 1 cycle after valid, {lane, carry}
    input  wire                      drain_enable,  // read an entry of drain_bank
    input  wire                      drain_bank,    // not a bank that accumulates
    input  wire [$clog2(STRIPE)-1:0] drain_entry,   // which entry
    output wire [LANES*WIDTH-1:0]    drain_word     // 1 cycle after drain_enable
);
    localparam EW = $clog2(STRIPE);

    reg          valid_1, bank_1, drain_bank_1;
    reg [EW-1:0] entry_1;
    wire [LANES*WIDTH-1:0] word [0:1];
    wire [LANES*WIDTH-1:0] previous = word[bank_1];
    wire [LANES*WIDTH-1:0] next;

    always @(posedge clk) begin
        valid_1 <= valid;
        bank_1 <= bank;
        entry_1 <= entry;
        if (drain_enable) drain_bank_1 <= drain_bank;
    end

    genvar l, b;
    generate
        for (l = 0; l < LANES; l = l + 1) begin : g_lane
            entry_sum #(.PARTS(PARTS), .PART(PART), .WIDTH(WIDTH)) u_sum (
                .previous(previous[l*WIDTH+:WIDTH]), .first(first), .term(terms[l*PARTS*PART+:PARTS*PART]),
                .carries(carries[l*PARTS+:PARTS]), .next(next[l*WIDTH+:WIDTH])
            );
        end
        for (b = 0; b < 2; b = b + 1) begin : g_bank
            wire mine  = valid && bank == b;
            wire drain = drain_enable && drain_bank == b;
            aslog_ram #(.WORDS(STRIPE), .WIDTH(LANES*WIDTH)) u_ram (
                .clk(clk),
                .write_enable(valid_1 && bank_1 == b), .write_lanes(1'b1),
                .write_address(entry_1), .write_data(next),
                .read_enable(mine || drain), .read_address(mine ? entry : drain_entry), .read_data(word[b])
            );
        end
    endgenerate
    assign drain_word = word[drain_bank_1];
endmodule

`default_nettype wire
