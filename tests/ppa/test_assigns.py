import pytest

from ppa.assigns import split_assigns

HEAD = """  output [2:0] y;
  wire [2:0] y;
  wire \\u.n ;
"""


@pytest.mark.parametrize(
    ("joined", "single"),
    [
        ("{ y[2:1], \\u.n  } = { y[0], y[0], a };", ["y [2] = y [0]", "y [1] = y [0]", "\\u.n  = a "]),
        ("{ y, \\u.n  } = { 2'b01, b[7:6] };", ["y [2] = 1'b0", "y [1] = 1'b1", "y [0] = b [7]", "\\u.n  = b [6]"]),
        ("{ \\u.n , a } = y[1:0];", ["\\u.n  = y [1]", "a  = y [0]"]),
    ],
)
def test_one_assignment_a_bit(joined: str, single: list[str]) -> None:
    assert split_assigns(f"{HEAD}  assign {joined}\n") == HEAD + "".join(f"  assign {text};\n" for text in single)


def test_other_lines_stay() -> None:
    text = f"{HEAD}  assign y[0] = {{ a }};\n  CELL g (\n    .A(y[1])\n  );\n"
    assert split_assigns(text) == text


def test_sides_of_other_widths_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        split_assigns(f"{HEAD}  assign {{ y, a }} = {{ b, c }};\n")
