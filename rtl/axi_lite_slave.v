// axi_lite_slave: an AXI4-Lite slave of 32 bits in front of registers. Write address and data come in any order; a
// write happens when both are there and the response of the one before is taken, a read when the data of the one
// before is taken. The registers answer in the cycle of write_enable, or at once to read_address; write_error and
// read_error make the response SLVERR.
`default_nettype none

module axi_lite_slave #(
    parameter ADDRESS_WIDTH = 12               // bits of an address
) (
    input  wire                     clk,           // rising edge
    input  wire                     rst,           // synchronous, active high
    input  wire                     s_axi_awvalid, // write address
    output wire                     s_axi_awready, // taken
    input  wire [ADDRESS_WIDTH-1:0] s_axi_awaddr,  // bytes
    input  wire                     s_axi_wvalid,  // write data
    output wire                     s_axi_wready,  // taken
    input  wire [31:0]              s_axi_wdata,   // byte 0 lowest
    input  wire [3:0]               s_axi_wstrb,   // bytes that are written
    output reg                      s_axi_bvalid,  // write response
    input  wire                     s_axi_bready,  // taken
    output wire [1:0]               s_axi_bresp,   // OKAY or SLVERR
    input  wire                     s_axi_arvalid, // read address
    output wire                     s_axi_arready, // taken
    input  wire [ADDRESS_WIDTH-1:0] s_axi_araddr,  // bytes
    output reg                      s_axi_rvalid,  // read data
    input  wire                     s_axi_rready,  // taken
    output reg  [31:0]              s_axi_rdata,   // 0 with an error
    output wire [1:0]               s_axi_rresp,   // OKAY or SLVERR
    output wire                     write_enable,  // one cycle: write
    output reg  [ADDRESS_WIDTH-1:0] write_address, // register to write
    output reg  [31:0]              write_data,    // its bytes
    output reg  [3:0]               write_strobes, // those that are written
    input  wire                     write_error,   // in the same cycle: cannot be written
    output wire [ADDRESS_WIDTH-1:0] read_address,  // register to read
    input  wire [31:0]              read_data,     // in the same cycle
    input  wire                     read_error     // in the same cycle: cannot be read
);
    reg address_held, data_held;
    reg b_error, r_error;
    assign s_axi_awready = !address_held && !rst;
    assign s_axi_wready = !data_held && !rst;
    assign s_axi_arready = !s_axi_rvalid && !rst;
    assign s_axi_bresp = {b_error, 1'b0};
    assign s_axi_rresp = {r_error, 1'b0};

    assign write_enable = address_held && data_held && (!s_axi_bvalid || s_axi_bready);

    wire read = s_axi_arvalid && s_axi_arready;
    assign read_address = s_axi_araddr;

    always @(posedge clk) begin
        if (s_axi_awvalid && s_axi_awready) begin
            address_held <= 1'b1;
            write_address <= s_axi_awaddr;
        end
        if (s_axi_wvalid && s_axi_wready) begin
            data_held <= 1'b1;
            write_data <= s_axi_wdata;
            write_strobes <= s_axi_wstrb;
        end
        if (s_axi_bready) s_axi_bvalid <= 1'b0;
        if (write_enable) begin
            {address_held, data_held} <= 2'b00;
            s_axi_bvalid <= 1'b1;
            b_error <= write_error;
        end
        if (s_axi_rready) s_axi_rvalid <= 1'b0;
        if (read) begin
            s_axi_rvalid <= 1'b1;
            s_axi_rdata <= read_error ? 32'd0 : read_data;
            r_error <= read_error;
        end
        if (rst) {address_held, data_held, s_axi_bvalid, s_axi_rvalid} <= 4'b0000;
    end
endmodule

`default_nettype wire
