// tb_read_arbiter: read_arbiter with the standard names of an AXI4 bus.
`default_nettype none

module tb_read_arbiter #(
    parameter DATA_WIDTH = 128
) (
    input  wire                  clk,
    input  wire                  rst,
    input  wire                  fetch_ar_valid,
    output wire                  fetch_ar_ready,
    input  wire [31:0]           fetch_ar_address,
    input  wire [7:0]            fetch_ar_length,
    output wire                  fetch_r_valid,
    input  wire                  fetch_r_ready,
    output wire [DATA_WIDTH-1:0] fetch_r_data,
    output wire [1:0]            fetch_r_response,
    output wire                  fetch_r_last,
    input  wire                  load_ar_valid,
    output wire                  load_ar_ready,
    input  wire [31:0]           load_ar_address,
    input  wire [7:0]            load_ar_length,
    output wire                  load_r_valid,
    input  wire                  load_r_ready,
    output wire [DATA_WIDTH-1:0] load_r_data,
    output wire [1:0]            load_r_response,
    output wire                  load_r_last,
    output wire                  m_axi_arid,
    output wire [31:0]           m_axi_araddr,
    output wire [7:0]            m_axi_arlen,
    output wire [2:0]            m_axi_arsize,
    output wire [1:0]            m_axi_arburst,
    output wire                  m_axi_arvalid,
    input  wire                  m_axi_arready,
    input  wire                  m_axi_rid,
    input  wire [DATA_WIDTH-1:0] m_axi_rdata,
    input  wire [1:0]            m_axi_rresp,
    input  wire                  m_axi_rlast,
    input  wire                  m_axi_rvalid,
    output wire                  m_axi_rready
);
    localparam SIZE = $clog2(DATA_WIDTH / 8);
    wire        ar_valid, ar_id;          // as the bench's monitor names them
    wire        ar_ready = m_axi_arready;
    wire [31:0] ar_address;
    wire [7:0]  ar_length;
    assign m_axi_arid = ar_id;
    assign m_axi_arsize = SIZE[2:0];
    assign m_axi_arburst = 2'b01;
    assign m_axi_arvalid = ar_valid;
    assign m_axi_araddr = ar_address;
    assign m_axi_arlen = ar_length;

    assign load_r_data = fetch_r_data;
    assign load_r_response = fetch_r_response;
    assign load_r_last = fetch_r_last;
    read_arbiter #(.DATA_WIDTH(DATA_WIDTH)) u_arbiter (
        .clk(clk), .rst(rst), .fetch_ar_valid(fetch_ar_valid), .fetch_ar_ready(fetch_ar_ready),
        .fetch_ar_address(fetch_ar_address), .fetch_ar_length(fetch_ar_length), .fetch_r_valid(fetch_r_valid),
        .fetch_r_ready(fetch_r_ready), .load_ar_valid(load_ar_valid), .load_ar_ready(load_ar_ready),
        .load_ar_address(load_ar_address), .load_ar_length(load_ar_length), .load_r_valid(load_r_valid),
        .load_r_ready(load_r_ready), .client_r_data(fetch_r_data), .client_r_response(fetch_r_response),
        .client_r_last(fetch_r_last), .ar_valid(ar_valid), .ar_ready(ar_ready), .ar_id(ar_id),
        .ar_address(ar_address), .ar_length(ar_length), .r_valid(m_axi_rvalid), .r_ready(m_axi_rready),
        .r_id(m_axi_rid), .r_data(m_axi_rdata), .r_response(m_axi_rresp), .r_last(m_axi_rlast)
    );
endmodule

`default_nettype wire
