// tb_store_unit: store_unit with the standard names of an AXI4 bus.
`default_nettype none
`include "aslog_defs.vh"

module tb_store_unit #(
    parameter IC_LANES    = 16,
    parameter DATA_WIDTH  = 128,
    parameter BURST       = 64,
    parameter OUTSTANDING = 8
) (
    input  wire                            clk,
    input  wire                            rst,
    input  wire                            clear,
    input  wire                            command_valid,
    output wire                            command_ready,
    input  wire [`ASLOG_TRANSFER_BITS-1:0] command,
    output wire                            done,
    output wire                            quiet,
    output wire                            error,
    output wire [1:0]                      error_response,
    output wire [31:0]                     error_address,
    output wire                            read_valid,
    input  wire                            read_ready,
    output wire [23:0]                     read_address,
    input  wire [IC_LANES*8-1:0]           read_data,
    output wire                            m_axi_awid,
    output wire [31:0]                     m_axi_awaddr,
    output wire [7:0]                      m_axi_awlen,
    output wire [2:0]                      m_axi_awsize,
    output wire [1:0]                      m_axi_awburst,
    output wire                            m_axi_awvalid,
    input  wire                            m_axi_awready,
    output wire [DATA_WIDTH-1:0]           m_axi_wdata,
    output wire [DATA_WIDTH/8-1:0]         m_axi_wstrb,
    output wire                            m_axi_wlast,
    output wire                            m_axi_wvalid,
    input  wire                            m_axi_wready,
    /* verilator lint_off UNUSEDSIGNAL */ // one ID
    input  wire                            m_axi_bid,
    /* verilator lint_on UNUSEDSIGNAL */
    input  wire [1:0]                      m_axi_bresp,
    input  wire                            m_axi_bvalid,
    output wire                            m_axi_bready
);
    localparam SIZE = $clog2(DATA_WIDTH / 8);
    wire        aw_valid, w_valid, w_last; // as the bench's monitors name them
    wire        aw_ready = m_axi_awready;
    wire [31:0] aw_address;
    wire [7:0]  aw_length;
    wire        w_ready = m_axi_wready;
    wire [DATA_WIDTH-1:0]   w_data;
    wire [DATA_WIDTH/8-1:0] w_strobe;
    assign m_axi_awid = 1'b0;
    assign m_axi_awsize = SIZE[2:0];
    assign m_axi_awburst = 2'b01;
    assign m_axi_awvalid = aw_valid;
    assign m_axi_awaddr = aw_address;
    assign m_axi_awlen = aw_length;
    assign m_axi_wvalid = w_valid;
    assign m_axi_wdata = w_data;
    assign m_axi_wstrb = w_strobe;
    assign m_axi_wlast = w_last;

    store_unit #(.IC_LANES(IC_LANES), .DATA_WIDTH(DATA_WIDTH), .BURST(BURST), .OUTSTANDING(OUTSTANDING)) u_store (
        .clk(clk), .rst(rst), .clear(clear), .command_valid(command_valid), .command_ready(command_ready),
        .command(command), .done(done), .quiet(quiet), .error(error), .error_response(error_response),
        .error_address(error_address), .read_valid(read_valid), .read_ready(read_ready),
        .read_address(read_address), .read_data(read_data), .aw_valid(aw_valid), .aw_ready(aw_ready),
        .aw_address(aw_address), .aw_length(aw_length), .w_valid(w_valid), .w_ready(w_ready), .w_data(w_data),
        .w_strobe(w_strobe), .w_last(w_last), .b_valid(m_axi_bvalid), .b_ready(m_axi_bready),
        .b_response(m_axi_bresp)
    );
endmodule

`default_nettype wire
