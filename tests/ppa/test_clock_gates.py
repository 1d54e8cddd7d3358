"""Clock gates: every few registers have one, and a netlist with a wrong one is not shown equal to the RTL."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from ppa import synthesis
from ppa.clock_gates import MINIMUM, clock_gates
from ppa.equivalence import check
from ppa.errors import PpaError
from ppa.fanout import INSTANCE, LOADS, PIN
from ppa.library import And, Hold, Library
from ppa.synthesis import Netlist, synthesize
from ppa.timing import critical_paths
from tests.ppa.test_synthesis import GATES, SCRIPT, block
from tests.ppa.tiny import LIBERTY, arc, entry, tiny_library

CELLS = f"""cell(FALL) {{ area : 5; ff(IQ, IQN) {{ next_state : "D"; clocked_on : "(!CK)"; }}
  {entry("CK", 8, "clock : true;")} {entry("D", 2)} pin(Q) {{ direction : output; function : "IQ";
  {arc("CK", "non_unate", 0.1, "timing_type : falling_edge;")} }} }}
  cell(AND) {{ area : 2; {entry("A", 3)} {entry("B", 3)} pin(Y) {{ direction : output; function : "(A B)";
  {arc("A", "positive_unate", 0.1)} {arc("B", "positive_unate", 0.1)} }} }} cell(NOT)"""
MANY = LOADS * LOADS + 1
WIDE = f"""module wide(input clk, input en, input [{MANY - 1}:0] d, output reg [{MANY - 1}:0] y);
  always @(posedge clk) if (en) y <= d;
endmodule"""
HELD = f"""module held(input clk, input en, input [{2 * LOADS}:0] d, output reg [{2 * LOADS}:0] y);
  reg enable;
  always @(posedge clk) begin enable <= en; if (enable) y <= d; end
endmodule"""
FEW = f"""module few(input clk, input en, input [{MINIMUM - 2}:0] d, output reg [{MINIMUM - 2}:0] y);
  always @(posedge clk) if (en) y <= d;
