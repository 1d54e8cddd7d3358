// vector_walker: the loop nest of a vector command: output pixels row by row, words of a pixel, and of each word its
// items: the pixels of its window that are inside the picture, or one item without a read when there is none, and
// then the word of the second source. From `start` on (command stable until the end) an item is shown while `active`,
// and `take` moves to the next one at the next edge. `clear` stops at once.
`default_nettype none
`include "aslog_defs.vh"

module vector_walker (
    input  wire                                      clk,     // rising edge
    input  wire                                      clear,   // stop at once
    input  wire                                      start,   // begin with the first item
    /* verilator lint_off UNUSEDSIGNAL */ // constants of the lanes
    input  wire [`ASLOG_VECTOR_BITS-1:0]             command, // a legal command
    /* verilator lint_on UNUSEDSIGNAL */
    input  wire                                      take,    // the item is taken
    output reg                                       active,  // there is an item
    output wire                                      reads,   // it reads a word
    output wire                                      first,   // it is the first of its output word
    output wire                                      second,  // it is the word of the second source
    output wire                                      last,    // it is the last of its output word
    output wire                                      ending,  // the output word is the command's last
    output wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] address  // of the word to read
);
    localparam DW = `ASLOG_DIMENSION_WIDTH;
    localparam CW = `ASLOG_DIMENSION_CHANNEL_WIDTH;
    localparam AW = `ASLOG_DIMENSION_ADDRESS_WIDTH;

    reg [DW-1:0] row, column;                     // of the output
    reg [CW-1:0] vector;                          // word of the pixel
    reg          begun;                           // an item of the word was taken
    reg          second_now;                      // its window is done
    reg [AW-1:0] pointer_b;                       // first word of the second source's pixel

    wire two = command[`ASLOG_VECTOR_SOURCES] == 2'd2;
    wire rows_outside, columns_outside, row_last, column_last;
    wire [AW:0] row_offset, column_offset;
    wire nothing = rows_outside || columns_outside;
    wire window_last = nothing || (row_last && column_last);
    wire vector_last, output_row_end, output_end;
    is_last #(.WIDTH(CW)) u_vector_last (.count(vector), .total(command[`ASLOG_VECTOR_VECTORS]), .last(vector_last));
    is_last #(.WIDTH(DW)) u_row_end (.count(column), .total(command[`ASLOG_VECTOR_OUT_WIDTH]), .last(output_row_end));
    is_last #(.WIDTH(DW)) u_end (.count(row), .total(command[`ASLOG_VECTOR_OUT_HEIGHT]), .last(output_end));
    assign second = second_now;
    assign reads = second_now || !nothing;
    assign first = !begun;
    assign last = second_now || (window_last && !two);
    assign ending = vector_last && output_row_end && output_end;

    // the linear address of the first source, from which a ring folds once
    wire [AW:0] vector_wide = {{(AW+1-CW){1'b0}}, vector};
    wire [AW:0] linear = {1'b0, command[`ASLOG_VECTOR_BASE_A]} + row_offset + column_offset + vector_wide;
    wire [AW:0] ring_words = {1'b0, command[`ASLOG_VECTOR_RING_WORDS]};
    wire        folded = linear >= {1'b0, command[`ASLOG_VECTOR_RING_END]};
    /* verilator lint_off UNUSEDSIGNAL */ // a legal address has AW bits
    wire [AW:0] address_a = folded ? linear - ring_words : linear;
    /* verilator lint_on UNUSEDSIGNAL */
    assign address = second_now ? pointer_b + vector_wide[AW-1:0] : address_a[AW-1:0];

    wire word_end = active && take && last;
    wire pixel_end = word_end && vector_last;
    wire window_step = active && take && !second_now;
    vector_axis u_columns (
        .clk(clk), .begin_axis(start || (pixel_end && output_row_end)), .next_output(pixel_end),
        .rewind(word_end || (window_step && column_last)), .step(window_step), .stride(command[`ASLOG_VECTOR_STRIDE]),
        .kernel(command[`ASLOG_VECTOR_KERNEL_WIDTH]), .pad(command[`ASLOG_VECTOR_PAD_LEFT]),
        .size(command[`ASLOG_VECTOR_WIDTH]), .pitch({{(AW-CW){1'b0}}, command[`ASLOG_VECTOR_PITCH_A]}),
        .outside(columns_outside), .last(column_last), .offset(column_offset)
    );
    vector_axis u_rows (
        .clk(clk), .begin_axis(start), .next_output(pixel_end && output_row_end),
        .rewind(word_end), .step(window_step && column_last), .stride(command[`ASLOG_VECTOR_STRIDE]),
        .kernel(command[`ASLOG_VECTOR_KERNEL_HEIGHT]), .pad(command[`ASLOG_VECTOR_PAD_TOP]),
        .size(command[`ASLOG_VECTOR_HEIGHT]), .pitch(command[`ASLOG_VECTOR_ROW_A]),
        .outside(rows_outside), .last(row_last), .offset(row_offset)
    );

    always @(posedge clk) begin
        if (start) begin
            active <= 1'b1;
            {row, column, vector, begun, second_now} <= {(2*DW+CW+2){1'b0}};
            pointer_b <= command[`ASLOG_VECTOR_BASE_B];
        end else if (active && take) begin
            begun <= !last;
            second_now <= two && window_last && !second_now;
            if (last) vector <= vector_last ? {CW{1'b0}} : vector + 1'b1;
            if (pixel_end) begin
                pointer_b <= pointer_b + {{(AW-CW){1'b0}}, command[`ASLOG_VECTOR_PITCH_B]};
                column <= output_row_end ? {DW{1'b0}} : column + 1'b1;
                if (output_row_end) row <= row + 1'b1;
                if (output_row_end && output_end) active <= 1'b0;
            end
        end
        if (clear) active <= 1'b0;
    end
endmodule

`default_nettype wire
