// tb_load_unit: load_unit with the standard names of an AXI4 bus.
`default_nettype none
`include "aslog_defs.vh"

module tb_load_unit #(
    parameter IC_LANES    = 16,
    parameter DATA_WIDTH  = 128,
    parameter BURST       = 64,
    parameter OUTSTANDING = 8
) (
    input  wire                             clk,
    input  wire                             rst,
    input  wire                             clear,
    input  wire                             command_valid,
    output wire                             command_ready,
    input  wire [`ASLOG_TRANSFER_BITS-1:0]  command,
    output wire                             done,
    output wire                             quiet,
    output wire                             error,
    output wire [1:0]                       error_response,
    output wire [31:0]                      error_address,
    output wire                             m_axi_arid,
    output wire [31:0]                      m_axi_araddr,
    output wire [7:0]                       m_axi_arlen,
    output wire [2:0]                       m_axi_arsize,
    output wire [1:0]                       m_axi_arburst,
    output wire                             m_axi_arvalid,
    input  wire                             m_axi_arready,
    /* verilator lint_off UNUSEDSIGNAL */ // one ID
    input  wire                             m_axi_rid,
    /* verilator lint_on UNUSEDSIGNAL */
    input  wire [DATA_WIDTH-1:0]            m_axi_rdata,
    input  wire [1:0]                       m_axi_rresp,
    input  wire                             m_axi_rlast,
    input  wire                             m_axi_rvalid,
    output wire                             m_axi_rready,
    output wire                             activation_write_valid,
    input  wire                             activation_write_ready,
    output wire [23:0]                      activation_write_address,
    output wire [IC_LANES*8-1:0]            activation_write_data,
    output wire                             weight_write_enable,
    output wire [23:0]                      weight_write_address,
    output wire [IC_LANES*4-1:0]            weight_write_data,
    output wire                             parameter_write_enable,
    output wire [23:0]                      parameter_write_address,
    output wire [`ASLOG_PARAMETER_BITS-1:0] parameter_write_data
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

    load_unit #(.IC_LANES(IC_LANES), .DATA_WIDTH(DATA_WIDTH), .BURST(BURST), .OUTSTANDING(OUTSTANDING)) u_load (
        .clk(clk), .rst(rst), .clear(clear), .command_valid(command_valid), .command_ready(command_ready),
        .command(command), .done(done), .quiet(quiet), .error(error), .error_response(error_response),
        .error_address(error_address), .ar_valid(ar_valid), .ar_ready(ar_ready), .ar_address(ar_address),
        .ar_length(ar_length), .r_valid(m_axi_rvalid), .r_ready(m_axi_rready), .r_data(m_axi_rdata),
        .r_response(m_axi_rresp), .r_last(m_axi_rlast), .activation_write_valid(activation_write_valid),
        .activation_write_ready(activation_write_ready), .activation_write_address(activation_write_address),
        .activation_write_data(activation_write_data), .weight_write_enable(weight_write_enable),
        .weight_write_address(weight_write_address), .weight_write_data(weight_write_data),
        .parameter_write_enable(parameter_write_enable), .parameter_write_address(parameter_write_address),
        .parameter_write_data(parameter_write_data)
    );
endmodule

`default_nettype wire
