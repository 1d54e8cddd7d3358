// defined_property: no control output of the accelerator is X once it has been reset, whatever was in its registers.
`default_nettype none

module defined_property #(
    parameter [1:0] RESETS     = 2,              // edges that reset it
    parameter OC_LANES         = 4,              // of the accelerator, as all parameters
    parameter IC_LANES         = 4,              // lanes
    parameter STRIPE           = 4,              // entries
    parameter ACTIVATION_WORDS = 64,             // words
    parameter WEIGHT_ROWS      = 64,             // rows
    parameter PARAMETER_WORDS  = 64,             // words
    parameter DATA_WIDTH       = 64,             // bits of m_axi
    parameter QUEUE            = 2               // commands
) (
    input  wire                  clk,            // rising edge
    input  wire                  s_axi_awvalid,  // AXI4-Lite slave
    input  wire [11:0]           s_axi_awaddr,   // bytes
    input  wire                  s_axi_wvalid,   // write data
    input  wire [31:0]           s_axi_wdata,    // byte 0 lowest
    input  wire [3:0]            s_axi_wstrb,    // bytes that are written
    input  wire                  s_axi_bready,   // taken
    input  wire                  s_axi_arvalid,  // read address
    input  wire [11:0]           s_axi_araddr,   // bytes
    input  wire                  s_axi_rready,   // taken
    input  wire                  m_axi_arready,  // AXI4 master
    input  wire                  m_axi_rvalid,   // read data
    input  wire                  m_axi_rid,      // that of the address
    input  wire [DATA_WIDTH-1:0] m_axi_rdata,    // byte 0 lowest
    input  wire [1:0]            m_axi_rresp,    // OKAY, or an error
    input  wire                  m_axi_rlast,    // last beat of the burst
    input  wire                  m_axi_awready,  // taken
    input  wire                  m_axi_wready,   // taken
    input  wire                  m_axi_bvalid,   // write response
    input  wire                  m_axi_bid,      // that of the address
    input  wire [1:0]            m_axi_bresp,    // OKAY, or an error
    output wire [10:0]           controls,       // irq, then s_axi and m_axi as below
    output wire                  wrong           // never, once it has been reset: one of them is X
);
    reg  [1:0] reset;                            // edges with rst
    initial reset = 2'd0;
    wire       rst = reset != RESETS;
    always @(posedge clk) if (rst) reset <= reset + 1'b1;

    wire irq, awready, wready, bvalid, arready, rvalid, m_arvalid, m_rready, m_awvalid, m_wvalid, m_bready;
    /* verilator lint_off PINCONNECTEMPTY */ // data and addresses mean something with a valid control only
    aslog #(
        .OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .STRIPE(STRIPE), .ACTIVATION_WORDS(ACTIVATION_WORDS),
        .WEIGHT_ROWS(WEIGHT_ROWS), .PARAMETER_WORDS(PARAMETER_WORDS), .DATA_WIDTH(DATA_WIDTH), .QUEUE(QUEUE)
    ) u_dut (
        .clk(clk), .rst(rst), .irq(irq), .s_axi_awvalid(s_axi_awvalid), .s_axi_awready(awready),
        .s_axi_awaddr(s_axi_awaddr), .s_axi_wvalid(s_axi_wvalid), .s_axi_wready(wready), .s_axi_wdata(s_axi_wdata),
        .s_axi_wstrb(s_axi_wstrb), .s_axi_bvalid(bvalid), .s_axi_bready(s_axi_bready), .s_axi_bresp(),
        .s_axi_arvalid(s_axi_arvalid), .s_axi_arready(arready), .s_axi_araddr(s_axi_araddr), .s_axi_rvalid(rvalid),
        .s_axi_rready(s_axi_rready), .s_axi_rdata(), .s_axi_rresp(), .m_axi_arvalid(m_arvalid),
        .m_axi_arready(m_axi_arready), .m_axi_arid(), .m_axi_araddr(), .m_axi_arlen(), .m_axi_arsize(),
        .m_axi_arburst(), .m_axi_rvalid(m_axi_rvalid), .m_axi_rready(m_rready), .m_axi_rid(m_axi_rid),
        .m_axi_rdata(m_axi_rdata), .m_axi_rresp(m_axi_rresp), .m_axi_rlast(m_axi_rlast), .m_axi_awvalid(m_awvalid),
        .m_axi_awready(m_axi_awready), .m_axi_awid(), .m_axi_awaddr(), .m_axi_awlen(), .m_axi_awsize(),
        .m_axi_awburst(), .m_axi_wvalid(m_wvalid), .m_axi_wready(m_axi_wready), .m_axi_wdata(), .m_axi_wstrb(),
        .m_axi_wlast(), .m_axi_bvalid(m_axi_bvalid), .m_axi_bready(m_bready), .m_axi_bid(m_axi_bid),
        .m_axi_bresp(m_axi_bresp)
    );
    /* verilator lint_on PINCONNECTEMPTY */

    assign controls = {irq, awready, wready, bvalid, arready, rvalid, m_arvalid, m_rready, m_awvalid, m_wvalid,
                       m_bready};
    assign wrong = !rst && (^controls) === 1'bx;
endmodule

`default_nettype wire
