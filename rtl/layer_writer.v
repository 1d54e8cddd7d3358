// layer_writer: the layer unit's output words of OC_LANES bytes as words of IC_LANES bytes of the activation buffer.
// Wider output words take one write for each part, narrower ones write some bytes. No latency; an output word is taken
// with its last part.
`default_nettype none
`include "aslog_defs.vh"

module layer_writer #(
    parameter OC_LANES = 16,                          // bytes of an output word
    parameter IC_LANES = 16                           // bytes of a word of the buffer
) (
    input  wire                                        clk,         // rising edge
    input  wire                                        clear,       // the word that waits is withdrawn
    input  wire                                        out_valid,   // output stream of the layer unit
    output wire                                        out_ready,   // taken
    input  wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0]   out_address, // in words of OC_LANES bytes
    input  wire [OC_LANES-1:0]                         out_lanes,   // bytes that are written
    input  wire [OC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] out_data,    // byte 0 lowest
    output wire                                        write_valid, // write port of the activation buffer
    input  wire                                        write_ready, // granted
    output wire [`ASLOG_DIMENSION_ADDRESS_WIDTH-1:0]   write_address, // in words of IC_LANES bytes
    output wire [IC_LANES-1:0]                         write_lanes, // bytes that are written
    output wire [IC_LANES*`ASLOG_ACTIVATION_WIDTH-1:0] write_data   // byte 0 lowest
);
    localparam XW = `ASLOG_ACTIVATION_WIDTH;

    assign write_valid = out_valid;
    generate
        if (OC_LANES > IC_LANES) begin : g_parts
            localparam PARTS = OC_LANES / IC_LANES;
            localparam PW = $clog2(PARTS);
            reg  [PW-1:0] part;
            wire [PW-1:0] last = {PW{1'b1}};
            assign out_ready = write_ready && part == last;
            assign write_address = out_address << PW | {{(`ASLOG_DIMENSION_ADDRESS_WIDTH-PW){1'b0}}, part};
            assign write_lanes = out_lanes[part*IC_LANES+:IC_LANES];
            assign write_data = out_data[part*IC_LANES*XW+:IC_LANES*XW];
            always @(posedge clk) begin
                if (out_valid && write_ready) part <= part + 1'b1;
                if (clear) part <= {PW{1'b0}};
            end
        end else if (OC_LANES < IC_LANES) begin : g_bytes
            localparam PW = $clog2(IC_LANES / OC_LANES);
            wire [PW-1:0] part = out_address[PW-1:0];
            assign out_ready = write_ready;
            assign write_address = out_address >> PW;
            assign write_lanes = {{(IC_LANES-OC_LANES){1'b0}}, out_lanes} << (part * OC_LANES);
            assign write_data = {{((IC_LANES-OC_LANES)*XW){1'b0}}, out_data} << (part * OC_LANES * XW);
            /* verilator lint_off UNUSEDSIGNAL */ // nothing is kept here
            wire unused = clk & clear;
            /* verilator lint_on UNUSEDSIGNAL */
        end else begin : g_same
            assign out_ready = write_ready;
            assign write_address = out_address;
            assign write_lanes = out_lanes;
            assign write_data = out_data;
            /* verilator lint_off UNUSEDSIGNAL */ // nothing is kept here
            wire unused = clk & clear;
            /* verilator lint_on UNUSEDSIGNAL */
        end
    endgenerate
endmodule

`default_nettype wire
