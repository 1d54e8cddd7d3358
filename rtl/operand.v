// operand: turns activation words into the array's operands: alignment, padding, lane mask, 3x, depthwise window.
// Cycle c-1: `valid` and position; cycle c: read data of the buffer; cycle c+1: operands; cycle c+2: `window`; both are
// held until the next vector. Lanes outside the picture give zero_in. Dense and packed: all OC lanes see the same
// vector, lanes without a channel give 0. Depthwise: OC lane l sees the last COLUMNS columns of channel l, the newest
// in IC lane COLUMNS-1, and `window` is the running sum of the tap's columns; otherwise its lane 0 is the vector's sum.
`default_nettype none
`include "aslog_defs.vh"

module operand #(
    parameter OC_LANES = 16,                                       // lanes of the array
    parameter IC_LANES = 16,                                       // channels of a vector
    parameter COLUMNS  = 7,                                        // columns of the depthwise window
    parameter ROW_SUM  = `ASLOG_ACTIVATION_WIDTH + $clog2(IC_LANES) + 1 // width of a sum of one vector or window row
) (
    input  wire        clk,                                        // rising edge
    input  wire        start,                                      // a layer begins, maybe in another mode
    input  wire        valid,                                      // words will be there in the next cycle
    input  wire        depthwise,                                  // mode
    input  wire        packed_in,                                  // mode
    input  wire        window_clear,                               // the window starts with this column
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] word,       // word at the address
    /* verilator lint_off UNUSEDSIGNAL */ // its last pixel is in no span
    input  wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] word_next,  // the word after it, when packed
    /* verilator lint_on UNUSEDSIGNAL */
    input  wire [IC_LANES/`ASLOG_PACKED_PIXEL-1:0] pixel_select,   // one-hot: first pixel; pixel 0 unless packed
    input  wire        row_inside,                                 // position: the row is in the picture
    input  wire signed [`ASLOG_DIMENSION_WIDTH+1:0]    column,     // position: column of the (first) pixel
    input  wire [`ASLOG_DIMENSION_WIDTH-1:0]           width,      // of the picture
    input  wire [2:0]  kernel_x,                                   // position: kernel column of the first pixel
    input  wire [2:0]  kernel_width,                               // KW
    input  wire        last_vector,                                // position: of the input channels
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0]   channels_in, // IC
    input  wire [2:0]  columns,                                    // depthwise columns of the tap
    input  wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0]   tile,       // depthwise: selects OC_LANES of the vector
    input  wire [`ASLOG_ACTIVATION_WIDTH-1:0]          zero_in,    // z_x
    output wire [OC_LANES*IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0]     x,   // {OC lane, IC lane}
    output wire [OC_LANES*IC_LANES*(`ASLOG_ACTIVATION_WIDTH+2)-1:0] x3, // 3 x of each
    output wire [OC_LANES*ROW_SUM-1:0]                 window      // unsigned, per OC lane when depthwise
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH;
    localparam TW = XW + 2;
    localparam PX = `ASLOG_PACKED_PIXEL;
    localparam VECTOR_SUM = XW + $clog2(IC_LANES);
    localparam TILES_PER_VECTOR = IC_LANES > OC_LANES ? IC_LANES / OC_LANES : 1;
    localparam CHANNELS = IC_LANES > OC_LANES ? OC_LANES : IC_LANES; // depthwise channels of a tile

    wire [IC_LANES/PX*IC_LANES*XW-1:0] spans;                      // IC_LANES bytes from each pixel of `word` on
    wire [IC_LANES*XW-1:0] span;
    one_hot_mux #(.COUNT(IC_LANES/PX), .WIDTH(IC_LANES*XW)) u_span (.select(pixel_select), .words(spans), .word(span));
    wire [IC_LANES*XW-1:0] masked;
    wire [IC_LANES*TW-1:0] masked3;
    wire [IC_LANES/PX-1:0] in_picture;
    wire [IC_LANES-1:0]    exists;
    lane_mask #(.IC_LANES(IC_LANES)) u_mask (
        .clk(clk), .empty(start), .depthwise(depthwise), .packed_in(packed_in), .row_inside(row_inside),
        .column(column), .width(width), .kernel_x(kernel_x), .kernel_width(kernel_width), .last_vector(last_vector),
        .channels_in(channels_in), .in_picture(in_picture), .exists(exists)
    );

    // of dense_x and the windows below, those of the other mode are 0, so that an operand is both together: a layer
    // begins with an empty vector for both
    reg [IC_LANES*XW-1:0] dense_x;
    reg [IC_LANES*TW-1:0] dense_x3;
    reg [2*VECTOR_SUM-1:0] dense_window;          // two numbers
    reg                   start_0, dense_0, window_0, dense_1, window_1, keep_1; // of each mode: words, operands
    wire                  clear_0 = window_clear || start_0;
    wire [2*VECTOR_SUM-1:0] vector_sums;          // two numbers

    always @(posedge clk) begin
        {start_0, dense_0, window_0} <= {start, start || valid && !depthwise, start || valid && depthwise};
        {dense_1, window_1, keep_1} <= {dense_0, window_0, !clear_0};
        if (dense_0) begin
            dense_x <= masked;
            dense_x3 <= masked3;
        end
        if (dense_1) dense_window <= vector_sums;
    end

    genvar i, o;
    generate
        for (i = 0; i < IC_LANES / PX; i = i + 1) begin : g_span
            if (i == 0) begin : g_word
                assign spans[IC_LANES*XW-1:0] = word;
            end else begin : g_words
                assign spans[i*IC_LANES*XW+:IC_LANES*XW] = {word_next[i*PX*XW-1:0], word[IC_LANES*XW-1:i*PX*XW]};
            end
        end
        for (i = 0; i < IC_LANES; i = i + 1) begin : g_in
            assign masked[i*XW+:XW] = (in_picture[i/PX] ? span[i*XW+:XW] : zero_in) & {XW{exists[i]}};
            triple u_triple (.x(masked[i*XW+:XW]), .x3(masked3[i*TW+:TW]));
        end
    endgenerate

    carry_save #(.INPUTS(IC_LANES), .WIDTH(XW), .SUM_WIDTH(VECTOR_SUM)) u_sum (
        .terms(dense_x), .carries({(IC_LANES-2){1'b0}}), .sums(vector_sums)
    );

    // channels of the depthwise tile; more OC lanes than channels see zero
    wire [31:0] select = {{(32-`ASLOG_DIMENSION_CHANNEL_WIDTH){1'b0}}, tile} % TILES_PER_VECTOR;
    generate
        for (o = 0; o < OC_LANES; o = o + 1) begin : g_out
            reg  [COLUMNS*XW-1:0] held;
            reg  [COLUMNS*TW-1:0] held3;
            reg  [ROW_SUM-1:0]    running;
            reg  [XW-1:0]         left;           // of the running sum, by the newest column
            wire [XW-1:0] newest;
            wire [TW-1:0] newest3;
            if (o < CHANNELS) begin : g_channel
                assign newest = masked[(select*CHANNELS+o)*XW+:XW];
                assign newest3 = masked3[(select*CHANNELS+o)*TW+:TW];
            end else begin : g_none
                assign newest = {XW{1'b0}};
                assign newest3 = {TW{1'b0}};
            end
            wire [ROW_SUM-1:0] base = running & {ROW_SUM{keep_1}};
            wire [ROW_SUM-1:0] entered = {{(ROW_SUM-XW){1'b0}}, held[(COLUMNS-1)*XW+:XW]};
            wire [COLUMNS*XW-1:0] kept = clear_0 ? {COLUMNS*XW{1'b0}} : held;
            wire [COLUMNS*TW-1:0] kept3 = clear_0 ? {COLUMNS*TW{1'b0}} : held3;
            /* verilator lint_off UNUSEDSIGNAL */ // the oldest column is dropped
            wire [COLUMNS*XW-1:0] leaving = kept >> ((COLUMNS - {29'd0, columns}) * XW);
            wire [(COLUMNS+1)*XW-1:0] shifted = {newest, kept};
            wire [(COLUMNS+1)*TW-1:0] shifted3 = {newest3, kept3};
            /* verilator lint_on UNUSEDSIGNAL */
            always @(posedge clk) begin
                if (window_0) begin
                    held <= shifted[XW+:COLUMNS*XW];
                    held3 <= shifted3[TW+:COLUMNS*TW];
                    left <= leaving[XW-1:0];
                end
                if (window_1) running <= base + entered - {{(ROW_SUM-XW){1'b0}}, left};
            end
            if (COLUMNS < IC_LANES) begin : g_rest
                assign x[o*IC_LANES*XW+:IC_LANES*XW] = dense_x | {{((IC_LANES-COLUMNS)*XW){1'b0}}, held};
                assign x3[o*IC_LANES*TW+:IC_LANES*TW] = dense_x3 | {{((IC_LANES-COLUMNS)*TW){1'b0}}, held3};
            end else begin : g_all
                assign x[o*IC_LANES*XW+:IC_LANES*XW] = dense_x | held;
                assign x3[o*IC_LANES*TW+:IC_LANES*TW] = dense_x3 | held3;
            end
            if (o == 0) begin : g_window
                assign window[ROW_SUM-1:0] = depthwise ? running : {{(ROW_SUM-VECTOR_SUM){1'b0}},
                    dense_window[0+:VECTOR_SUM] + dense_window[VECTOR_SUM+:VECTOR_SUM]};
            end else begin : g_own
                assign window[o*ROW_SUM+:ROW_SUM] = running;
            end
        end
    endgenerate
endmodule

`default_nettype wire
