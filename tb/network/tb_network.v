// tb_network: the accelerator with a memory, so that Python works once per network and not once per cycle.
// At `load` the memory is read from +images=<folder>/memory.bin, beats with their highest byte first. The words that
// the layer and the vector unit write go to layer.bin and vector.bin: address (32 bits), byte lanes (64), data, lowest
// first; every command that ends leaves a line in commands.txt: unit, number, first and last cycle, beats, and a
// layer's counters. At `save` beats of the memory go to result.hex. A waveform dump.vcd (FST with Verilator) lasts from
// cycle `dump_from` to `dump_to`, where `dumped` rises.
`default_nettype none
`include "aslog_defs.vh"

module tb_network #(
    parameter OC_LANES         = 16,          // see aslog
    parameter IC_LANES         = 16,
    parameter STRIPE           = 32,
    parameter RQ_LANES         = OC_LANES / 2,
    parameter ACTIVATION_WORDS = 8192,
    parameter WEIGHT_ROWS      = 8192,
    parameter PARAMETER_WORDS  = 2048,
    parameter BANKS            = 8,
    parameter QUEUE            = 4,
    parameter DATA_WIDTH       = 128,
    parameter BEATS            = 1 << 20      // size of the memory
) (
    input  wire        clk,
    input  wire        rst,
    input  wire        stall,                 // random waiting of the memory
    input  wire        bad_enable,            // the memory refuses the beat `bad`
    input  wire [31:0] bad,
    input  wire        load,                  // one cycle
    input  wire        save,                  // one cycle
    input  wire [31:0] image_beats,           // to load
    input  wire [31:0] save_from,             // beats to save
    input  wire [31:0] save_to,
    input  wire        dump,
    input  wire [31:0] dump_from,
    input  wire [31:0] dump_to,
    output reg         dumped,
    output reg  [31:0] cycle,                 // since the last load
    output wire [19:0] number,                // of the operation in the layer unit
    output wire        irq,                   // from here on see aslog
    input  wire        s_axi_awvalid,
    output wire        s_axi_awready,
    input  wire [11:0] s_axi_awaddr,
    input  wire        s_axi_wvalid,
    output wire        s_axi_wready,
    input  wire [31:0] s_axi_wdata,
    input  wire [3:0]  s_axi_wstrb,
    output wire        s_axi_bvalid,
    input  wire        s_axi_bready,
    output wire [1:0]  s_axi_bresp,
    input  wire        s_axi_arvalid,
    output wire        s_axi_arready,
    input  wire [11:0] s_axi_araddr,
    output wire        s_axi_rvalid,
    input  wire        s_axi_rready,
    output wire [31:0] s_axi_rdata,
    output wire [1:0]  s_axi_rresp
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam UNITS = 4;

    wire                    arvalid, arready, arid, rvalid, rready, rid, rlast, awvalid, awready, awid, wvalid, wready;
    wire                    wlast, bvalid, bready;
    wire [31:0]             araddr, awaddr;
    wire [7:0]              arlen, awlen;
    wire [2:0]              arsize, awsize;
    wire [1:0]              arburst, awburst, rresp, bresp;
    wire [DATA_WIDTH-1:0]   rdata, wdata;
    wire [DATA_WIDTH/8-1:0] wstrb;

    aslog #(
        .OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .STRIPE(STRIPE), .RQ_LANES(RQ_LANES),
        .ACTIVATION_WORDS(ACTIVATION_WORDS), .WEIGHT_ROWS(WEIGHT_ROWS), .PARAMETER_WORDS(PARAMETER_WORDS),
        .DATA_WIDTH(DATA_WIDTH), .BANKS(BANKS), .QUEUE(QUEUE)
    ) u_aslog (
        .clk(clk), .rst(rst), .irq(irq), .s_axi_awvalid(s_axi_awvalid), .s_axi_awready(s_axi_awready),
        .s_axi_awaddr(s_axi_awaddr), .s_axi_wvalid(s_axi_wvalid), .s_axi_wready(s_axi_wready),
        .s_axi_wdata(s_axi_wdata), .s_axi_wstrb(s_axi_wstrb), .s_axi_bvalid(s_axi_bvalid),
        .s_axi_bready(s_axi_bready), .s_axi_bresp(s_axi_bresp), .s_axi_arvalid(s_axi_arvalid),
        .s_axi_arready(s_axi_arready), .s_axi_araddr(s_axi_araddr), .s_axi_rvalid(s_axi_rvalid),
        .s_axi_rready(s_axi_rready), .s_axi_rdata(s_axi_rdata), .s_axi_rresp(s_axi_rresp),
        .m_axi_arvalid(arvalid), .m_axi_arready(arready), .m_axi_arid(arid), .m_axi_araddr(araddr),
        .m_axi_arlen(arlen), .m_axi_arsize(arsize), .m_axi_arburst(arburst), .m_axi_rvalid(rvalid),
        .m_axi_rready(rready), .m_axi_rid(rid), .m_axi_rdata(rdata), .m_axi_rresp(rresp), .m_axi_rlast(rlast),
        .m_axi_awvalid(awvalid), .m_axi_awready(awready), .m_axi_awid(awid), .m_axi_awaddr(awaddr),
        .m_axi_awlen(awlen), .m_axi_awsize(awsize), .m_axi_awburst(awburst), .m_axi_wvalid(wvalid),
        .m_axi_wready(wready), .m_axi_wdata(wdata), .m_axi_wstrb(wstrb), .m_axi_wlast(wlast), .m_axi_bvalid(bvalid),
        .m_axi_bready(bready), .m_axi_bid(1'b0), .m_axi_bresp(bresp)
    );
    /* verilator lint_off UNUSEDSIGNAL */ // the memory knows nothing else
    wire unused = &{awid, arsize, awsize, arburst, awburst};
    /* verilator lint_on UNUSEDSIGNAL */
    axi_memory #(.DATA_WIDTH(DATA_WIDTH), .BEATS(BEATS)) u_memory (
        .clk(clk), .rst(rst), .stall(stall), .bad_enable(bad_enable), .bad(bad), .arvalid(arvalid), .arready(arready),
        .arid(arid), .araddr(araddr),
        .arlen(arlen), .rvalid(rvalid), .rready(rready), .rid(rid), .rdata(rdata), .rresp(rresp), .rlast(rlast),
        .awvalid(awvalid), .awready(awready), .awaddr(awaddr), .awlen(awlen), .wvalid(wvalid), .wready(wready),
        .wdata(wdata), .wstrb(wstrb), .wlast(wlast), .bvalid(bvalid), .bready(bready), .bresp(bresp)
    );

    reg [8*512-1:0] folder, name;
    integer commands, layer_words, vector_words, image;
    /* verilator lint_off UNUSEDSIGNAL */ // a short image shows in the results
    integer count;
    /* verilator lint_on UNUSEDSIGNAL */
    initial begin
        if (!$value$plusargs("images=%s", folder)) folder = 0;
        $sformat(name, "%0scommands.txt", folder);
        commands = $fopen(name, "w");
        $sformat(name, "%0slayer.bin", folder);
        layer_words = $fopen(name, "wb");
        $sformat(name, "%0svector.bin", folder);
        vector_words = $fopen(name, "wb");
    end

    // what the units write
    localparam RECORD = IC_LANES * XW < 32 ? 32 : IC_LANES * XW;
    wire [RECORD+95:0] layer_record, vector_record;
    assign layer_record = {{(RECORD-IC_LANES*XW){1'b0}}, u_aslog.layer_write_data, {(64-IC_LANES){1'b0}},
                           u_aslog.layer_write_lanes, 8'd0, u_aslog.layer_write_address};
    assign vector_record = {{(RECORD-IC_LANES*XW){1'b0}}, u_aslog.vector_write_data, {(64-IC_LANES){1'b0}},
                            {IC_LANES{1'b1}}, 8'd0, u_aslog.vector_write_address};

    // what the units do
    reg [31:0] first [0:UNITS-1];
    reg [31:0] beats [0:UNITS-1];
    integer u;
    assign number = u_aslog.numbers[`ASLOG_UNIT_LAYER*20+:20];
    always @(posedge clk) begin
        cycle <= cycle + 1;
        if (u_aslog.layer_write_valid && u_aslog.layer_write_ready) $fwrite(layer_words, "%u", layer_record);
        if (u_aslog.vector_write_valid && u_aslog.vector_write_ready) $fwrite(vector_words, "%u", vector_record);
        for (u = 0; u < UNITS; u = u + 1) begin
            if (u_aslog.unit_valid[u] && u_aslog.unit_ready[u]) begin
                first[u] <= cycle;
                beats[u] <= 0;
            end
            if (u_aslog.unit_done[u] && u_aslog.running[u])
                $fwrite(commands, "%0d %0d %0d %0d %0d %0d %0d %0d %0d %0d %0d\n", u, u_aslog.numbers[u*20+:20],
                        first[u], cycle, beats[u], u_aslog.u_core.count_busy, u_aslog.u_core.count_setup,
                        u_aslog.u_core.count_weights, u_aslog.u_core.count_drain, u_aslog.u_core.count_window,
                        u_aslog.u_core.count_tail);
        end
        if (rvalid && rready && rid) beats[`ASLOG_UNIT_LOAD] <= beats[`ASLOG_UNIT_LOAD] + 1;
        if (wvalid && wready) beats[`ASLOG_UNIT_STORE] <= beats[`ASLOG_UNIT_STORE] + 1;
        if (load) begin
            $sformat(name, "%0smemory.bin", folder);
            /* verilator lint_off BLKSEQ */ // read at once
            image = $fopen(name, "rb");
            count = $fread(u_memory.memory, image, 0, image_beats);
            /* verilator lint_on BLKSEQ */
            $fclose(image);
            cycle <= 0;
        end
        if (save) begin
            $fflush(commands);
            $fflush(layer_words);
            $fflush(vector_words);
            $sformat(name, "%0sresult.hex", folder);
            $writememh(name, u_memory.memory, save_from, save_to);
        end
        dumped <= dump && cycle >= dump_to;
        if (dump && cycle == dump_from) begin
            $sformat(name, "%0sdump.vcd", folder);
            $dumpfile(name);
            $dumpvars(0, tb_network);
        end
        if (rst) dumped <= 1'b0;
    end
endmodule

`default_nettype wire
