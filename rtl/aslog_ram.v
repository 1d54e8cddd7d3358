// aslog_ram: the one memory wrapper, one write port with lane enables and one read port.
// Read latency 1 cycle; read_data holds its value while read_enable is low. Reading a word in the cycle
// that writes it gives the old word. Replace the body by a foundry macro with the same ports.
`default_nettype none

module aslog_ram #(
    parameter WORDS      = 256,                          // depth
    parameter WIDTH      = 128,                          // bits of a word
    parameter LANES      = 1,                            // write enables per word; divides WIDTH
    parameter ADDR_WIDTH = $clog2(WORDS > 1 ? WORDS : 2) // bits of an address
) (
    input  wire                  clk,                    // rising edge
    input  wire                  write_enable,           // write `write_data`
    input  wire [LANES-1:0]      write_lanes,            // which WIDTH / LANES slices are written
    input  wire [ADDR_WIDTH-1:0] write_address,          // word to write
    input  wire [WIDTH-1:0]      write_data,             // lane 0 lowest
    input  wire                  read_enable,            // read a word
    input  wire [ADDR_WIDTH-1:0] read_address,           // word to read
    output reg  [WIDTH-1:0]      read_data               // 1 cycle after read_enable
);
    localparam SLICE = WIDTH / LANES;

    reg [WIDTH-1:0] memory [0:WORDS-1];

    always @(posedge clk) begin
        if (read_enable) read_data <= memory[read_address];
    end

    generate
        if (LANES == 1) begin : g_whole
            always @(posedge clk) begin
                if (write_enable && write_lanes[0]) memory[write_address] <= write_data;
            end
        end else begin : g_lanes
            integer l;
            always @(posedge clk) begin
                if (write_enable)
                    for (l = 0; l < LANES; l = l + 1)
                        if (write_lanes[l]) memory[write_address][l*SLICE+:SLICE] <= write_data[l*SLICE+:SLICE];
            end
        end
    endgenerate
endmodule

`default_nettype wire