endmodule"""


LATCH = f"""cell(LOW) {{ area : 4; latch(IQ, IQN) {{ data_in : "D"; enable : "!G"; }}
  {entry("G", 8, "clock : true;")} {entry("D", 2)} pin(Q) {{ direction : output; function : "IQ";
  {arc("D", "positive_unate", 0.1)} {arc("G", "non_unate", 0.1, "timing_type : falling_edge;")} }}
  pin(N) {{ direction : output; function : "IQN"; {arc("D", "negative_unate", 0.1)} }} }} cell(NOT)"""
HOLDS = {"FALL": "", "LOW": LATCH}
"""What holds the enable: the register on the falling edge, or a smaller latch; and what the Liberty has more."""


@pytest.fixture(params=HOLDS)
def library(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr(synthesis, "NETLISTS", tmp_path / "netlists")
    text = LIBERTY.replace("cell(NOT)", GATES).replace("cell(NOT)", CELLS)
    found = tiny_library(tmp_path, text.replace("cell(NOT)", HOLDS[request.param] or "cell(NOT)"))
    assert found.hold is not None
    assert found.hold.name == request.param
    return found


def hold_of(library: Library) -> tuple[str, int]:
    """Return the name and the area of what holds the enable."""
    assert library.hold is not None
    return library.hold.name, {"FALL": 5, "LOW": 4}[library.hold.name]


def made(folder: Path, verilog: str, library: Library) -> Netlist:
    return synthesize(block(folder, verilog), library, SCRIPT)


def test_gates_are_counted_and_proved(library: Library, tmp_path: Path) -> None:
    netlist = made(tmp_path, HELD, library)
    hold, area = hold_of(library)
    assert netlist.cells == {hold: 1, "AND": 3, "FLOP": 2 * LOADS + 2}
    assert netlist.area == area + 3 * 2 + 5 * (2 * LOADS + 2)
    assert check(netlist, library) == "proved"


def test_registers_may_have_both_outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthesis, "NETLISTS", tmp_path / "netlists")
    text = LIBERTY.replace("cell(NOT)", GATES).replace("cell(NOT)", CELLS).replace("cell(NOT)", LATCH)
    flop = 'ff(IQ, IQN) { next_state : "D"; clocked_on : "CK"; }'
    other = f'pin(QN) {{ direction : output; function : "IQN"; {arc("CK", "non_unate", 0.1)} }}'
    assert text.count(flop) == 1
    netlist = made(tmp_path, HELD, tiny_library(tmp_path, text.replace(flop, f"{flop} {other}")))
    assert netlist.cells["FLOP"] == 2 * LOADS + 2
    assert check(netlist, tiny_library(tmp_path, text.replace(flop, f"{flop} {other}"))) == "proved"


def test_few_registers_keep_their_multiplexers(library: Library, tmp_path: Path) -> None:
    netlist = made(tmp_path, FEW, library)
    assert hold_of(library)[0] not in netlist.cells
    check(netlist, library)


def test_buffers_of_the_held_enable_are_part_of_its_gates(library: Library, tmp_path: Path) -> None:
    netlist = made(tmp_path, WIDE, library)
    hold, area = hold_of(library)
    assert netlist.cells == {hold: 1, "BUF": 2, "AND": LOADS + 1, "FLOP": MANY}
    assert netlist.area == area + 2 * 2 + 2 * (LOADS + 1) + 5 * MANY
    assert check(netlist, library) == "proved"
    tied = re.sub(r"(?s)(  BUF fanout_0_ \(\n    \.A\()[^)]*", r"\1en ", netlist.path.read_text())
    netlist.path.write_text(tied)  # half of the gates open at once
    with pytest.raises(PpaError):
        check(netlist, library)


@pytest.mark.parametrize("clock", ["!CK", "(!CK)", "CK'", "( CK' )"])
def test_a_clock_may_be_inverted_in_several_ways(clock: str, tmp_path: Path) -> None:
    text = LIBERTY.replace("cell(NOT)", CELLS.replace("(!CK)", clock))
    assert tiny_library(tmp_path, text).hold == Hold("FALL", "D", "CK", "Q")


def test_library_without_a_cell_that_holds_has_no_gates(tmp_path: Path) -> None:
    text = LIBERTY.replace("cell(NOT)", CELLS.replace("(!CK)", "CK"))
    assert tiny_library(tmp_path, text).gate is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (".D(enable)", ".D(en)"),  # an enable one cycle early
        ("AND gated_0_ (\n    .A(clk )", "AND gated_0_ (\n    .A(en )"),  # no clock
        (".D(d[0])", ".D(gated_0 )"),  # a clock as data
    ],
)
def test_wrong_gate_is_refused(old: str, new: str, library: Library, tmp_path: Path) -> None:
    netlist = made(tmp_path, HELD, library)
    text = netlist.path.read_text()
    assert text.count(old) == 1, text
    path = netlist.path.with_name("broken.v")
    path.write_text(text.replace(old, new))
    with pytest.raises(PpaError):
        check(replace(netlist, path=path), library)


def test_only_the_clock_may_clock_a_register(library: Library, tmp_path: Path) -> None:
    netlist = made(tmp_path, FEW, library)
    text = netlist.path.read_text()
    path = netlist.path.with_name("broken.v")
    assert ".CK(clk)" in text
    path.write_text(text.replace(".CK(clk)", ".CK(en)", 1))
    with pytest.raises(PpaError, match="has another clock than clk: en"):
        check(replace(netlist, path=path), library)


def test_only_the_clock_may_hold_an_enable(library: Library, tmp_path: Path) -> None:
    netlist = made(tmp_path, HELD, library)
    assert library.hold is not None
    text, old = netlist.path.read_text(), f".{library.hold.clock}(clk"
    at = text.index(f"  {library.hold.name} ")
    path = netlist.path.with_name("broken.v")
    path.write_text(text[:at] + text[at:].replace(old, f".{library.hold.clock}(en", 1))
    with pytest.raises(PpaError, match=f"a {library.hold.name} has another clock than clk"):
        check(replace(netlist, path=path), library)


def test_what_holds_an_enable_is_no_register(library: Library, tmp_path: Path) -> None:
    netlist = made(tmp_path, FEW, library)
    assert library.hold is not None
    bare = replace(library, hold=None, gate=None)
    text = netlist.path.read_text().replace("  FLOP ", f"  {library.hold.name} ", 1)
    path = netlist.path.with_name("broken.v")
    path.write_text(text if library.hold.clock == "CK" else text.replace(".CK(", ".G(", 1))
    with pytest.raises(PpaError, match=f"is a {library.hold.name}, which is no register on the rising edge"):
        check(replace(netlist, path=path), bare)


def test_path_to_a_gate_has_half_a_period(library: Library, tmp_path: Path) -> None:
    paths = critical_paths(made(tmp_path, HELD, library), library, 9)
    needed = [path.period_ps for path in paths if path.end.startswith("gated_")]
    assert needed == pytest.approx([2 * 100] * 3, rel=0.001)  # of a register; the tiny library has no set-up time


def test_each_gate_has_few_loads() -> None:
    flops = "".join(f"  DFF \\q[{n}]  (\n    .CK(g),\n    .D(d{n})\n  );\n" for n in range(2 * LOADS + 1))
    text = f"module m();\n  clock_and u (\n    .clk(clk),\n    .enable(e),\n    .gated(g)\n  );\n{flops}endmodule\n"
    nets = [net for _, _, pins in INSTANCE.findall(clock_gates(text, And("AND", ("A", "B"), "Y")))
            for pin, net, _ in PIN.findall(pins) if pin == "CK"]  # fmt: skip
    assert [nets.count(f"gated_{n}") for n in range(3)] == [LOADS, LOADS, 1]
    assert len(nets) == 2 * LOADS + 1
