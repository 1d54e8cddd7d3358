// descriptor_check: the errors of a layer descriptor that show without the sizes of the buffers.
// Combinational. `error` is the first that applies, in the order of ASLOG_ERROR_*, up to ASLOG_ERROR_CLAMP.
`default_nettype none
`include "aslog_defs.vh"

module descriptor_check #(
    parameter STRIPE = 32                                // accumulator entries of a bank
) (
    /* verilator lint_off UNUSEDSIGNAL */ // zero points and base addresses are always legal here
    input  wire [`ASLOG_DESCRIPTOR_BITS-1:0] descriptor, // packed record
    /* verilator lint_on UNUSEDSIGNAL */
    output reg  [3:0]                        error       // ASLOG_ERROR_NONE when there is none
);
    localparam CW = `ASLOG_DIMENSION_CHANNEL_WIDTH;
    localparam DW = `ASLOG_DIMENSION_WIDTH;
    localparam KW = `ASLOG_KERNEL_WIDTH;

    wire [3:0]    mode       = descriptor[`ASLOG_DESCRIPTOR_MODE];
    wire [KW-1:0] kh         = descriptor[`ASLOG_DESCRIPTOR_KERNEL_HEIGHT];
    wire [KW-1:0] kw         = descriptor[`ASLOG_DESCRIPTOR_KERNEL_WIDTH];
    wire [1:0]    stride     = descriptor[`ASLOG_DESCRIPTOR_STRIDE];
    wire [2:0]    pad_top    = descriptor[`ASLOG_DESCRIPTOR_PAD_TOP];
    wire [2:0]    pad_bottom = descriptor[`ASLOG_DESCRIPTOR_PAD_BOTTOM];
    wire [2:0]    pad_left   = descriptor[`ASLOG_DESCRIPTOR_PAD_LEFT];
    wire [2:0]    pad_right  = descriptor[`ASLOG_DESCRIPTOR_PAD_RIGHT];
    wire [7:0]    stripe     = descriptor[`ASLOG_DESCRIPTOR_STRIPE];
    wire [DW-1:0] height     = descriptor[`ASLOG_DESCRIPTOR_HEIGHT];
    wire [DW-1:0] width      = descriptor[`ASLOG_DESCRIPTOR_WIDTH];
    wire [DW-1:0] out_height = descriptor[`ASLOG_DESCRIPTOR_OUT_HEIGHT];
    wire [DW-1:0] out_width  = descriptor[`ASLOG_DESCRIPTOR_OUT_WIDTH];
    wire [CW-1:0] ic         = descriptor[`ASLOG_DESCRIPTOR_CHANNELS_IN];
    wire [CW-1:0] oc         = descriptor[`ASLOG_DESCRIPTOR_CHANNELS_OUT];
    wire [7:0]    low        = descriptor[`ASLOG_DESCRIPTOR_CLAMP_LOW];
    wire [7:0]    high       = descriptor[`ASLOG_DESCRIPTOR_CLAMP_HIGH];

    wire depthwise = mode == `ASLOG_MODE_DEPTHWISE;
    wire packed_in = mode == `ASLOG_MODE_PACKED;

    // out = floor((in + pads - kernel) / stride) + 1, written without a division; of strides only 1 and 2 are asked
    function fits;
        input [DW-1:0] in_size, out_size;
        input [2:0]    pad_a, pad_b;
        input [KW-1:0] kernel;
        input          two;
        reg   [DW+1:0] padded, next;
        begin
            padded = {2'b00, in_size} + {{(DW-1){1'b0}}, pad_a} + {{(DW-1){1'b0}}, pad_b};
            next = (two ? {1'b0, out_size, 1'b0} : {2'b00, out_size}) + {{(DW+2-KW){1'b0}}, kernel};
            fits = padded < next && next <= padded + (two ? 2 : 1);
        end
    endfunction

    always @(*) begin
        error = `ASLOG_ERROR_NONE;
        if (mode > `ASLOG_MODE_PACKED) error = `ASLOG_ERROR_MODE;
        else if (kh == 0 || kw == 0 || stride == 0 || stripe == 0 || height == 0 || width == 0
                 || out_height == 0 || out_width == 0 || ic == 0 || oc == 0) error = `ASLOG_ERROR_ZERO;
        else if (stride > 2) error = `ASLOG_ERROR_STRIDE;
        else if ({24'd0, stripe} > STRIPE) error = `ASLOG_ERROR_STRIPE;
        else if (!fits(height, out_height, pad_top, pad_bottom, kh, stride[1])
                 || !fits(width, out_width, pad_left, pad_right, kw, stride[1])) error = `ASLOG_ERROR_SHAPE;
        else if ((packed_in && ic > `ASLOG_PACKED_PIXEL) || (depthwise && ic != oc)) error = `ASLOG_ERROR_CHANNELS;
        else if (low > high) error = `ASLOG_ERROR_CLAMP;
    end
endmodule

`default_nettype wire
