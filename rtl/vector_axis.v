// vector_axis: one axis, rows or columns, of the windows that vector_walker visits.
// Output i sees the positions i * stride - pad to i * stride - pad + kernel - 1; those inside 0..size-1 are visited.
// At the next edge `begin_axis` moves to output 0, `next_output` to the following one, `rewind` to the first position
// of the same output, and `step` to its next position; the first of them wins. `offset` is position * pitch, kept by
// additions alone. While `outside` the output sees no position, and the others mean nothing.
`default_nettype none
`include "aslog_defs.vh"

module vector_axis (
    input  wire                                      clk,         // rising edge
    input  wire                                      begin_axis,  // to the first position of output 0
    input  wire                                      next_output, // to the first position of the following output
    input  wire                                      rewind,      // to the first position of this output
    input  wire                                      step,        // to the next position
    input  wire [2:0]                                stride,      // positions from an output to the next
    input  wire [`ASLOG_DIMENSION_WIDTH-1:0]         kernel,      // positions of a window, at least 1
    input  wire [`ASLOG_DIMENSION_WIDTH-1:0]         pad,         // positions before 0
    input  wire [`ASLOG_DIMENSION_WIDTH-1:0]         size,        // of the picture
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] pitch,       // words from a position to the next
    output wire                                      outside,     // the output sees no position of the picture
    output wire                                      last,        // the position is the output's last
    output reg  [`ASLOG_DIMENSION_ADDRESS_WIDTH:0]   offset       // position * pitch
);
    localparam DW = `ASLOG_DIMENSION_WIDTH;
    localparam TW = 3;
    localparam AW = `ASLOG_DIMENSION_ADDRESS_WIDTH + 1;
    localparam PW = DW + TW + 1;                  // signed: from -pad to 2^DW outputs of stride and a kernel

    reg signed [PW-1:0] start;                    // first position of the output, before the picture or in it
    reg [DW-1:0]        position;
    reg [AW-1:0]        first_offset;             // of the first position inside

    wire signed [PW-1:0] kernel_wide = {{(PW-DW){1'b0}}, kernel};
    wire signed [PW-1:0] size_wide = {{(PW-DW){1'b0}}, size};
    wire signed [PW-1:0] position_wide = {{(PW-DW){1'b0}}, position};
    wire signed [PW-1:0] pad_wide = {{(PW-DW){1'b0}}, pad};
    wire signed [PW-1:0] behind = start + kernel_wide;
    assign outside = behind <= 0 || start >= size_wide;
    assign last = position_wide + 1 == behind || position_wide + 1 == size_wide;

    // from the first position inside of an output to that of the next
    wire signed [PW-1:0] next_start = start + $signed({{(PW-TW){1'b0}}, stride});
    wire early = next_start < 0;                 // the next window begins before the picture
    wire [DW-1:0] next_first = early ? {DW{1'b0}} : next_start[DW-1:0];
    wire [TW-1:0] moved = early ? {TW{1'b0}} : start < 0 ? next_start[TW-1:0] : stride;
    wire [AW-1:0] pitch_wide = {1'b0, pitch};
    wire [AW-1:0] distance = (moved[0] ? pitch_wide : {AW{1'b0}}) + (moved[1] ? pitch_wide << 1 : {AW{1'b0}})
                           + (moved[2] ? pitch_wide << 2 : {AW{1'b0}});
    wire [AW-1:0] next_offset = first_offset + distance;
    wire [DW-1:0] first = start < 0 ? {DW{1'b0}} : start[DW-1:0];

    always @(posedge clk) begin
        if (begin_axis) begin
            start <= -pad_wide;
            position <= {DW{1'b0}};
            first_offset <= {AW{1'b0}};
            offset <= {AW{1'b0}};
        end else if (next_output) begin
            start <= next_start;
            position <= next_first;
            first_offset <= next_offset;
            offset <= next_offset;
        end else if (rewind) begin
            position <= first;
            offset <= first_offset;
        end else if (step) begin
            position <= position + 1'b1;
            offset <= offset + pitch_wide;
        end
    end
endmodule

`default_nettype wire
