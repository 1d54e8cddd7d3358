// layer_check: checks a layer descriptor against the contract and the buffers, and derives the layer's constants.
// `start` with the descriptor held stable; `done` is high for one cycle 12 cycles later with `error` (the first
// that applies, see ASLOG_ERROR_*). The constants are there a cycle before `done` and stay valid until the next start.
// One shared multiplier, a product a cycle; it is there 3 cycles after its factors are chosen.
`default_nettype none
`include "aslog_defs.vh"

module layer_check #(
    parameter OC_LANES         = 16,   // output channels of a tile
    parameter IC_LANES         = 16,   // input channels of a vector
    parameter STRIPE           = 32,   // accumulator entries of a bank
    parameter ACTIVATION_WORDS = 1024, // words of the activation buffer
    parameter WEIGHT_ROWS      = 1024, // rows of the weight buffer
    parameter PARAMETER_WORDS  = 1024, // words of the parameter buffer
    parameter OUTPUT_WORDS     = 1024  // words of the output buffer
) (
    input  wire                                      clk,        // rising edge
    input  wire                                      rst,        // synchronous, active high: forget the check
    input  wire                                      start,      // check `descriptor`
    input  wire [`ASLOG_DESCRIPTOR_BITS-1:0]         descriptor, // stable until done
    output reg                                       done,       // one cycle
    output reg  [3:0]                                error,      // with done
    output reg  [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] in_vectors, // vectors of IC_LANES per input pixel; 1 when packed
    output reg  [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] tiles,      // tiles of output channels
    output wire [`ASLOG_DIMENSION_CHANNEL_WIDTH-1:0] in_pitch,   // vectors (packed: pixels) from a pixel to the next
    output reg  signed [`ASLOG_DIMENSION_ADDRESS_WIDTH+1:0] origin, // address of the first window's corner
    output reg  [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] pixels,     // output pixels
    output reg  [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0] taps        // taps of a stripe
);
    localparam CW = `ASLOG_DIMENSION_CHANNEL_WIDTH;
    localparam DW = `ASLOG_DIMENSION_WIDTH;
    localparam AW = `ASLOG_DIMENSION_ADDRESS_WIDTH;
    localparam KW = `ASLOG_KERNEL_WIDTH;
    localparam PW = AW + 1 + CW;                                // product
    localparam TW = (CW + 2) / 3;                               // a third of its second factor
    localparam DEPTHWISE_LANES = OC_LANES < IC_LANES ? OC_LANES : IC_LANES;
    localparam COLUMNS = IC_LANES < `ASLOG_KERNEL_MAX ? IC_LANES : `ASLOG_KERNEL_MAX;
    localparam SW = AW + 2;                                     // signed addresses
    localparam VECTOR_PIXELS = IC_LANES / `ASLOG_PACKED_PIXEL;
    localparam [31:0] ROWS = WEIGHT_ROWS;
    localparam [31:0] OUTPUTS = OUTPUT_WORDS;

    wire [3:0]    mode            = descriptor[`ASLOG_DESCRIPTOR_MODE];
    wire [KW-1:0] kh              = descriptor[`ASLOG_DESCRIPTOR_KERNEL_HEIGHT];
    wire [KW-1:0] kw              = descriptor[`ASLOG_DESCRIPTOR_KERNEL_WIDTH];
    wire [2:0]    pad_top         = descriptor[`ASLOG_DESCRIPTOR_PAD_TOP];
    wire [2:0]    pad_left        = descriptor[`ASLOG_DESCRIPTOR_PAD_LEFT];
    wire [DW-1:0] height          = descriptor[`ASLOG_DESCRIPTOR_HEIGHT];
    wire [DW-1:0] width           = descriptor[`ASLOG_DESCRIPTOR_WIDTH];
    wire [DW-1:0] out_height      = descriptor[`ASLOG_DESCRIPTOR_OUT_HEIGHT];
    wire [DW-1:0] out_width       = descriptor[`ASLOG_DESCRIPTOR_OUT_WIDTH];
    wire [CW-1:0] ic              = descriptor[`ASLOG_DESCRIPTOR_CHANNELS_IN];
    wire [CW-1:0] oc              = descriptor[`ASLOG_DESCRIPTOR_CHANNELS_OUT];
    wire [AW-1:0] activation_base = descriptor[`ASLOG_DESCRIPTOR_ACTIVATION_BASE];
    wire [AW-1:0] weight_base     = descriptor[`ASLOG_DESCRIPTOR_WEIGHT_BASE];
    wire [AW-1:0] parameter_base  = descriptor[`ASLOG_DESCRIPTOR_PARAMETER_BASE];
    wire [AW-1:0] output_base     = descriptor[`ASLOG_DESCRIPTOR_OUTPUT_BASE];
    wire [AW-1:0] in_row          = {2'b00, descriptor[`ASLOG_DESCRIPTOR_IN_ROW]};
    wire [AW-1:0] ring_end        = descriptor[`ASLOG_DESCRIPTOR_RING_END];
    wire [AW-1:0] ring_words      = descriptor[`ASLOG_DESCRIPTOR_RING_WORDS];
    wire [CW-1:0] out_pitch       = descriptor[`ASLOG_DESCRIPTOR_OUT_PITCH];

    wire dense     = mode == `ASLOG_MODE_DENSE;
    wire depthwise = mode == `ASLOG_MODE_DEPTHWISE;
    wire packed_in = mode == `ASLOG_MODE_PACKED;
    assign in_pitch = packed_in ? {{(CW-1){1'b0}}, 1'b1} : descriptor[`ASLOG_DESCRIPTOR_IN_PITCH];

    wire [3:0] descriptor_error;
    reg  [3:0] static_error;                                    // it, a cycle later
    descriptor_check #(.STRIPE(STRIPE)) u_descriptor (.descriptor(descriptor), .error(descriptor_error));

    // kernel columns are taken in groups: all at once, COLUMNS or VECTOR_PIXELS at a time
    /* verilator lint_off UNUSEDSIGNAL */ // counts are computed in 32 bits and fit fewer
    wire [31:0] kw_wide = {{(32-KW){1'b0}}, kw};
    wire [31:0] groups = dense ? kw_wide : depthwise ? (kw_wide > COLUMNS ? 2 : 1) // COLUMNS >= 4: 7 take two
                                                     : (kw_wide + VECTOR_PIXELS - 1) / VECTOR_PIXELS;
    wire [31:0] oc_wide = {{(32-CW){1'b0}}, oc};
    wire [31:0] ic_wide = {{(32-CW){1'b0}}, ic};
    wire [31:0] in_vectors_wide  = packed_in ? 1 : (ic_wide + IC_LANES - 1) / IC_LANES;
    wire [31:0] out_vectors_wide = (oc_wide + OC_LANES - 1) / OC_LANES;
    wire [31:0] tiles_wide       = depthwise ? (oc_wide + DEPTHWISE_LANES - 1) / DEPTHWISE_LANES : out_vectors_wide;
    wire [31:0] kernel_groups    = {{(32-KW){1'b0}}, kh} * groups;
    /* verilator lint_on UNUSEDSIGNAL */

    reg          active;
    reg [3:0]    step;
    reg [AW:0]   a;
    reg [CW-1:0] b;
    reg [PW-1:0] product_low;                                  // a times the lowest third of b
    reg [PW-1:0] product_middle;
    reg [PW-1:0] product_high;
    reg [PW-1:0] product;
    reg [PW-1:0] extent;                                       // vectors of the input; packed: pixels, + a word's - 1
    reg [AW-1:0] room;                                         // words from the base to the ring's end
    reg [PW-1:0] output_end;
    reg [PW-1:0] span;                                         // words from the first to the last
    wire wraps = span > {{(PW-AW){1'b0}}, room};               // neighbours need two banks
    wire ring_fits = {{(32-AW){1'b0}}, ring_end} <= ACTIVATION_WORDS && activation_base < ring_end
                     && span <= {{(PW-AW){1'b0}}, ring_words} && ring_words <= ring_end && ring_words >= room
                     && !(packed_in && ring_words[0] && wraps);
    wire output_fits = {{(64-PW){1'b0}}, output_end} <= {32'd0, OUTPUTS}
                       && {{(32-CW){1'b0}}, out_pitch} >= out_vectors_wide;
    wire [PW-1:0] rows = product * OC_LANES;                    // in a ring, the whole buffer
    wire weights_fit = {{(64-PW){1'b0}}, rows} <= {32'd0, ROWS} && {{(32-AW){1'b0}}, weight_base} < ROWS;
    wire [31:0]   parameter_end = {{(32-AW){1'b0}}, parameter_base} + oc_wide;

    wire signed [SW-1:0] first_vector = {2'b00, activation_base} << (packed_in ? $clog2(VECTOR_PIXELS) : 0);

    always @(posedge clk) begin
        product_low <= {{CW{1'b0}}, a} * {{(PW-TW){1'b0}}, b[TW-1:0]};
        product_middle <= {{CW{1'b0}}, a} * {{(PW-TW){1'b0}}, b[2*TW-1:TW]};
        product_high <= {{CW{1'b0}}, a} * {{(PW-CW+2*TW){1'b0}}, b[CW-1:2*TW]};
        product <= product_low + (product_middle << TW) + (product_high << 2 * TW);
        static_error <= descriptor_error;
        done <= 1'b0;
        if (start) begin
            active <= 1'b1;
            step <= 4'd0;
            error <= `ASLOG_ERROR_NONE;
        end else if (active) begin
            step <= step + 4'd1;
            case (step)
                4'd0: begin
                    error <= static_error;
                    room <= ring_end - activation_base;
                    in_vectors <= in_vectors_wide[CW-1:0];
                    tiles <= tiles_wide[CW-1:0];
                    a <= {{(AW+1-DW){1'b0}}, out_width};
                    b <= {{(CW-DW){1'b0}}, out_height};
                end
                4'd1: begin a <= kernel_groups[AW:0]; b <= dense ? in_vectors : {{(CW-1){1'b0}}, 1'b1}; end
                4'd2: begin a <= {{(AW+1-DW){1'b0}}, width} - 1'b1; b <= in_pitch; end
                4'd3: begin pixels <= product[AW-1:0]; a <= product[AW:0] - 1'b1; b <= out_pitch; end
                4'd4: begin
                    taps <= product[AW-1:0];
                    a <= {1'b0, in_row};
                    b <= {{(CW-DW){1'b0}}, height} - 1'b1;
                end
                4'd5: begin
                    extent <= product + (packed_in ? VECTOR_PIXELS : {{(PW-CW){1'b0}}, in_vectors});
                    output_end <= {{(PW-AW){1'b0}}, output_base} + {{(PW-CW){1'b0}}, out_vectors_wide[CW-1:0]};
                    b <= {{(CW-3){1'b0}}, pad_top};
                end
                4'd6: begin
                    output_end <= output_end + product;
                    a <= {{(AW+1-CW){1'b0}}, in_pitch};
                    b <= {{(CW-3){1'b0}}, pad_left};
                end
                4'd7: begin extent <= extent + product; a <= {1'b0, taps}; b <= tiles; end
                4'd8: begin
                    span <= packed_in ? extent / VECTOR_PIXELS : extent;
                    origin <= first_vector - $signed(product[SW-1:0]);
                end
                4'd9: begin
                    if (error == `ASLOG_ERROR_NONE && !ring_fits) error <= `ASLOG_ERROR_ACTIVATION_SIZE;
                    origin <= origin - $signed(product[SW-1:0]);
                end
                default: begin
                    if (error == `ASLOG_ERROR_NONE)
                        error <= !output_fits ? `ASLOG_ERROR_OUTPUT_SIZE : !weights_fit ? `ASLOG_ERROR_WEIGHT_SIZE
                                 : parameter_end > PARAMETER_WORDS ? `ASLOG_ERROR_PARAMETER_SIZE : `ASLOG_ERROR_NONE;
                    active <= 1'b0;
                    done <= 1'b1;
                end
            endcase
        end
        if (rst) begin
            active <= 1'b0;
            done <= 1'b0;
        end
    end
endmodule

`default_nettype wire
