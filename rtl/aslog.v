// aslog: the accelerator. Runs a network, a list of commands in memory, by itself.
// AXI4-Lite slave (s_axi): registers, see docs/registers.md. AXI4 master (m_axi): INCR bursts of whole beats; reads
// have ID 0 (commands) and 1 (data), writes ID 0. `irq` is high while a network is done or failed and enabled.
// Four units work at the same time, each on its queue of commands in order: load, layer, vector, store.
`default_nettype none
`include "aslog_defs.vh"

module aslog #(
    parameter OC_LANES         = 16,             // output channels of a tile: a power of two, at least 4
    parameter IC_LANES         = 16,             // input channels of a vector: a power of two, at least 4
    parameter STRIPE           = 32,             // accumulator entries of a bank
    parameter RQ_LANES         = OC_LANES / 2,   // requantization lanes; divides OC_LANES
    parameter ACTIVATION_WORDS = 8192,           // activation buffer, words of IC_LANES bytes
    parameter BANKS            = 16,             // its memories
    parameter WEIGHT_ROWS      = 8192,           // weight buffer, rows of IC_LANES codes
    parameter PARAMETER_WORDS  = 2048,           // parameter buffer, channels
    parameter DATA_WIDTH       = 128,            // bits of m_axi: 64, 128 or 256
    parameter BURST            = 64,             // most beats of a burst
    parameter OUTSTANDING      = 8,              // most bursts on their way, reads and writes each
    parameter QUEUE            = 4               // commands that wait for each unit
) (
    input  wire                    clk,          // rising edge
    input  wire                    rst,          // synchronous, active high
    output wire                    irq,          // interrupt, level
    input  wire                    s_axi_awvalid, // AXI4-Lite slave: write address
    output wire                    s_axi_awready, // taken
    input  wire [11:0]             s_axi_awaddr, // bytes
    input  wire                    s_axi_wvalid, // write data
    output wire                    s_axi_wready, // taken
    input  wire [31:0]             s_axi_wdata, // byte 0 lowest
    input  wire [3:0]              s_axi_wstrb, // bytes that are written
    output wire                    s_axi_bvalid, // write response
    input  wire                    s_axi_bready, // taken
    output wire [1:0]              s_axi_bresp, // OKAY, or an error
    input  wire                    s_axi_arvalid, // read address
    output wire                    s_axi_arready, // taken
    input  wire [11:0]             s_axi_araddr, // bytes
    output wire                    s_axi_rvalid, // read data
    input  wire                    s_axi_rready, // taken
    output wire [31:0]             s_axi_rdata, // byte 0 lowest
    output wire [1:0]              s_axi_rresp, // OKAY, or an error
    output wire                    m_axi_arvalid, // AXI4 master: read address
    input  wire                    m_axi_arready, // taken
    output wire                    m_axi_arid, // 0 commands, 1 data
    output wire [31:0]             m_axi_araddr, // bytes
    output wire [7:0]              m_axi_arlen, // beats less one
    output wire [2:0]              m_axi_arsize, // of a whole beat
    output wire [1:0]              m_axi_arburst, // INCR
    input  wire                    m_axi_rvalid, // read data
    output wire                    m_axi_rready, // taken
    input  wire                    m_axi_rid, // that of the address
    input  wire [DATA_WIDTH-1:0]   m_axi_rdata, // byte 0 lowest
    input  wire [1:0]              m_axi_rresp, // OKAY, or an error
    input  wire                    m_axi_rlast, // last beat of the burst
    output wire                    m_axi_awvalid, // write address
    input  wire                    m_axi_awready, // taken
    output wire                    m_axi_awid, // 0
    output wire [31:0]             m_axi_awaddr, // bytes
    output wire [7:0]              m_axi_awlen, // beats less one
    output wire [2:0]              m_axi_awsize, // of a whole beat
    output wire [1:0]              m_axi_awburst, // INCR
    output wire                    m_axi_wvalid, // write data
    input  wire                    m_axi_wready, // taken
    output wire [DATA_WIDTH-1:0]   m_axi_wdata, // byte 0 lowest
    output wire [DATA_WIDTH/8-1:0] m_axi_wstrb, // bytes that are written
    output wire                    m_axi_wlast, // last beat of the burst
    input  wire                    m_axi_bvalid, // write response
    output wire                    m_axi_bready, // taken
    /* verilator lint_off UNUSEDSIGNAL */ // every write has the same ID
    input  wire                    m_axi_bid, // that of the address
    /* verilator lint_on UNUSEDSIGNAL */
    input  wire [1:0]              m_axi_bresp // OKAY, or an error
);
    localparam AW = `ASLOG_DIMENSION_ADDRESS_WIDTH;
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam UNITS = 4;
    localparam LOAD = `ASLOG_UNIT_LOAD, LAYER = `ASLOG_UNIT_LAYER;
    localparam VECTOR = `ASLOG_UNIT_VECTOR, STORE = `ASLOG_UNIT_STORE;
    /* verilator lint_off WIDTHTRUNC */ // 8 to 32 bytes
    localparam [2:0] SIZE = $clog2(DATA_WIDTH / 8);
    localparam BYTES = 6;                        // bits of their number
    localparam [BYTES-1:0] BEAT = DATA_WIDTH / 8;
    /* verilator lint_on WIDTHTRUNC */
    localparam FAILURES = 6;                     // in the order of the registers' unit

    // registers and control
    wire        start, stop, busy, begin_list, clear, done, failed, ended, illegal;
    wire        fetch_quiet, load_quiet, store_quiet;
    wire [31:0] list_address, error_address, error_command, error_index;
    wire [2:0]  error_source;
    wire [3:0]  error_code;
    wire [UNITS-1:0] queue_valid, queue_ready, running, queue_idle;
    wire [UNITS*20-1:0] numbers;
    wire [UNITS*UNITS-1:0] given, taken, there;
    /* verilator lint_off UNUSEDSIGNAL */ // a command has room to spare
    wire [`ASLOG_COMMAND_WIDTH-1:0] command;
    /* verilator lint_on UNUSEDSIGNAL */
    wire        command_valid, command_ready;
    wire [`ASLOG_COMMAND_BITS-1:0] header = command[`ASLOG_COMMAND_BITS-1:0];

    // units
    wire        fetch_error, load_error, store_error, vector_error, load_done, layer_done, vector_done, store_done;
    wire [1:0]  fetch_response, load_response, store_response;
    wire [31:0] fetch_error_address, load_error_address, store_error_address;
    wire [3:0]  layer_error;
    wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] layer_index;
    wire [UNITS-1:0] unit_valid, unit_ready;
    wire [UNITS-1:0] unit_done = {store_done, vector_done, layer_done && layer_error == 0, load_done};

    reg [31:0] dispatched;                       // commands of the list
    always @(posedge clk) begin
        if (start) dispatched <= 32'd0;
        else if (command_valid && command_ready) dispatched <= dispatched + 1'b1;
    end

    run_control #(.FAILURES(FAILURES)) u_control (
        .clk(clk), .rst(rst), .start(start), .stop(stop), .ended(ended), .idle(queue_idle == {UNITS{1'b1}}),
        .quiet(fetch_quiet && load_quiet && store_quiet),
        .fail({1'b0, store_error, vector_error, layer_done && layer_error != 0, load_error, fetch_error || illegal}),
        .fail_code({4'd0, 2'b00, store_response, 4'd1, layer_error, 2'b00, load_response,
                    fetch_error ? {2'b00, fetch_response} : 4'd1}),
        .fail_address({32'd0, store_error_address, 64'd0, load_error_address, fetch_error_address}),
        .fail_command({32'd0, {12'd0, numbers[STORE*20+:20]}, {12'd0, numbers[VECTOR*20+:20]},
                       {12'd0, numbers[LAYER*20+:20]}, {12'd0, numbers[LOAD*20+:20]}, dispatched}),
        .fail_index({{(32-`ASLOG_DIMENSION_CHANNEL_WIDTH){1'b0}}, layer_index}),
        .busy(busy), .begin_list(begin_list), .clear(clear), .done(done), .failed(failed), .error_source(error_source),
        .error_code(error_code), .error_address(error_address), .error_command(error_command),
        .error_index(error_index)
    );

    // commands
    wire        fetch_ar_valid, fetch_ar_ready, fetch_r_valid, fetch_r_ready, load_ar_valid, load_ar_ready;
    wire        load_r_valid, load_r_ready, r_last;
    wire [31:0] fetch_ar_address, load_ar_address;
    wire [7:0]  fetch_ar_length, load_ar_length;
    wire [DATA_WIDTH-1:0] r_data;
    wire [1:0]  r_response;
    fetch_unit #(.DATA_WIDTH(DATA_WIDTH)) u_fetch (
        .clk(clk), .rst(rst), .clear(clear), .start(begin_list), .list_address(list_address),
        .command_valid(command_valid), .command_ready(command_ready), .command(command), .quiet(fetch_quiet),
        .error(fetch_error), .error_response(fetch_response), .error_address(fetch_error_address),
        .ar_valid(fetch_ar_valid), .ar_ready(fetch_ar_ready), .ar_address(fetch_ar_address),
        .ar_length(fetch_ar_length), .r_valid(fetch_r_valid), .r_ready(fetch_r_ready), .r_data(r_data),
        .r_response(r_response), .r_last(r_last)
    );
    dispatcher #(.UNITS(UNITS)) u_dispatcher (
        .clk(clk), .clear(clear), .start(begin_list), .command_valid(command_valid), .command_ready(command_ready),
        .opcode(header[`ASLOG_COMMAND_OPCODE]), .queue_valid(queue_valid), .queue_ready(queue_ready), .ended(ended),
        .illegal(illegal)
    );
    tokens #(.UNITS(UNITS)) u_tokens (
        .clk(clk), .clear(clear || begin_list), .given(given), .taken(taken), .there(there)
    );

    wire [`ASLOG_TRANSFER_BITS-1:0]   load_command, store_command;
    wire [`ASLOG_DESCRIPTOR_BITS-1:0] layer_command;
    wire [`ASLOG_VECTOR_BITS-1:0]     vector_command;
    genvar u;
    generate
        for (u = 0; u < UNITS; u = u + 1) begin : g_unit
            localparam BITS = u == LAYER ? `ASLOG_DESCRIPTOR_BITS
                                         : u == VECTOR ? `ASLOG_VECTOR_BITS : `ASLOG_TRANSFER_BITS;
            wire [BITS-1:0] payload;
            unit_queue #(.BITS(BITS), .DEPTH(QUEUE), .UNITS(UNITS)) u_queue (
                .clk(clk), .clear(clear), .in_valid(queue_valid[u]), .in_ready(queue_ready[u]), .in_header(header),
                .in_payload(command[`ASLOG_COMMAND_PAYLOAD+:BITS]), .tokens(there[u*UNITS+:UNITS]),
                .taken(taken[u*UNITS+:UNITS]), .given(given[u*UNITS+:UNITS]), .valid(unit_valid[u]),
                .ready(unit_ready[u]), .payload(payload), .done(unit_done[u]), .running(running[u]),
                .number(numbers[u*20+:20]), .idle(queue_idle[u])
            );
        end
    endgenerate
    assign load_command = g_unit[LOAD].payload;
    assign layer_command = g_unit[LAYER].payload;
    assign vector_command = g_unit[VECTOR].payload;
    assign store_command = g_unit[STORE].payload;

    // activation buffer and its users
    wire          layer_read, layer_pair, layer_write_valid, layer_write_ready, vector_read_valid, vector_read_ready;
    wire          vector_write_valid, vector_write_ready, store_read_valid, store_read_ready;
    wire          load_write_valid, load_write_ready;
    wire [AW-1:0] layer_read_address, layer_next, layer_write_address, vector_read_address, vector_write_address;
    wire [AW-1:0] store_read_address, load_write_address;
    wire [IC_LANES-1:0] layer_write_lanes;
    wire [IC_LANES*XW-1:0] layer_word, layer_word_next, layer_write_data, vector_read_data, vector_write_data;
    wire [IC_LANES*XW-1:0] store_read_data, load_write_data;
    activation_buffer #(.IC_LANES(IC_LANES), .WORDS(ACTIVATION_WORDS), .BANKS(BANKS)) u_activation_buffer (
        .clk(clk), .layer_read_enable(layer_read), .layer_pair(layer_pair), .layer_read_address(layer_read_address),
        .layer_next(layer_next), .layer_word(layer_word), .layer_word_next(layer_word_next),
        .vector_read_valid(vector_read_valid), .vector_read_ready(vector_read_ready),
        .vector_read_address(vector_read_address), .vector_read_data(vector_read_data),
        .store_read_valid(store_read_valid), .store_read_ready(store_read_ready),
        .store_read_address(store_read_address), .store_read_data(store_read_data),
        .layer_write_valid(layer_write_valid), .layer_write_ready(layer_write_ready),
        .layer_write_address(layer_write_address), .layer_write_lanes(layer_write_lanes),
        .layer_write_data(layer_write_data), .vector_write_valid(vector_write_valid),
        .vector_write_ready(vector_write_ready), .vector_write_address(vector_write_address),
        .vector_write_data(vector_write_data), .load_write_valid(load_write_valid),
        .load_write_ready(load_write_ready), .load_write_address(load_write_address),
        .load_write_data(load_write_data)
    );

    wire          weight_write, parameter_write;
    wire [AW-1:0] weight_address, parameter_address;
    wire [IC_LANES*`ASLOG_CODE_WIDTH-1:0] weight_data;
    wire [`ASLOG_PARAMETER_BITS-1:0] parameter_data;
    load_unit #(.IC_LANES(IC_LANES), .DATA_WIDTH(DATA_WIDTH), .BURST(BURST), .OUTSTANDING(OUTSTANDING)) u_load (
        .clk(clk), .rst(rst), .clear(clear), .command_valid(unit_valid[LOAD]), .command_ready(unit_ready[LOAD]),
        .command(load_command), .done(load_done), .quiet(load_quiet), .error(load_error),
        .error_response(load_response), .error_address(load_error_address), .ar_valid(load_ar_valid),
        .ar_ready(load_ar_ready), .ar_address(load_ar_address), .ar_length(load_ar_length), .r_valid(load_r_valid),
        .r_ready(load_r_ready), .r_data(r_data), .r_response(r_response), .r_last(r_last),
        .activation_write_valid(load_write_valid), .activation_write_ready(load_write_ready),
        .activation_write_address(load_write_address), .activation_write_data(load_write_data),
        .weight_write_enable(weight_write), .weight_write_address(weight_address), .weight_write_data(weight_data),
        .parameter_write_enable(parameter_write), .parameter_write_address(parameter_address),
        .parameter_write_data(parameter_data)
    );
    read_arbiter #(.DATA_WIDTH(DATA_WIDTH)) u_read (
        .clk(clk), .rst(rst), .fetch_ar_valid(fetch_ar_valid), .fetch_ar_ready(fetch_ar_ready),
        .fetch_ar_address(fetch_ar_address), .fetch_ar_length(fetch_ar_length), .fetch_r_valid(fetch_r_valid),
        .fetch_r_ready(fetch_r_ready), .load_ar_valid(load_ar_valid), .load_ar_ready(load_ar_ready),
        .load_ar_address(load_ar_address), .load_ar_length(load_ar_length), .load_r_valid(load_r_valid),
        .load_r_ready(load_r_ready), .client_r_data(r_data), .client_r_response(r_response), .client_r_last(r_last),
        .ar_valid(m_axi_arvalid), .ar_ready(m_axi_arready), .ar_id(m_axi_arid), .ar_address(m_axi_araddr),
        .ar_length(m_axi_arlen), .r_valid(m_axi_rvalid), .r_ready(m_axi_rready), .r_id(m_axi_rid),
        .r_data(m_axi_rdata), .r_response(m_axi_rresp), .r_last(m_axi_rlast)
    );
    assign m_axi_arsize = SIZE;
    assign m_axi_arburst = 2'b01;

    wire          out_valid, out_ready;
    wire [AW-1:0] out_address;
    wire [OC_LANES-1:0] out_lanes;
    wire [OC_LANES*XW-1:0] out_data;
    wire [5:0]    activity;
    /* verilator lint_off PINCONNECTEMPTY */ // counter_bank counts
    aslog_core #(
        .OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .STRIPE(STRIPE), .RQ_LANES(RQ_LANES),
        .ACTIVATION_WORDS(ACTIVATION_WORDS), .WEIGHT_ROWS(WEIGHT_ROWS), .PARAMETER_WORDS(PARAMETER_WORDS),
        .OUTPUT_WORDS(ACTIVATION_WORDS * IC_LANES / OC_LANES)
    ) u_core (
        .clk(clk), .rst(clear), .descriptor_valid(unit_valid[LAYER]), .descriptor_ready(unit_ready[LAYER]),
        .descriptor(layer_command), .weight_write_enable(weight_write), .weight_write_address(weight_address),
        .weight_write_data(weight_data), .parameter_write_enable(parameter_write),
        .parameter_write_address(parameter_address), .parameter_write_data(parameter_data),
        .activation_read_enable(layer_read), .activation_pair(layer_pair), .activation_address(layer_read_address),
        .activation_next(layer_next), .word(layer_word), .word_next(layer_word_next), .done(layer_done),
        .error(layer_error), .error_index(layer_index), .count_cycles(), .count_busy(), .count_setup(),
        .count_weights(), .count_drain(), .count_window(), .count_tail(), .activity(activity), .out_valid(out_valid),
        .out_ready(out_ready), .out_address(out_address), .out_lanes(out_lanes), .out_data(out_data)
    );
    /* verilator lint_on PINCONNECTEMPTY */
    layer_writer #(.OC_LANES(OC_LANES), .IC_LANES(IC_LANES)) u_writer (
        .clk(clk), .clear(clear), .out_valid(out_valid), .out_ready(out_ready), .out_address(out_address),
        .out_lanes(out_lanes), .out_data(out_data), .write_valid(layer_write_valid), .write_ready(layer_write_ready),
        .write_address(layer_write_address), .write_lanes(layer_write_lanes), .write_data(layer_write_data)
    );

    /* verilator lint_off UNUSEDSIGNAL */ // all lanes; busy as its queue says it
    wire [IC_LANES-1:0] vector_write_lanes;
    wire                vector_busy;
    /* verilator lint_on UNUSEDSIGNAL */
    vector_unit #(.IC_LANES(IC_LANES)) u_vector (
        .clk(clk), .rst(rst), .clear(clear), .command_valid(unit_valid[VECTOR]), .command_ready(unit_ready[VECTOR]),
        .command(vector_command), .done(vector_done), .error(vector_error), .busy(vector_busy),
        .read_valid(vector_read_valid), .read_ready(vector_read_ready), .read_address(vector_read_address),
        .read_data(vector_read_data), .write_valid(vector_write_valid), .write_ready(vector_write_ready),
        .write_address(vector_write_address), .write_lanes(vector_write_lanes), .write_data(vector_write_data)
    );

    store_unit #(.IC_LANES(IC_LANES), .DATA_WIDTH(DATA_WIDTH), .BURST(BURST), .OUTSTANDING(OUTSTANDING)) u_store (
        .clk(clk), .rst(rst), .clear(clear), .command_valid(unit_valid[STORE]), .command_ready(unit_ready[STORE]),
        .command(store_command), .done(store_done), .quiet(store_quiet), .error(store_error),
        .error_response(store_response), .error_address(store_error_address), .read_valid(store_read_valid),
        .read_ready(store_read_ready), .read_address(store_read_address), .read_data(store_read_data),
        .aw_valid(m_axi_awvalid), .aw_ready(m_axi_awready), .aw_address(m_axi_awaddr), .aw_length(m_axi_awlen),
        .w_valid(m_axi_wvalid), .w_ready(m_axi_wready), .w_data(m_axi_wdata), .w_strobe(m_axi_wstrb),
        .w_last(m_axi_wlast), .b_valid(m_axi_bvalid), .b_ready(m_axi_bready), .b_response(m_axi_bresp)
    );
    assign m_axi_awid = 1'b0;
    assign m_axi_awsize = SIZE;
    assign m_axi_awburst = 2'b01;

    wire [`ASLOG_REG_COUNTERS*48-1:0] counters;
    counter_bank #(.BYTES(BYTES)) u_counters (
        .clk(clk), .rst(rst), .start(begin_list), .busy(busy),
        .read_bytes({BYTES{m_axi_rvalid && m_axi_rready}} & BEAT),
        .write_bytes({BYTES{m_axi_wvalid && m_axi_wready}} & BEAT),
        .events({running[STORE], running[LOAD], running[VECTOR], !running[LAYER], activity}), .counters(counters)
    );
    /* verilator lint_off PINCONNECTEMPTY */ // irq has it in
    register_file #(
        .OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .STRIPE(STRIPE), .RQ_LANES(RQ_LANES),
        .ACTIVATION_WORDS(ACTIVATION_WORDS), .WEIGHT_ROWS(WEIGHT_ROWS), .PARAMETER_WORDS(PARAMETER_WORDS),
        .DATA_WIDTH(DATA_WIDTH)
    ) u_registers (
        .clk(clk), .rst(rst), .s_axi_awvalid(s_axi_awvalid), .s_axi_awready(s_axi_awready), .s_axi_awaddr(s_axi_awaddr),
        .s_axi_wvalid(s_axi_wvalid), .s_axi_wready(s_axi_wready), .s_axi_wdata(s_axi_wdata), .s_axi_wstrb(s_axi_wstrb),
        .s_axi_bvalid(s_axi_bvalid), .s_axi_bready(s_axi_bready), .s_axi_bresp(s_axi_bresp),
        .s_axi_arvalid(s_axi_arvalid), .s_axi_arready(s_axi_arready), .s_axi_araddr(s_axi_araddr),
        .s_axi_rvalid(s_axi_rvalid), .s_axi_rready(s_axi_rready), .s_axi_rdata(s_axi_rdata), .s_axi_rresp(s_axi_rresp),
        .start(start), .stop(stop), .list_address(list_address), .interrupt_enable(), .irq(irq), .busy(busy),
        .done(done), .failed(failed), .error_source(error_source), .error_code(error_code),
        .error_address(error_address), .error_command(error_command), .error_index(error_index), .counters(counters)
    );
    /* verilator lint_on PINCONNECTEMPTY */
endmodule

`default_nettype wire
