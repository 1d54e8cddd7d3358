"""Small designs through Yosys, ABC and the equivalence check on a tiny library."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from ppa import equivalence, search, synthesis
from ppa.blocks import Block
from ppa.equivalence import _aiger, _side, check, gate_commands, golden_commands, prove
from ppa.errors import PpaError
from ppa.fanout import LOADS
from ppa.library import Library
from ppa.scripts import FIRST, TIMED, Script, area_scripts, timed_scripts
from ppa.search import fastest, matches_xors, smallest
from ppa.simulation import same_on_random
from ppa.synthesis import Netlist, block_header, multiplies, synthesize
from tests.ppa.tiny import LIBERTY, arc, entry, tiny_library

GATES = f"""cell(NAND) {{ area : 2; {entry("A", 3)} {entry("B", 3)} pin(Y) {{ direction : output; function : "!(A B)";
  {arc("A", "negative_unate", 0.1)} {arc("B", "negative_unate", 0.1)} }} }}
  cell(BUF) {{ area : 2; {entry("A", 3)} pin(Y) {{ direction : output; function : "A";
  {arc("A", "positive_unate", 0.1)} }} }} cell(NOT)"""
ADD = "module add(input [3:0] a, input [3:0] b, output [4:0] y); assign y = a + b; endmodule"
COUNT = """module count(input clk, input en, input [19:0] by, output reg [19:0] y);
  always @(posedge clk) if (en) y <= y + by;
endmodule"""
TIMES = "module times(input [2:0] a, input [2:0] b, output [5:0] y); assign y = a * b; endmodule"
WIDE = """module wide(input clk, input en, input [39:0] d, output reg [39:0] y);
  reg enable;
  always @(posedge clk) begin enable <= en; y <= enable ? d : y; end
