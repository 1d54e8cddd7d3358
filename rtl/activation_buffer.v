// activation_buffer: activations on chip, words of IC_LANES bytes in BANKS interleaved memories, and who may use them.
// Neighbours lie in different banks, and with more than two banks so do words any power of two apart: the address bits
// above those of the bank are folded onto all of these but the lowest. Steps of a power of two so change the bank.
// Reads: the layer unit always gets its word (and with `layer_pair` the one at layer_next, which must lie in another
// bank) in the next cycle, for one cycle. The vector and the store unit get theirs in the cycle after the grant
// (valid and ready), held until their next grant; they wait while a bank serves a unit named before them.
// Writes: layer before vector before load unit, bank by bank; done at the next edge. A read in that cycle gives the old
// word.
`default_nettype none
`include "aslog_defs.vh"

module activation_buffer #(
    parameter IC_LANES = 16,                                      // bytes of a word
    parameter WORDS    = 1024,                                    // of all banks together; a multiple of BANKS
    parameter BANKS    = 4                                        // a power of two, at least 2
) (
    input  wire                          clk,                     // rising edge
    input  wire                          layer_read_enable,       // layer unit: read
    input  wire                          layer_pair,              // the word at layer_next too
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] layer_read_address, // of a word
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] layer_next,  // of the word after it
    output wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] layer_word, // at layer_read_address
    output wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] layer_word_next, // at layer_next
    input  wire                          vector_read_valid,       // vector unit: wants to read
    output wire                          vector_read_ready,       // granted
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] vector_read_address, // of a word
    output wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] vector_read_data, // 1 cycle after the grant, held
    input  wire                          store_read_valid,        // store unit: wants to read
    output wire                          store_read_ready,        // granted
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] store_read_address, // of a word
    output wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] store_read_data, // 1 cycle after the grant, held
    input  wire                          layer_write_valid,       // layer unit: wants to write
    output wire                          layer_write_ready,       // granted
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] layer_write_address, // of a word
    input  wire [IC_LANES-1:0]           layer_write_lanes,       // bytes that are written
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] layer_write_data, // byte 0 lowest
    input  wire                          vector_write_valid,      // vector unit: wants to write
    output wire                          vector_write_ready,      // granted
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] vector_write_address, // of a word
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] vector_write_data, // byte 0 lowest
    input  wire                          load_write_valid,        // load unit: wants to write
    output wire                          load_write_ready,        // granted
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] load_write_address, // of a word
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] load_write_data // byte 0 lowest
);
    localparam AW = `ASLOG_DIMENSION_ADDRESS_WIDTH;
    localparam DW = IC_LANES * `ASLOG_ACTIVATION_WIDTH;
    localparam BW = $clog2(BANKS);
    localparam HW = $clog2(WORDS / BANKS);

    localparam FOLDED = BW > 1 ? BW - 1 : 1;             // bits of a bank that upper address bits are folded onto

    function [BW-1:0] bank_of;
        input [AW-1:0] address;
        reg [AW-1:0] folded;
        integer i;
        begin
            folded = address;
            for (i = 0; i < HW; i = i + 1)
                folded[1 + i % FOLDED] = folded[1 + i % FOLDED] ^ address[BW + i];
            bank_of = folded[BW-1:0];
        end
    endfunction

    wire [BW-1:0] layer_bank = bank_of(layer_read_address);
    wire [BW-1:0] next_bank = bank_of(layer_next);
    wire [BW-1:0] vector_bank = bank_of(vector_read_address);
    wire [BW-1:0] store_bank = bank_of(store_read_address);
    wire [BW-1:0] layer_into = bank_of(layer_write_address);
    wire [BW-1:0] vector_into = bank_of(vector_write_address);
    wire [BW-1:0] load_into = bank_of(load_write_address);
    wire [BANKS-1:0] by_layer, by_vector, by_store;      // reads of each bank
    wire [BANKS-1:0] of_layer, of_vector, of_load;       // writes
    wire [BANKS*DW-1:0] data;

    assign vector_read_ready = !by_layer[vector_bank];
    assign store_read_ready = !by_layer[store_bank] && !by_vector[store_bank];
    assign layer_write_ready = 1'b1;
    assign vector_write_ready = !of_layer[vector_into];
    assign load_write_ready = !of_layer[load_into] && !of_vector[load_into];

    genvar b;
    generate
        for (b = 0; b < BANKS; b = b + 1) begin : g_bank
            localparam [BW-1:0] OWN = b;
            wire first = layer_bank == OWN;
            assign by_layer[b] = layer_read_enable && (first || layer_pair && next_bank == OWN);
            assign by_vector[b] = vector_read_valid && vector_bank == OWN && !by_layer[b];
            assign by_store[b] = store_read_valid && store_bank == OWN && !by_layer[b] && !by_vector[b];
            assign of_layer[b] = layer_write_valid && layer_into == OWN;
            assign of_vector[b] = vector_write_valid && vector_into == OWN && !of_layer[b];
            assign of_load[b] = load_write_valid && load_into == OWN && !of_layer[b] && !of_vector[b];

            /* verilator lint_off UNUSEDSIGNAL */ // the upper address bits: the units refuse what they could reach
            wire [AW-1:0] read_address = by_layer[b] ? (first ? layer_read_address : layer_next)
                                       : by_vector[b] ? vector_read_address : store_read_address;
            wire [AW-1:0] write_address = of_layer[b] ? layer_write_address
                                        : of_vector[b] ? vector_write_address : load_write_address;
            /* verilator lint_on UNUSEDSIGNAL */
            aslog_ram #(.WORDS(WORDS / BANKS), .WIDTH(DW), .LANES(IC_LANES)) u_ram (
                .clk(clk), .write_enable(of_layer[b] || of_vector[b] || of_load[b]),
                .write_lanes(of_layer[b] ? layer_write_lanes : {IC_LANES{1'b1}}), .write_address(write_address[BW+:HW]),
                .write_data(of_layer[b] ? layer_write_data : of_vector[b] ? vector_write_data : load_write_data),
                .read_enable(by_layer[b] || by_vector[b] || by_store[b]), .read_address(read_address[BW+:HW]),
                .read_data(data[b*DW+:DW])
            );
        end
    endgenerate

    reg [BW-1:0] layer_from, next_from, vector_from, store_from; // bank of each client's last word
    reg          vector_fresh, store_fresh;                      // read in the cycle before
    reg [DW-1:0] vector_held, store_held;
    always @(posedge clk) begin
        layer_from <= layer_bank;
        next_from <= next_bank;
        vector_from <= vector_bank;
        store_from <= store_bank;
        vector_fresh <= vector_read_valid && vector_read_ready;
        store_fresh <= store_read_valid && store_read_ready;
        vector_held <= vector_read_data;
        store_held <= store_read_data;
    end
    assign layer_word = data[layer_from*DW+:DW];
    assign layer_word_next = data[next_from*DW+:DW];
    assign vector_read_data = vector_fresh ? data[vector_from*DW+:DW] : vector_held;
    assign store_read_data = store_fresh ? data[store_from*DW+:DW] : store_held;
endmodule

`default_nettype wire
