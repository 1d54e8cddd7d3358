// drain: takes a finished stripe out of the accumulators through RQ_LANES requantization lanes to the output stream.
// `full` (one cycle, with bank, length and tile) hands over a stripe; `bank_free` and, with the last stripe of a tile,
// `tile_free` give bank and parameter slot back. The output stream is valid/ready: an output stays until it is taken,
// and the whole pipeline waits for it. OC_LANES / RQ_LANES cycles a pixel; `idle` when nothing is left inside.
`default_nettype none
`include "aslog_defs.vh"

module drain #(
    parameter OC_LANES = 16,                   // lanes of the array
    parameter IC_LANES = 16,                   // channels of a depthwise tile are min(OC_LANES, IC_LANES)
    parameter RQ_LANES = 16,                   // requantization lanes; divides OC_LANES
    parameter STRIPE   = 32                    // accumulator entries of a bank
) (
    input  wire        clk,
    input  wire        clear,                  // drop everything
    input  wire        start,                  // a layer begins
    input  wire        depthwise,
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] output_base,
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] out_vectors,
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] pixels,
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]        zero_out,
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]        clamp_low,
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]        clamp_high,
    input  wire        full,                   // a stripe is complete
    input  wire        full_bank,
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] full_length,
    output wire [1:0]  bank_free,              // one cycle
    output wire [1:0]  tile_free,              // one cycle, parameter slot
    output wire        read_enable,            // accumulators, 1 cycle latency
    output reg         read_bank,
    output wire [$clog2(STRIPE)-1:0] read_entry,
    input  wire [OC_LANES*`ASLOG_ACCUMULATOR_WIDTH-1:0] accumulators,
    input  wire [OC_LANES*`ASLOG_WINDOW_WIDTH-1:0]      windows,    // S of each lane
    output wire        parameter_slot,
    output wire [$clog2(OC_LANES)-1:0] parameter_group,
    input  wire [RQ_LANES*`ASLOG_PARAMETER_BITS-1:0]    parameters,
    output wire        out_valid,
    input  wire        out_ready,
    output wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0]    out_address, // word of OC_LANES bytes
    output wire [OC_LANES-1:0]                          out_lanes,   // bytes that are written
    output wire [OC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0]  out_data,
    output wire        idle
);
    localparam AW = `ASLOG_DIMENSION_ADDRESS_WIDTH;
    localparam CW = `ASLOG_DIMENSION_CHANNEL_WIDTH;
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam CA = `ASLOG_ACCUMULATOR_WIDTH;
    localparam WW = `ASLOG_WINDOW_WIDTH;
    localparam PW = `ASLOG_PARAMETER_BITS;
    localparam LW = $clog2(OC_LANES);
    localparam EW = $clog2(STRIPE);
    localparam STAGES = 5;                     // accumulator read and the requantizer
    localparam GROUPS = OC_LANES / RQ_LANES;
    localparam CHANNELS = OC_LANES < IC_LANES ? OC_LANES : IC_LANES;
    localparam TILES_PER_WORD = OC_LANES / CHANNELS;

    // stripes waiting or in work: at most one per bank
    reg [1:0]    waiting;
    reg [AW-1:0] length_0, length_1;
    reg          working;
    reg          slot;
    reg [AW-1:0] entry;
    reg [LW-1:0] group;
    reg [AW-1:0] pixel;                        // of the tile
    reg [AW-1:0] address;
    reg [CW-1:0] tile;

    wire advance = !out_valid || out_ready;
    wire [AW-1:0] length = read_bank ? length_1 : length_0;
    wire last_group = {{(32-LW){1'b0}}, group} == GROUPS - 1;
    wire last_entry = entry + 1'b1 == length;
    wire last_pixel = pixel + 1'b1 == pixels;
    wire step = working && advance;
    assign read_enable = step && group == 0;
    assign read_entry = entry[EW-1:0];

    // what travels beside the pipeline
    reg [STAGES-1:0]    valid;
    reg [STAGES*AW-1:0] addresses;
    reg [STAGES*LW-1:0] groups;
    reg                 slot_0, end_0, tile_end_0, bank_0;
    reg [STAGES*CW-1:0] tiles;

    wire [CW-1:0] word = depthwise ? tile >> $clog2(TILES_PER_WORD) : tile;

    always @(posedge clk) begin
        if (advance) begin
            valid <= {valid[STAGES-2:0], working};
            addresses <= {addresses[(STAGES-1)*AW-1:0], address + {{(AW-CW){1'b0}}, word}};
            groups <= {groups[(STAGES-1)*LW-1:0], group};
            tiles <= {tiles[(STAGES-1)*CW-1:0], tile};
            slot_0 <= slot;
            bank_0 <= read_bank;
            end_0 <= working && last_group && last_entry;
            tile_end_0 <= working && last_group && last_pixel;
        end
        if (full) waiting[full_bank] <= 1'b1;
        if (full && !full_bank) length_0 <= full_length;
        if (full && full_bank) length_1 <= full_length;
        if (!working && waiting[read_bank]) working <= 1'b1;
        if (step) begin
            group <= last_group ? {LW{1'b0}} : group + 1'b1;
            if (last_group) begin
                entry <= last_entry ? {AW{1'b0}} : entry + 1'b1;
                pixel <= last_pixel ? {AW{1'b0}} : pixel + 1'b1;
                address <= last_pixel ? output_base : address + {{(AW-CW){1'b0}}, out_vectors};
                if (last_pixel) begin
                    tile <= tile + 1'b1;
                    slot <= !slot;
                end
                if (last_entry) begin
                    waiting[read_bank] <= 1'b0;
                    read_bank <= !read_bank;
                    working <= waiting[!read_bank];
                end
            end
        end
        if (start || clear) begin
            waiting <= 2'b00;
            working <= 1'b0;
            read_bank <= 1'b0;
            slot <= 1'b0;
            entry <= {AW{1'b0}};
            group <= {LW{1'b0}};
            pixel <= {AW{1'b0}};
            address <= output_base;
            tile <= {CW{1'b0}};
            valid <= {STAGES{1'b0}};
            end_0 <= 1'b0;
            tile_end_0 <= 1'b0;
        end
    end

    // stage 0 has the accumulators' words: its group goes to the lanes
    wire [LW-1:0] group_0 = groups[LW-1:0];
    assign parameter_slot = slot_0;
    assign parameter_group = group_0;
    assign bank_free = {2{advance && end_0}} & {bank_0, !bank_0};
    assign tile_free = {2{advance && tile_end_0}} & {slot_0, !slot_0};
    assign idle = waiting == 2'b00 && !working && valid == {STAGES{1'b0}};

    wire [OC_LANES*CA-1:0] group_acc = accumulators >> (group_0 * RQ_LANES * CA);
    wire [OC_LANES*WW-1:0] group_window = windows >> (group_0 * RQ_LANES * WW);
    wire [RQ_LANES*XW-1:0] y;

    genvar r;
    generate
        for (r = 0; r < RQ_LANES; r = r + 1) begin : g_lane
            /* verilator lint_off UNUSEDSIGNAL */ // metadata belongs to the weight decoders
            wire [PW-1:0] constants = parameters[r*PW+:PW];
            /* verilator lint_on UNUSEDSIGNAL */
            requantizer u_requantizer (
                .clk(clk), .enable(advance),
                .acc(group_acc[r*CA+:CA]), .window(group_window[r*WW+:WW]),
                .delta(constants[`ASLOG_PARAMETER_DELTA]), .bias(constants[`ASLOG_PARAMETER_BIAS]),
                .multiplier(constants[`ASLOG_PARAMETER_MULTIPLIER]), .shift(constants[`ASLOG_PARAMETER_SHIFT]),
                .zero_out(zero_out), .clamp_low(clamp_low), .clamp_high(clamp_high), .y(y[r*XW+:XW])
            );
        end
    endgenerate

    // a depthwise tile narrower than a word goes to its part of the word
    wire [LW-1:0] group_out = groups[(STAGES-1)*LW+:LW];
    wire [31:0] part = depthwise ? {{(32-CW){1'b0}}, tiles[(STAGES-1)*CW+:CW]} % TILES_PER_WORD * CHANNELS : 0;
    wire [31:0] place = part + {{(32-LW){1'b0}}, group_out} * RQ_LANES;
    wire [OC_LANES-1:0] group_lanes = {{(OC_LANES-1){1'b0}}, 1'b1} << RQ_LANES;
    wire [OC_LANES-1:0] channels = {OC_LANES{1'b1}} >> (depthwise ? OC_LANES - CHANNELS : 0);
    wire [OC_LANES-1:0] written = channels >> (group_out * RQ_LANES);
    wire [OC_LANES-1:0] lanes = written & (RQ_LANES == OC_LANES ? {OC_LANES{1'b1}} : group_lanes - 1'b1);

    assign out_valid = valid[STAGES-1];
    assign out_address = addresses[(STAGES-1)*AW+:AW];
    assign out_lanes = lanes << place;
    assign out_data = {{(OC_LANES-RQ_LANES){8'd0}}, y} << (place * XW);
endmodule

`default_nettype wire
