// drain: takes a finished stripe out of the accumulators through RQ_LANES requantization lanes to the output stream.
// `full` (one cycle, with bank and length) hands over a stripe; `bank_free` and, with the last stripe of a tile,
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
    input  wire                                         clk,             // rising edge
    input  wire                                         clear,           // drop everything
    input  wire                                         start,           // a layer begins; its constants are stable
    input  wire                                         depthwise,       // tiles of min(OC_LANES, IC_LANES) channels
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0]    output_base,     // address of the first output word
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0]    out_pitch,       // words from an output pixel to the next
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0]    pixels,          // output pixels of a tile
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           zero_out,        // z_y
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           clamp_low,       // lo
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]           clamp_high,      // hi
    input  wire                                         full,            // a stripe is complete
    input  wire                                         full_bank,       // its bank: 0 and 1 in turn
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0]    full_length,     // its pixels
    output wire [1:0]                                   bank_free,       // one cycle, one bit per bank
    output wire [1:0]                                   tile_free,       // one cycle, one bit per parameter slot
    output wire                                         read_enable,     // accumulators, 1 cycle latency
    output wire                                         read_bank,       // bank to read
    output wire [$clog2(STRIPE)-1:0]                    read_entry,      // entry to read
    input  wire [OC_LANES*`ASLOG_ACCUMULATOR_WIDTH-1:0] accumulators,    // the entry's sums, signed, held
    input  wire [OC_LANES*`ASLOG_WINDOW_WIDTH-1:0]      windows,         // S of each lane, held as well
    output wire [3*2*OC_LANES/RQ_LANES-1:0]             parameter_selects, // words to read, see parameter_bank
    input  wire [RQ_LANES*`ASLOG_PARAMETER_BITS-1:0]    parameters,      // these words, in the same cycle
    output wire                                         out_valid,       // output stream
    input  wire                                         out_ready,       // the output is taken
    output wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0]    out_address,     // word of OC_LANES bytes
    output wire [OC_LANES-1:0]                          out_lanes,       // bytes that are written
    output wire [OC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0]  out_data,        // byte 0 lowest
    output wire                                         idle             // no stripe waits or is in the pipeline
);
    localparam AW = `ASLOG_DIMENSION_ADDRESS_WIDTH;
    localparam CW = `ASLOG_DIMENSION_CHANNEL_WIDTH;
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam CA = `ASLOG_ACCUMULATOR_WIDTH;
    localparam WW = `ASLOG_WINDOW_WIDTH;
    localparam PW = `ASLOG_PARAMETER_BITS;
    localparam GROUPS = OC_LANES / RQ_LANES;
    localparam STAGES = 6;                     // accumulator read and the requantizer
    localparam CHANNELS = OC_LANES < IC_LANES ? OC_LANES : IC_LANES;
    localparam TILES_PER_WORD = OC_LANES / CHANNELS;

    wire advance = !out_valid || out_ready;
    wire working, waiting, stripe_last, tile_last, slot;
    wire [GROUPS-1:0] group;
    wire [CW-1:0] tile;
    wire [AW-1:0] address;
    stripe_reader #(.OC_LANES(OC_LANES), .RQ_LANES(RQ_LANES), .STRIPE(STRIPE)) u_reader (
        .clk(clk), .clear(clear), .start(start), .output_base(output_base), .out_pitch(out_pitch),
        .pixels(pixels), .full(full), .full_bank(full_bank), .full_length(full_length), .advance(advance),
        .working(working), .waiting(waiting), .read_enable(read_enable), .read_bank(read_bank),
        .read_entry(read_entry), .group(group), .stripe_last(stripe_last), .tile_last(tile_last), .slot(slot),
        .tile(tile), .address(address)
    );

    // what travels beside the pipeline
    reg [STAGES-1:0]    valid;
    reg [STAGES*AW-1:0] addresses;
    reg [STAGES*GROUPS-1:0] groups;            // one-hot
    reg [STAGES*CW-1:0] tiles;
    reg [3*2*GROUPS-1:0] selects;              // one-hot {slot, group} in the stages that take parameters
    reg [2:0]           tile_ends;             // as well
    reg                 end_0, bank_0;
    wire [CW-1:0]       word = depthwise ? tile >> $clog2(TILES_PER_WORD) : tile; // of the pixel

    always @(posedge clk) begin
        if (advance) begin
            valid <= {valid[STAGES-2:0], working};
            addresses <= {addresses[(STAGES-1)*AW-1:0], address + {{(AW-CW){1'b0}}, word}};
            groups <= {groups[(STAGES-1)*GROUPS-1:0], group};
            tiles <= {tiles[(STAGES-1)*CW-1:0], tile};
            selects <= {selects[2*2*GROUPS-1:0], group & {GROUPS{slot}}, group & {GROUPS{!slot}}};
            tile_ends <= {tile_ends[1:0], working && tile_last};
            bank_0 <= read_bank;
            end_0 <= working && stripe_last;
        end
        if (start || clear) begin
            valid <= {STAGES{1'b0}};
            end_0 <= 1'b0;
            tile_ends <= 3'd0;
        end
    end

    // stage 0 has the accumulators' words: its group goes to the lanes
    wire [GROUPS-1:0] group_0 = groups[GROUPS-1:0];
    assign parameter_selects = selects;
    assign bank_free = {2{advance && end_0}} & {bank_0, !bank_0};
    assign tile_free = {2{advance && tile_ends[2]}} & {selects[6*GROUPS-1], selects[5*GROUPS-1]}; // of the last group
    assign idle = !waiting && valid == {STAGES{1'b0}};

    wire [RQ_LANES*CA-1:0] group_acc;
    wire [RQ_LANES*WW-1:0] group_window;
    wire [RQ_LANES*XW-1:0] y;
    one_hot_mux #(.COUNT(GROUPS), .WIDTH(RQ_LANES*CA)) u_acc (
        .select(group_0), .words(accumulators), .word(group_acc)
    );
    one_hot_mux #(.COUNT(GROUPS), .WIDTH(RQ_LANES*WW)) u_window (
        .select(group_0), .words(windows), .word(group_window)
    );

    genvar r;
    generate
        for (r = 0; r < RQ_LANES; r = r + 1) begin : g_lane
            /* verilator lint_off UNUSEDSIGNAL */ // metadata belongs to the weight decoders
            wire [PW-1:0] constants = parameters[r*PW+:PW];
            /* verilator lint_on UNUSEDSIGNAL */
            requantizer u_requantizer (
                .clk(clk), .enable({(STAGES-1){advance}} & valid[STAGES-2:0]),
                .acc(group_acc[r*CA+:CA]), .window(group_window[r*WW+:WW]),
                .delta(constants[`ASLOG_PARAMETER_DELTA]), .bias(constants[`ASLOG_PARAMETER_BIAS]),
                .multiplier(constants[`ASLOG_PARAMETER_MULTIPLIER]), .shift(constants[`ASLOG_PARAMETER_SHIFT]),
                .zero_out(zero_out), .clamp_low(clamp_low), .clamp_high(clamp_high), .y(y[r*XW+:XW])
            );
        end
    endgenerate

    assign out_valid = valid[STAGES-1];
    assign out_address = addresses[(STAGES-1)*AW+:AW];
    output_word #(.OC_LANES(OC_LANES), .IC_LANES(IC_LANES), .RQ_LANES(RQ_LANES)) u_word (
        .depthwise(depthwise), .tile(tiles[(STAGES-1)*CW+:CW]), .group(groups[(STAGES-1)*GROUPS+:GROUPS]), .y(y),
        .lanes(out_lanes), .data(out_data)
    );
endmodule

`default_nettype wire
