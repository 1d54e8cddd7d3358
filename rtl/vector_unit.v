// vector_unit: runs vector commands, operations without weights on the activation buffer, all lanes of a word at once.
// A command is taken with command_valid and command_ready, which is high only while idle and not in `clear`; `done` is
// high for one cycle after its last word is written, and the next command may be taken in that cycle. A command that
// vector_check refuses reads and writes nothing: `error` is high for one cycle, and the unit waits for `clear`.
// One read a cycle when granted; reads and writes stay until granted. `clear` gives everything up at the next edge.
// Cycles of a command: golden/vector_cycles.py.
`default_nettype none
`include "aslog_defs.vh"

module vector_unit #(
    parameter IC_LANES = 16                    // bytes of a word of the activation buffer
) (
    input  wire                                        clk,           // rising edge
    input  wire                                        rst,           // synchronous, active high
    input  wire                                        clear,         // give the command up
    input  wire                                        command_valid, // there is a command
    output wire                                        command_ready, // it is taken
    input  wire [`ASLOG_VECTOR_BITS-1:0]               command,       // its payload
    output reg                                         done,          // one cycle: the command is finished
    output reg                                         error,         // one cycle: it is illegal
    output wire                                        busy,          // a command is worked on
    output wire                                        read_valid,    // read port of the activation buffer
    input  wire                                        read_ready,    // granted
    output wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0]   read_address,  // word to read
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] read_data,     // in the cycle after the grant, held
    output wire                                        write_valid,   // write port of the activation buffer
    input  wire                                        write_ready,   // granted
    output reg  [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0]   write_address, // word to write
    output wire [IC_LANES-1:0]                         write_lanes,   // all bytes
    output wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] write_data     // byte 0 lowest
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam MW = `ASLOG_GLUE_M_WIDTH;
    localparam HW = `ASLOG_GLUE_SHIFT_WIDTH;
    localparam CW = `ASLOG_DIMENSION_CHANNEL_WIDTH;
    localparam AW = `ASLOG_DIMENSION_ADDRESS_WIDTH;
    localparam SW = `ASLOG_GLUE_SUM_WIDTH;
    localparam TAGS = 5;
    localparam [1:0] IDLE = 2'd0, CHECK = 2'd1, RUN = 2'd2, REFUSED = 2'd3;

    wire give_up = rst || clear;
    reg [1:0] state;
    reg [`ASLOG_VECTOR_BITS-1:0] running;
    assign command_ready = state == IDLE && !give_up;
    assign busy = state == CHECK || state == RUN;

    wire legal;
    vector_check u_check (.command(running), .legal(legal));
    wire start = state == CHECK && legal;

    // items: from the walker through the reader to the lanes
    wire item_valid, item_take, item_read, item_first, item_second, item_last, item_ending;
    wire [AW-1:0] item_address;
    vector_walker u_walker (
        .clk(clk), .clear(give_up), .start(start), .command(running), .take(item_take), .active(item_valid),
        .reads(item_read), .first(item_first), .second(item_second), .last(item_last), .ending(item_ending),
        .address(item_address)
    );
    wire advance = !write_valid || write_ready;
    wire valid_0, inside_0, first_0, second_0, last_0, ending_0;
    wire [IC_LANES*XW-1:0] word_0;
    vector_reader #(.IC_LANES(IC_LANES), .TAGS(TAGS)) u_reader (
        .clk(clk), .clear(give_up), .item_valid(item_valid), .item_take(item_take), .item_read(item_read),
        .item_address(item_address), .item_tags({item_read, item_first, item_second, item_last, item_ending}),
        .read_valid(read_valid), .read_ready(read_ready), .read_address(read_address), .read_data(read_data),
        .out_valid(valid_0), .out_take(advance), .out_tags({inside_0, first_0, second_0, last_0, ending_0}),
        .out_data(word_0)
    );

    // constants of the lanes
    wire largest = running[`ASLOG_VECTOR_MODE] == `ASLOG_VECTOR_MODE_MAX;
    wire [HW-1:0] shift = largest ? {HW{1'b0}} : running[`ASLOG_VECTOR_SHIFT];
    wire [MW-1:0] multiplier_a = largest ? {{(MW-1){1'b0}}, 1'b1} : running[`ASLOG_VECTOR_MULTIPLIER_A];
    wire [XW-1:0] zero_out = largest ? {XW{1'b0}} : running[`ASLOG_VECTOR_ZERO_OUT];
    wire [XW-1:0] clamp_low = largest ? {XW{1'b0}} : running[`ASLOG_VECTOR_CLAMP_LOW];
    wire [XW-1:0] clamp_high = largest ? {XW{1'b1}} : running[`ASLOG_VECTOR_CLAMP_HIGH];
    reg  [SW-1:0] half;

    // what travels beside the lanes' stages: bit n-1 belongs to stage n
    reg [3:0] valid, last, ending;
    reg [1:0] second;
    wire [XW-1:0] zero_0 = second_0 ? running[`ASLOG_VECTOR_ZERO_B] : running[`ASLOG_VECTOR_ZERO_A];
    wire [MW-1:0] multiplier_1 = second[0] ? running[`ASLOG_VECTOR_MULTIPLIER_B] : multiplier_a;
    always @(posedge clk) begin
        if (advance) begin
            valid <= {valid[2:0], valid_0};
            last <= {last[2:0], last_0};
            ending <= {ending[2:0], ending_0};
            second <= {second[0], second_0};
        end
        if (give_up) valid <= 4'b0000;
    end

    genvar i;
    generate
        for (i = 0; i < IC_LANES; i = i + 1) begin : g_lane
            vector_lane u_lane (
                .clk(clk), .enable(advance), .largest(largest), .valid_0(valid_0), .first_0(first_0 || second_0),
                .value_0(inside_0 ? word_0[i*XW+:XW] : zero_0), .zero_0(zero_0), .multiplier_1(multiplier_1),
                .second_2(second[1]), .half(half), .shift(shift), .zero_out(zero_out),
                .clamp_low(clamp_low), .clamp_high(clamp_high), .y(write_data[i*XW+:XW])
            );
        end
    endgenerate

    // output words come in order
    reg [AW-1:0] pixel_address;
    reg [CW-1:0] vector;
    wire [AW-1:0] next_pixel = pixel_address + {{(AW-CW){1'b0}}, running[`ASLOG_VECTOR_OUT_PITCH]};
    wire vector_last;
    is_last #(.WIDTH(CW)) u_vector_last (.count(vector), .total(running[`ASLOG_VECTOR_VECTORS]), .last(vector_last));
    wire written = write_valid && write_ready;
    assign write_valid = valid[3] && last[3];
    assign write_lanes = {IC_LANES{1'b1}};

    always @(posedge clk) begin
        done <= 1'b0;
        error <= 1'b0;
        case (state)
            IDLE: if (command_valid) begin
                running <= command;
                state <= CHECK;
            end
            CHECK: begin
                state <= legal ? RUN : REFUSED;
                error <= !legal;
                half <= ({{(SW-1){1'b0}}, 1'b1} << shift) >> 1;
                vector <= {CW{1'b0}};
                {pixel_address, write_address} <= {2{running[`ASLOG_VECTOR_OUTPUT_BASE]}};
            end
            RUN: if (written) begin
                vector <= vector_last ? {CW{1'b0}} : vector + 1'b1;
                write_address <= vector_last ? next_pixel : write_address + 1'b1;
                if (vector_last) pixel_address <= next_pixel;
                if (ending[3]) begin
                    state <= IDLE;
                    done <= 1'b1;
                end
            end
            default: ;
        endcase
        if (give_up) begin
            state <= IDLE;
            done <= 1'b0;
            error <= 1'b0;
        end
    end
endmodule

`default_nettype wire