endmodule"""
SCRIPT = next(
    script for script in area_scripts(multiplies=False, hierarchy=False, full_adder=False) if script.label == FIRST
)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr(synthesis, "NETLISTS", tmp_path / "netlists")
    return tiny_library(tmp_path, LIBERTY.replace("cell(NOT)", GATES))


def block(folder: Path, verilog: str) -> Block:
    name = verilog.split("(")[0].split()[1]
    (folder / f"{name}.v").write_text(verilog)
    return Block(name, "ours", name, (folder / f"{name}.v",))


def broken(netlist: Netlist, old: str, new: str) -> Netlist:
    """Return the netlist with its first cell of one kind as another kind."""
    text = netlist.path.read_text()
    assert f"  {old} " in text
    path = netlist.path.with_name("broken.v")
    path.write_text(text.replace(f"  {old} ", f"  {new} ", 1))
    return replace(netlist, path=path)


def test_netlist_holds_the_librarys_cells(library: Library, tmp_path: Path) -> None:
    netlist = synthesize(block(tmp_path, COUNT), library, SCRIPT)
    assert netlist.cells["FLOP"] == 20
    assert set(netlist.cells) <= {"NOT", "XOR", "NAND", "BUF", "FLOP"}
    areas = {"NOT": 1, "XOR": 3, "NAND": 2, "BUF": 2, "FLOP": 5}
    assert netlist.area == sum(areas[name] * count for name, count in netlist.cells.items())


def test_register_of_many_loads_has_a_tree(library: Library, tmp_path: Path) -> None:
    (timed, *_) = timed_scripts(multiplies=False, hierarchy=False)
    netlist = synthesize(block(tmp_path, WIDE), library, timed, 1.0)
    loads = re.findall(r"\.[ABD]+\((\S+?) ?\)", netlist.path.read_text())
    assert 1 < loads.count("enable") <= LOADS
    assert netlist.cells["BUF"] == netlist.path.read_text().count("  BUF ")
    assert check(netlist, library) == "proved"


@pytest.mark.parametrize(("verilog", "how"), [(ADD, "every of 2^8 inputs"), (COUNT, "proved")], ids=["add", "count"])
def test_wrong_netlist_is_refused(verilog: str, how: str, library: Library, tmp_path: Path) -> None:
    netlist = synthesize(block(tmp_path, verilog), library, SCRIPT)
    assert check(netlist, library) == how
    with pytest.raises(PpaError, match="not shown equal to the design: different"):
        check(broken(netlist, "NAND", "XOR"), library)


def test_difference_that_is_found_is_not_overruled(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netlist = synthesize(block(tmp_path, COUNT), library, SCRIPT)
    for direct, right in (("undecided", True), ("different", False)):
        verdicts = iter(["equal", direct])
        monkeypatch.setattr(equivalence, "prove", lambda *_, of=verdicts: next(of))
        if right:
            assert "random vectors" in check(netlist, library)
        else:
            with pytest.raises(PpaError, match="not shown equal to the design: different"):
                check(netlist, library)


def test_proof_and_simulation_agree_on_wrong_cells(library: Library, tmp_path: Path) -> None:
    netlist = synthesize(block(tmp_path, COUNT), library, SCRIPT)
    (tmp_path / "right").mkdir()
    design = _aiger(_side(golden_commands(netlist.reference), tmp_path / "right", "design").blif)
    lines = netlist.path.read_text().splitlines()
    places = [number for number, line in enumerate(lines) if line.startswith("  NAND ")]
    found = set()
    for number in places[:: len(places) // 6]:
        changed = [line if at != number else line.replace("NAND", "XOR") for at, line in enumerate(lines)]
        path = tmp_path / "wrong.v"
        path.write_text("\n".join(changed))
        gates = _side(gate_commands(path, netlist.block.name, library), tmp_path, "wrong", library)
        aiger = _aiger(gates.blif)
        verdict = prove(design, aiger)
        assert verdict == ("equal" if same_on_random(design, aiger, 1024, seed=1) else "different")
        found.add(verdict)
    assert "different" in found


def test_netlist_of_another_script_is_as_good(library: Library, tmp_path: Path) -> None:
    result = smallest(block(tmp_path, TIMES), library, lambda _: None)
    assert result.tried == 8  # four structures, as there is no full adder in the library, and all again: they are close
    assert result.check == "every of 2^6 inputs"


def test_refused_netlist_is_counted(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good: list[float] = []
    told: list[str] = []

    def second_time(netlist: Netlist, library: Library) -> str:
        good.append(netlist.area)
        if len(good) < 2:
            raise PpaError("not shown equal")
        return check(netlist, library)

    monkeypatch.setattr(search, "check", second_time)
    result = smallest(block(tmp_path, TIMES), library, told.append)
    assert (result.refused, result.netlist.area) == (1, good[1])
    assert "not shown equal" in told
    assert good[0] <= good[1]


def test_block_of_refused_netlists_gives_no_figure(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(netlist: Netlist, library: Library) -> str:
        raise PpaError("not shown equal")

    monkeypatch.setattr(search, "check", never)
    with pytest.raises(PpaError, match="times: no netlist is shown equal to the RTL: not shown equal"):
        smallest(block(tmp_path, TIMES), library, lambda _: None)


@pytest.mark.parametrize("module", synthesis.REWRITES)
def test_netlist_of_an_older_rewrite_is_not_taken(
    module: str, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter, hash_of = block(tmp_path, COUNT), synthesis._hash_of
    first = synthesize(counter, library, SCRIPT).path
    assert synthesize(counter, library, SCRIPT).path == first
    monkeypatch.setattr(synthesis, "_hash_of", lambda path: hash_of(path) + "+" * (path.name == f"{module}.py"))
    assert synthesize(counter, library, SCRIPT).path != first


def test_exclusive_ors_are_matched_where_they_are_cheap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthesis, "NETLISTS", tmp_path / "netlists")
    for area, expected in ((3, True), (30, False)):
        folder = tmp_path / str(area)
        folder.mkdir()
        text = LIBERTY.replace("cell(NOT)", GATES).replace("cell(XOR) { area : 3;", f"cell(XOR) {{ area : {area};")
        assert matches_xors(tiny_library(folder, text)) == expected


def test_large_block_is_made_fast_by_each_abc_script_once(library: Library, tmp_path: Path) -> None:
    results = fastest(block(tmp_path, TIMES), library, lambda _: None, thorough=False)
    periods = [result.paths[0].period_ps for result in results]
    assert results[0].tried == len(TIMED)
    assert periods == sorted(periods)
    assert periods[0] > 0


def test_booth_only_where_something_multiplies(library: Library, tmp_path: Path) -> None:
    assert multiplies(block(tmp_path, TIMES), hierarchy=False)
    constant = "module half(input [3:0] a, output [3:0] y); localparam N = 2 * 2; assign y = a * N; endmodule"
    assert not multiplies(block(tmp_path, constant), hierarchy=False)
    assert not any(script.booth for script in area_scripts(multiplies=False, hierarchy=False, full_adder=False))


def test_what_yosys_does_not_read_is_refused(library: Library, tmp_path: Path) -> None:
    with pytest.raises(PpaError, match=r"Yosys failed: .*syntax error"):
        synthesize(block(tmp_path, "module bad(input a; endmodule"), library, Script("strash", label="none"))


def test_constants_of_a_block_are_those_of_the_header(tmp_path: Path) -> None:
    wide = replace(block(tmp_path, ADD), constants={"PRODUCT_WIDTH": "99"})
    assert "`define ASLOG_PRODUCT_WIDTH 99\n" in block_header(wide)
    with pytest.raises(PpaError, match="no constant NONE in the header"):
        block_header(replace(wide, constants={"NONE": "1"}))
