// register_file: the registers of golden/registers.rdl behind an AXI4-Lite slave; see axi_lite_slave for its order.
// `start` and `stop` are high for one cycle after the write; `start` only while not busy. `done` and `failed` are one
// cycle and set their bits of STATUS; the error fields are taken with `failed` and read 0 before. The interrupt stays
// until software clears the bits.
`default_nettype none
`include "aslog_defs.vh"

module register_file #(
    parameter OC_LANES         = 16,           // the core's parameters, as registers
    parameter IC_LANES         = 16,           // input channels of a vector
    parameter STRIPE           = 32,           // accumulator entries of a bank
    parameter RQ_LANES         = 16,           // requantization lanes
    parameter ACTIVATION_WORDS = 8192,         // words of the activation buffer
    parameter WEIGHT_ROWS      = 4096,         // rows of the weight buffer
    parameter PARAMETER_WORDS  = 4096,         // words of the parameter buffer
    parameter DATA_WIDTH       = 128           // bits of the AXI4 master
) (
    input  wire         clk,                   // rising edge
    input  wire         rst,                   // synchronous, active high
    input  wire         s_axi_awvalid,         // write address
    output wire         s_axi_awready,         // taken
    input  wire [11:0]  s_axi_awaddr,          // bytes
    input  wire         s_axi_wvalid,          // write data
    output wire         s_axi_wready,          // taken
    input  wire [31:0]  s_axi_wdata,           // byte 0 lowest
    input  wire [3:0]   s_axi_wstrb,           // bytes that are written
    output wire         s_axi_bvalid,          // write response
    input  wire         s_axi_bready,          // taken
    output wire [1:0]   s_axi_bresp,           // OKAY or SLVERR
    input  wire         s_axi_arvalid,         // read address
    output wire         s_axi_arready,         // taken
    input  wire [11:0]  s_axi_araddr,          // bytes
    output wire         s_axi_rvalid,          // read data
    input  wire         s_axi_rready,          // taken
    output wire [31:0]  s_axi_rdata,           // 0 with an error
    output wire [1:0]   s_axi_rresp,           // OKAY or SLVERR
    output reg          start,                 // one cycle: run the network at list_address
    output reg          stop,                  // one cycle: stop it
    output reg  [31:0]  list_address,          // bytes
    output reg          interrupt_enable,      // CONTROL.interrupt_enable
    output wire         irq,                   // STATUS.or failed, and enabled
    input  wire         busy,                  // a network runs, from the cycle after start
    input  wire         done,                  // one cycle: it came to its end
    input  wire         failed,                // one cycle: it did not
    input  wire [2:0]   error_source,          // with failed: ASLOG_REG_ERROR_SOURCE_*
    input  wire [3:0]   error_code,            // with failed
    input  wire [31:0]  error_address,         // with failed: bus address
    input  wire [31:0]  error_command,         // with failed: number of the command
    input  wire [31:0]  error_index,           // with failed: channel
    input  wire [48*`ASLOG_REG_COUNTERS-1:0] counters // of counter_bank
);
    wire write_enable;
    wire [11:0] write_address, read_address;
    wire [31:0] write_data;
    wire [3:0] write_strobes;
    reg write_error, read_error;
    reg [31:0] read_data;
    axi_lite_slave #(.ADDRESS_WIDTH(12)) u_slave (
        .clk(clk), .rst(rst),
        .s_axi_awvalid(s_axi_awvalid), .s_axi_awready(s_axi_awready), .s_axi_awaddr(s_axi_awaddr),
        .s_axi_wvalid(s_axi_wvalid), .s_axi_wready(s_axi_wready), .s_axi_wdata(s_axi_wdata), .s_axi_wstrb(s_axi_wstrb),
        .s_axi_bvalid(s_axi_bvalid), .s_axi_bready(s_axi_bready), .s_axi_bresp(s_axi_bresp),
        .s_axi_arvalid(s_axi_arvalid), .s_axi_arready(s_axi_arready), .s_axi_araddr(s_axi_araddr),
        .s_axi_rvalid(s_axi_rvalid), .s_axi_rready(s_axi_rready), .s_axi_rdata(s_axi_rdata), .s_axi_rresp(s_axi_rresp),
        .write_enable(write_enable), .write_address(write_address), .write_data(write_data),
        .write_strobes(write_strobes), .write_error(write_error),
        .read_address(read_address), .read_data(read_data), .read_error(read_error)
    );

    // writes
    wire [31:0] mask = {{8{write_strobes[3]}}, {8{write_strobes[2]}}, {8{write_strobes[1]}}, {8{write_strobes[0]}}};
    wire [31:0] ones = write_data & mask;
    wire write_control = write_enable && write_address == `ASLOG_REG_CONTROL_ADDRESS;
    wire write_status = write_enable && write_address == `ASLOG_REG_STATUS_ADDRESS;
    wire write_list = write_enable && write_address == `ASLOG_REG_LIST_ADDRESS_ADDRESS;
    wire stopping = write_control && ones[`ASLOG_REG_CONTROL_STOP];
    wire starting = write_control && ones[`ASLOG_REG_CONTROL_START] && !stopping && !busy;
    wire [31:0] merged = (list_address & ~mask) | ones;
    wire enabling = mask[`ASLOG_REG_CONTROL_INTERRUPT_ENABLE];
    always @* begin
        case (write_address)
            `ASLOG_REG_CONTROL_ADDRESS, `ASLOG_REG_STATUS_ADDRESS, `ASLOG_REG_LIST_ADDRESS_ADDRESS: write_error = 1'b0;
            default: write_error = 1'b1;
        endcase
    end

    reg is_done, is_failed;
    reg [2:0] source;
    reg [3:0] code;
    reg [31:0] bus_address, number, index;
    assign irq = interrupt_enable && (is_done || is_failed);
    always @(posedge clk) begin
        start <= starting;
        stop <= stopping;
        if (write_control && enabling) interrupt_enable <= write_data[`ASLOG_REG_CONTROL_INTERRUPT_ENABLE];
        if (write_list) list_address <= merged;
        is_done <= done || (is_done && !starting && !(write_status && ones[`ASLOG_REG_STATUS_DONE]));
        is_failed <= failed || (is_failed && !starting && !(write_status && ones[`ASLOG_REG_STATUS_FAILED]));
        if (failed) {source, code, bus_address, number, index} <=
            {error_source, error_code, error_address, error_command, error_index};
        else if (starting) {source, code, bus_address, number, index} <= {103{1'b0}};
        if (rst) begin
            {start, stop, is_done, is_failed} <= 4'b0000;
            interrupt_enable <= `ASLOG_REG_CONTROL_INTERRUPT_ENABLE_RESET;
            list_address <= `ASLOG_REG_LIST_ADDRESS_VALUE_RESET;
            {source, code, bus_address, number, index} <= {103{1'b0}};
        end
    end

    // reads; a counter's high word lies behind its low one
    wire [11:0] place = read_address - `ASLOG_REG_CYCLES_ADDRESS;
    wire is_counter = place < 8 * `ASLOG_REG_COUNTERS;
    wire [47:0] counter = counters[place[6:3]*48+:48];
    always @* begin
        read_data = 32'd0;
        read_error = 1'b0;
        case (read_address)
            `ASLOG_REG_ID_ADDRESS: read_data[`ASLOG_REG_ID_VALUE] = `ASLOG_REG_ID_VALUE_RESET;
            `ASLOG_REG_VERSION_ADDRESS: begin
                read_data[`ASLOG_REG_VERSION_MINOR] = `ASLOG_REG_VERSION_MINOR_RESET;
                read_data[`ASLOG_REG_VERSION_MAJOR] = `ASLOG_REG_VERSION_MAJOR_RESET;
            end
            `ASLOG_REG_CONTROL_ADDRESS: read_data[`ASLOG_REG_CONTROL_INTERRUPT_ENABLE] = interrupt_enable;
            `ASLOG_REG_STATUS_ADDRESS: begin
                read_data[`ASLOG_REG_STATUS_BUSY] = busy;
                read_data[`ASLOG_REG_STATUS_DONE] = is_done;
                read_data[`ASLOG_REG_STATUS_FAILED] = is_failed;
            end
            `ASLOG_REG_LIST_ADDRESS_ADDRESS: read_data[`ASLOG_REG_LIST_ADDRESS_VALUE] = list_address;
            `ASLOG_REG_ERROR_ADDRESS: begin
                read_data[`ASLOG_REG_ERROR_SOURCE] = source;
                read_data[`ASLOG_REG_ERROR_CODE] = code;
            end
            `ASLOG_REG_ERROR_ADDRESS_ADDRESS: read_data[`ASLOG_REG_ERROR_ADDRESS_VALUE] = bus_address;
            `ASLOG_REG_ERROR_COMMAND_ADDRESS: read_data[`ASLOG_REG_ERROR_COMMAND_VALUE] = number;
            `ASLOG_REG_ERROR_INDEX_ADDRESS: read_data[`ASLOG_REG_ERROR_INDEX_VALUE] = index;
            `ASLOG_REG_OC_LANES_ADDRESS: read_data[`ASLOG_REG_OC_LANES_VALUE] = OC_LANES;
            `ASLOG_REG_IC_LANES_ADDRESS: read_data[`ASLOG_REG_IC_LANES_VALUE] = IC_LANES;
            `ASLOG_REG_STRIPE_ADDRESS: read_data[`ASLOG_REG_STRIPE_VALUE] = STRIPE;
            `ASLOG_REG_RQ_LANES_ADDRESS: read_data[`ASLOG_REG_RQ_LANES_VALUE] = RQ_LANES;
            `ASLOG_REG_ACTIVATION_WORDS_ADDRESS: read_data[`ASLOG_REG_ACTIVATION_WORDS_VALUE] = ACTIVATION_WORDS;
            `ASLOG_REG_WEIGHT_ROWS_ADDRESS: read_data[`ASLOG_REG_WEIGHT_ROWS_VALUE] = WEIGHT_ROWS;
            `ASLOG_REG_PARAMETER_WORDS_ADDRESS: read_data[`ASLOG_REG_PARAMETER_WORDS_VALUE] = PARAMETER_WORDS;
            `ASLOG_REG_DATA_WIDTH_ADDRESS: read_data[`ASLOG_REG_DATA_WIDTH_VALUE] = DATA_WIDTH;
            default: begin
                read_data = place[2] ? {16'd0, counter[47:32]} : counter[31:0];
                read_error = !is_counter || read_address[1:0] != 2'd0;
            end
        endcase
    end
endmodule

`default_nettype wire
