// refused_property: what the other proofs take for granted of constants, the checks before the lanes refuse.
`default_nettype none
`include "aslog_defs.vh"

module refused_property (
    input  wire [`ASLOG_PARAMETER_BITS-1:0]  parameter_word, // of a channel
    input  wire [`ASLOG_DESCRIPTOR_BITS-1:0] descriptor,     // of a layer
    input  wire [`ASLOG_VECTOR_BITS-1:0]     command,        // of the vector unit
    output wire [2:0]                        expected,       // reserved metadata or shift; illegal layer; vector command
    output wire [2:0]                        got,            // refused
    output wire                              legal,          // every input is
    output wire                              right           // what is proven
);
    wire bad_meta, bad_shift, vector_legal;
    wire [3:0] error;
    parameter_check u_parameter (
        .valid(1'b1), .word(parameter_word), .bad_meta(bad_meta), .bad_shift(bad_shift)
    );
    descriptor_check u_descriptor (.descriptor(descriptor), .error(error));
    vector_check u_vector (.command(command), .legal(vector_legal));

    wire [`ASLOG_METADATA_WIDTH-1:0] meta = parameter_word[`ASLOG_PARAMETER_METADATA];
    assign got = {bad_meta || bad_shift, error != `ASLOG_ERROR_NONE, !vector_legal};
    assign expected = {
        meta >> `ASLOG_METADATA_N2_LSB > `ASLOG_METADATA_N2_MAX
            || {31'd0, meta[`ASLOG_METADATA_PARITY_LSB]} > `ASLOG_METADATA_PARITY_MAX
            || parameter_word[`ASLOG_PARAMETER_SHIFT] > `ASLOG_REQUANTIZATION_SHIFT_MAX,
        descriptor[`ASLOG_DESCRIPTOR_CLAMP_LOW] > descriptor[`ASLOG_DESCRIPTOR_CLAMP_HIGH],
        command[`ASLOG_VECTOR_CLAMP_LOW] > command[`ASLOG_VECTOR_CLAMP_HIGH]
            || command[`ASLOG_VECTOR_SHIFT] > `ASLOG_GLUE_SHIFT_MAX
    };
    assign legal = 1'b1;
    assign right = (expected & ~got) == 3'b000 && got[2] == expected[2]; // layers, commands are refused for more
endmodule

`default_nettype wire
