"""What the lint with Yosys must find in a design, and a design it must let pass."""

from pathlib import Path

import pytest

from tb.yosys import LANES, complaints

CORE = """module aslog #(
    parameter OC_LANES = 4, IC_LANES = 4, RQ_LANES = 4, STRIPE = 8, ACTIVATION_WORDS = 64, WEIGHT_ROWS = 64,
    PARAMETER_WORDS = 64
) (input wire clk, input wire [7:0] a, output {kind} [7:0] q);
    {body}
endmodule
"""


def said(folder: Path, body: str, kind: str = "wire") -> list[str]:
    source = folder / "aslog.v"
    source.write_text(CORE.format(body=body, kind=kind))
    return complaints([source], folder)


def test_clean_design(tmp_path: Path) -> None:
    assert said(tmp_path, "always @(posedge clk) q <= a / 4;", "reg") == []


@pytest.mark.parametrize(
    ("body", "kind", "word"),
    [
        ("always @(*) if (a[0]) q = a;", "reg", "dlatch"),
        ("wire [7:0] b; assign q = a ^ b; assign b = ~q;", "wire", "logic loop"),
        ("assign q = a / 7;", "wire", "$div"),
        ("wire [7:0] b; assign q = a ^ b;", "wire", "no driver"),
        ("assign q = a; assign q = ~a;", "wire", "conflicting drivers"),
        ("part u_part (.a(a), .q(q));", "wire", "part"),
    ],
)
def test_what_it_finds(tmp_path: Path, body: str, kind: str, word: str) -> None:
    found = said(tmp_path, body, kind)
    assert len(found) == len(LANES)
    assert all(word in text for text in found), found
