// burst_issue: puts bursts on an AXI address channel and counts those that are not finished, OUTSTANDING at most.
// The channel's signals come from registers and stay until they are taken, whatever `stop` does; `stop` only keeps
// further bursts from being issued. `quiet`: every issued burst, also one that waits for address_ready, is finished.
`default_nettype none

module burst_issue #(
    parameter OUTSTANDING = 8            // most bursts that are not finished
) (
    input  wire        clk,              // rising edge
    input  wire        rst,              // synchronous reset
    input  wire        stop,             // issue no more
    input  wire        burst_valid,      // a burst is offered
    output wire        burst_ready,      // it is issued
    input  wire [31:0] burst_address,    // bytes
    input  wire [7:0]  burst_length,     // beats less one
    input  wire        finish,           // a burst's last beat or response has come
    output wire        quiet,            // no burst is on its way
    output reg         address_valid,    // AXI address channel
    input  wire        address_ready,    // the burst is taken
    output reg  [31:0] address,          // bytes
    output reg  [7:0]  address_length    // beats less one
);
    localparam CW = $clog2(OUTSTANDING + 1);
    localparam [CW-1:0] MOST = OUTSTANDING[CW-1:0];

    reg [CW-1:0] count;                  // bursts issued and not finished

    assign burst_ready = !stop && count != MOST && (!address_valid || address_ready);
    assign quiet = count == {CW{1'b0}};
    wire issue = burst_valid && burst_ready;

    always @(posedge clk) begin
        if (address_ready) address_valid <= 1'b0;
        if (issue) begin
            address_valid <= 1'b1;
            address <= burst_address;
            address_length <= burst_length;
        end
        if (issue && !finish) count <= count + 1'b1;
        if (finish && !issue) count <= count - 1'b1;
        if (rst) begin
            address_valid <= 1'b0;
            count <= {CW{1'b0}};
        end
    end
endmodule

`default_nettype wire
