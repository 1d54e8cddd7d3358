// probe: writes what passes a stage to a file, for its events number `from` up to, but not including, `to`.
// `restart` counts from 0 again and opens <folder><NAME>.probe when the range is not empty. One line an event: number,
// cycle, value in hex. For simulation only.
`default_nettype none

module probe #(
    parameter NAME  = "stage",              // of the file
    parameter WIDTH = 8                     // bits of the value
) (
    input  wire             clk,
    input  wire             restart,
    input  wire [8*512-1:0] folder,         // with its slash
    input  wire [31:0]      from,
    input  wire [31:0]      to,
    input  wire [31:0]      cycle,          // of the layer
    input  wire             happens,        // the value passes in this cycle
    input  wire [WIDTH-1:0] value
);
    reg [8*512-1:0] path;
    reg [31:0]      number;
    integer         file;

    always @(posedge clk) begin
        if (restart) begin
            number <= 0;
            if (from < to) begin
                $sformat(path, "%0s%0s.probe", folder, NAME);
                file <= $fopen(path, "w");
            end
        end else if (happens) begin
            number <= number + 1;
            if (from <= number && number < to) $fwrite(file, "%0d %0d %h\n", number, cycle, value);
            if (from < to && number + 1 == to) $fclose(file);
        end
    end
endmodule

`default_nettype wire
