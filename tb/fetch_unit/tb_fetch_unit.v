// tb_fetch_unit: fetch_unit with the standard names of an AXI4 bus.
`default_nettype none
`include "aslog_defs.vh"

module tb_fetch_unit #(
    parameter DATA_WIDTH = 128
) (
    input  wire                            clk,
    input  wire                            rst,
    input  wire                            clear,
    input  wire                            start,
    input  wire [31:0]                     list_address,
    output wire                            command_valid,
    input  wire                            command_ready,
    output wire [`ASLOG_COMMAND_WIDTH-1:0] command,
    output wire                            quiet,
    output wire                            error,
    output wire [1:0]                      error_response,
    output wire [31:0]                     error_address,
    output wire                            m_axi_arid,
    output wire [31:0]                     m_axi_araddr,
    output wire [7:0]                      m_axi_arlen,
    output wire [2:0]                      m_axi_arsize,
    output wire [1:0]                      m_axi_arburst,
    output wire                            m_axi_arvalid,
    input  wire                            m_axi_arready,
    /* verilator lint_off UNUSEDSIGNAL */ // one ID
    input  wire                            m_axi_rid,
    /* verilator lint_on UNUSEDSIGNAL */
    input  wire [DATA_WIDTH-1:0]           m_axi_rdata,
    input  wire [1:0]                      m_axi_rresp,
    input  wire                            m_axi_rlast,
    input  wire                            m_axi_rvalid,
    output wire                            m_axi_rready
);
    localparam SIZE = $clog2(DATA_WIDTH / 8);
    wire        ar_valid;                 // as the bench's monitor names them
    wire        ar_ready = m_axi_arready;
    wire [31:0] ar_address;
    wire [7:0]  ar_length;
    assign m_axi_arid = 1'b0;
    assign m_axi_arsize = SIZE[2:0];
    assign m_axi_arburst = 2'b01;
    assign m_axi_arvalid = ar_valid;
    assign m_axi_araddr = ar_address;
    assign m_axi_arlen = ar_length;

    fetch_unit #(.DATA_WIDTH(DATA_WIDTH)) u_fetch (
        .clk(clk), .rst(rst), .clear(clear), .start(start), .list_address(list_address),
        .command_valid(command_valid), .command_ready(command_ready), .command(command), .quiet(quiet),
        .error(error), .error_response(error_response), .error_address(error_address), .ar_valid(ar_valid),
        .ar_ready(ar_ready), .ar_address(ar_address), .ar_length(ar_length), .r_valid(m_axi_rvalid),
        .r_ready(m_axi_rready), .r_data(m_axi_rdata), .r_response(m_axi_rresp), .r_last(m_axi_rlast)
    );
endmodule

`default_nettype wire
