// accumulator: two banks of STRIPE entries of LANES sums; one accumulates a stripe while the other is drained.
// Cycle c: `valid` with bank, entry and `first`; cycle c+1: `terms` and `carries`, and the entry becomes their sum
// (first) or entry + sum (see entry_sum). The same entry may follow after 2 cycles. `drain_enable` reads the other bank
// with 1 cycle latency; the word is held until the next drain_enable.
`default_nettype none

module accumulator #(
    parameter LANES  = 16,                   // sums of an entry
    parameter PARTS  = 2,                    // numbers of a term: 1 or 2
    parameter PART   = 18,                   // width of a number
    parameter WIDTH  = 26,                   // width of a sum
    parameter STRIPE = 32                    // entries of a bank
) (
    input  wire                      clk,           // rising edge
    input  wire                      valid,         // entry is accumulated in the next cycle
    input  wire                      bank,          // its bank
    input  wire [$clog2(STRIPE)-1:0] entry,         // which entry
    input  wire                      first,         // it is overwritten
    input  wire [LANES*PARTS*PART-1:0] terms,       // 1 cycle after valid, {lane, number}
    input  wire [LANES*PARTS-1:0]    carries,       // 1 cycle after valid, {lane, carry}
    input  wire                      drain_enable,  // read an entry of drain_bank
    input  wire                      drain_bank,    // not a bank that accumulates
    input  wire [$clog2(STRIPE)-1:0] drain_entry,   // which entry
    output wire [LANES*WIDTH-1:0]    drain_word     // 1 cycle after drain_enable
);
    localparam EW = $clog2(STRIPE);

    reg          valid_1, bank_1;
    reg [EW-1:0] entry_1;
    wire [LANES*WIDTH-1:0] word [0:1];
    reg  [1:0]             adds;             // to the word of this bank; to none when it is overwritten
    reg  [1:0]             drains;           // the word of this bank
    wire [LANES*WIDTH-1:0] previous;
    wire [LANES*WIDTH-1:0] next;

    always @(posedge clk) begin
        valid_1 <= valid;
        bank_1 <= bank;
        adds <= {2{valid && !first}} & {bank, !bank};
        entry_1 <= entry;
        if (drain_enable) drains <= {drain_bank, !drain_bank};
    end

    one_hot_mux #(.COUNT(2), .WIDTH(LANES*WIDTH)) u_previous (
        .select(adds), .words({word[1], word[0]}), .word(previous)
    );
    one_hot_mux #(.COUNT(2), .WIDTH(LANES*WIDTH)) u_drain (
        .select(drains), .words({word[1], word[0]}), .word(drain_word)
    );

    genvar l, b;
    generate
        for (l = 0; l < LANES; l = l + 1) begin : g_lane
            entry_sum #(.PARTS(PARTS), .PART(PART), .WIDTH(WIDTH)) u_sum (
                .previous(previous[l*WIDTH+:WIDTH]), .term(terms[l*PARTS*PART+:PARTS*PART]),
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
endmodule

`default_nettype wire
