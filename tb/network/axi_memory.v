// axi_memory: an AXI4 memory of beats, for simulation; INCR bursts. An access to the beat `bad` gives SLVERR while
// bad_enable, a burst over the end of 4 KiB DECERR, every other access OKAY.
// Bursts are served in order, the first beat LATENCY cycles after its address, then a beat a cycle; writes get their
// response LATENCY cycles after their last beat. With `stall` addresses, beats and responses wait at random as well.
`default_nettype none

module axi_memory #(
    parameter DATA_WIDTH = 128,                  // bits of a beat
    parameter BEATS      = 1 << 20,              // size
    parameter LATENCY    = 20,                   // cycles, see above
    parameter BURSTS     = 32                    // that wait, a power of two
) (
    input  wire                    clk,          // rising edge
    input  wire                    rst,          // synchronous, active high; keeps the contents
    input  wire                    stall,        // random waiting
    input  wire                    bad_enable,   // see above
    input  wire [31:0]             bad,          // beat
    input  wire                    arvalid,      // AXI4 slave, as the standard names them
    output wire                    arready,
    input  wire                    arid,
    /* verilator lint_off UNUSEDSIGNAL */ // the memory is smaller, and a beat is read whole
    input  wire [31:0]             araddr,
    /* verilator lint_on UNUSEDSIGNAL */
    input  wire [7:0]              arlen,
    output reg                     rvalid,
    input  wire                    rready,
    output reg                     rid,
    output reg  [DATA_WIDTH-1:0]   rdata,
    output reg  [1:0]              rresp,
    output reg                     rlast,
    input  wire                    awvalid,
    output wire                    awready,
    /* verilator lint_off UNUSEDSIGNAL */ // as above
    input  wire [31:0]             awaddr,
    /* verilator lint_on UNUSEDSIGNAL */
    input  wire [7:0]              awlen,
    input  wire                    wvalid,
    output wire                    wready,
    input  wire [DATA_WIDTH-1:0]   wdata,
    input  wire [DATA_WIDTH/8-1:0] wstrb,
    input  wire                    wlast,
    output wire                    bvalid,
    input  wire                    bready,
    output wire [1:0]              bresp
);
    localparam BYTES = DATA_WIDTH / 8;
    localparam SHIFT = $clog2(BYTES);
    localparam AW = $clog2(BEATS);
    localparam PW = $clog2(BURSTS);

    reg [DATA_WIDTH-1:0] memory [0:BEATS-1];
    reg [31:0] now;
    reg [15:0] lfsr;
    wire [2:0] go = stall ? {lfsr[0] | lfsr[3], lfsr[1] | lfsr[5], lfsr[2] | lfsr[7]} : 3'b111;

    // where the last beat of a burst begins, from the 4 KiB on in which its first one lies
    /* verilator lint_off UNUSEDSIGNAL */ // only how many times 4 KiB on
    wire [16:0] ar_end = {5'd0, araddr[11:0]} + ({9'd0, arlen} << SHIFT);
    wire [16:0] aw_end = {5'd0, awaddr[11:0]} + ({9'd0, awlen} << SHIFT);
    /* verilator lint_on UNUSEDSIGNAL */

    // reads
    reg          ar_crosses [0:BURSTS-1];
    reg [AW-1:0] ar_beat [0:BURSTS-1];
    reg [7:0]    ar_length [0:BURSTS-1];
    reg          ar_id [0:BURSTS-1];
    reg [31:0]   ar_time [0:BURSTS-1];
    reg [PW:0]   ar_head, ar_tail;
    reg [7:0]    r_count;
    wire [PW-1:0] ar_first = ar_head[PW-1:0];
    wire         r_there = ar_head != ar_tail && ar_time[ar_first] <= now && go[0];
    wire         r_end = r_count == ar_length[ar_first];
    wire [AW-1:0] r_beat = ar_beat[ar_first] + {{(AW-8){1'b0}}, r_count};
    assign arready = ar_tail - ar_head != BURSTS[PW:0] && go[1];

    // writes
    reg [AW-1:0] aw_beat [0:BURSTS-1];
    reg [PW:0]   aw_head, aw_tail, b_head, b_tail;
    reg [31:0]   b_time [0:BURSTS-1];
    reg          b_bad [0:BURSTS-1];
    reg          aw_crosses [0:BURSTS-1];
    reg          b_crosses [0:BURSTS-1];
    reg          w_bad;
    wire         w_refused = bad_enable && {{(32-AW){1'b0}}, w_beat} == bad;
    reg [AW-1:0] w_count;
    wire [AW-1:0] w_beat = aw_beat[aw_head[PW-1:0]] + w_count;
    assign awready = aw_tail - aw_head != BURSTS[PW:0] && b_tail - b_head != BURSTS[PW:0];
    assign wready = aw_head != aw_tail && go[2];
    assign bvalid = b_head != b_tail && b_time[b_head[PW-1:0]] <= now;
    assign bresp = {b_bad[b_head[PW-1:0]] || b_crosses[b_head[PW-1:0]], b_crosses[b_head[PW-1:0]]};

    integer b;
    always @(posedge clk) begin
        now <= now + 1;
        lfsr <= {lfsr[14:0], lfsr[15] ^ lfsr[13] ^ lfsr[12] ^ lfsr[10]};
        if (arvalid && arready) begin
            ar_beat[ar_tail[PW-1:0]] <= araddr[SHIFT+:AW];
            ar_length[ar_tail[PW-1:0]] <= arlen;
            ar_crosses[ar_tail[PW-1:0]] <= ar_end[16:12] != 5'd0;
            ar_id[ar_tail[PW-1:0]] <= arid;
            ar_time[ar_tail[PW-1:0]] <= now + LATENCY;
            ar_tail <= ar_tail + 1'b1;
        end
        if (!rvalid || rready) begin
            rvalid <= r_there;
            if (r_there) begin
                rid <= ar_id[ar_first];
                rdata <= memory[r_beat];
                rresp <= {(bad_enable && {{(32-AW){1'b0}}, r_beat} == bad) || ar_crosses[ar_first], ar_crosses[ar_first]};
                rlast <= r_end;
                r_count <= r_end ? 8'd0 : r_count + 1'b1;
                if (r_end) ar_head <= ar_head + 1'b1;
            end
        end
        if (awvalid && awready) begin
            aw_beat[aw_tail[PW-1:0]] <= awaddr[SHIFT+:AW];
            aw_crosses[aw_tail[PW-1:0]] <= aw_end[16:12] != 5'd0;
            aw_tail <= aw_tail + 1'b1;
        end
        if (wvalid && wready) begin
            for (b = 0; b < BYTES; b = b + 1)
                if (wstrb[b]) memory[w_beat][b*8+:8] <= wdata[b*8+:8];
            w_count <= wlast ? {AW{1'b0}} : w_count + 1'b1;
            w_bad <= !wlast && (w_bad || w_refused);
            if (wlast) begin
                aw_head <= aw_head + 1'b1;
                b_time[b_tail[PW-1:0]] <= now + LATENCY;
                b_bad[b_tail[PW-1:0]] <= w_bad || w_refused;
                b_crosses[b_tail[PW-1:0]] <= aw_crosses[aw_head[PW-1:0]];
                b_tail <= b_tail + 1'b1;
            end
        end
        if (bvalid && bready) b_head <= b_head + 1'b1;
        if (rst) begin
            now <= 0;
            lfsr <= 16'hACE1;
            rvalid <= 1'b0;
            r_count <= 8'd0;
            w_count <= {AW{1'b0}};
            w_bad <= 1'b0;
            {ar_head, ar_tail, aw_head, aw_tail, b_head, b_tail} <= {(6*(PW+1)){1'b0}};
        end
    end
endmodule

`default_nettype wire
