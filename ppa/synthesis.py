"""Synthesis of a block with Yosys and ABC into a flat netlist of a library's cells, kept by what went into it."""

import hashlib
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from golden.files import BUILD
from golden.header import verilog_header
from ppa.assigns import split_assigns
from ppa.blocks import CLOCK, Block
from ppa.clock_gates import MINIMUM, clock_gate_map, clock_gates
from ppa.errors import PpaError
from ppa.fanout import buffered
from ppa.library import FullAdder, Library
from ppa.processes import run
from ppa.scripts import Script
from tb.simulators import ROOT

NETLISTS = BUILD / "ppa" / "netlists"
TECHMAPS = ROOT / "ppa" / "techmaps"
REWRITES = ("assigns", "clock_gates", "fanout")  # modules that change what ABC leaves
INDEX = re.compile(r"\[(\d+)\]\.")  # of a generated instance; OpenSTA takes it for a bit of a bus
FLIP_FLOPS = "t:$dff t:$dffe t:$sdff t:$sdffe t:$sdffce"
MEMORY = "aslog_ram"  # ports of memories become ports of the block
ERROR_LINES = 5


@dataclass(frozen=True)
class Netlist:
    """A flat gate-level netlist: its Verilog, area in the Liberty's unit, cells by name, script and block.

    ``reference`` is the design before mapping, in Yosys' own format, flat and without memories.
    """

    path: Path
    reference: Path
    area: float
    cells: dict[str, int]
    script: Script
    block: Block


def synthesize(block: Block, library: Library, script: Script, target_ps: float | None = None) -> Netlist:
    """Return the block's netlist by a script, from the cache or by Yosys. Raises PpaError when Yosys fails."""
    reference = read_block(block, hierarchy=script.hierarchy)
    abc = script.abc.replace("; ", "\n").replace("{D}", f"{target_ps or 0:.0f}") + "\n"
    gate = None if target_ps else library.gate
    commands = map_commands(reference, library, script, gated=gate is not None)
    techmaps = [path.read_text() for path in sorted(TECHMAPS.glob("*.v"))]
    buffer = library.buffer
    key = _key(
        reference.parent.name,
        _hash_of(library.liberty),
        abc,
        *commands,
        *techmaps,
        repr(buffer),
        repr((library.hold, gate)),
        *(_hash_of(Path(__file__).with_name(f"{name}.py")) for name in REWRITES),
    )

    def fill(fresh: Path) -> None:
        (fresh / "script.abc").write_text(abc)
        if library.full_adder:
            (fresh / "full_adder.v").write_text(full_adder_map(library.full_adder))
        if gate and library.hold:
            (fresh / "clock_gate.v").write_text(clock_gate_map(library.hold))
        run_yosys([line.replace("{folder}", str(fresh)) for line in commands], fresh)
        netlist = fresh / "netlist.v"
        text = split_assigns(netlist.read_text())
        if gate:
            text = clock_gates(text, gate)
        if buffer:
            text = buffered(text, buffer, library.outputs, CLOCK)
        netlist.write_text(text)
        top = f"hierarchy -top {block.name}"
        run_yosys([f"read_verilog {netlist}", top, statistics_command(library, fresh)], fresh)

    folder = _cached(f"{block.name}.{key}", fill)
    statistics = json.loads((folder / "statistics.json").read_text())["design"]
    cells = {name: int(count) for name, count in statistics["num_cells_by_type"].items()}
    return Netlist(folder / "netlist.v", reference, float(statistics["area"]), cells, script, block)


def read_block(block: Block, *, hierarchy: bool) -> Path:
    """Return a block's logic in Yosys' own format, without its memories, flat or with its units as modules."""
    header = block_header(block)
    commands = read_commands(block, hierarchy=hierarchy)

    def fill(fresh: Path) -> None:
        (fresh / "aslog_defs.vh").write_text(header)
        run_yosys([line.replace("{folder}", str(fresh)) for line in commands], fresh)
        reference = fresh / "reference.il"
        reference.write_text(INDEX.sub(r"_\1.", reference.read_text()))

    key = _key(header, *commands, *(_hash_of(path) for path in block.sources))
    return _cached(f"{block.name}.{key}", fill) / "reference.il"


def multiplies(block: Block, *, hierarchy: bool) -> bool:
    """Return whether a block holds a multiplication, which Booth could make smaller."""
    return "cell $mul " in read_block(block, hierarchy=hierarchy).read_text()


def read_commands(block: Block, *, hierarchy: bool) -> list[str]:
    """Return the Yosys commands that read a block and leave its logic in reference.il."""
    chosen = " ".join(f"-chparam {name} {value}" for name, value in block.parameters.items())
    return [
        f"read_verilog -I{{folder}} {' '.join(map(str, block.sources))}",
        f"hierarchy -check -top {block.top} {chosen}",
        f"rename -top {block.name}",
        "proc",
        f"blackbox =*{MEMORY}*",
        *([f"setattr -mod -set keep_hierarchy 1 =*{unit}*" for unit in block.units] if hierarchy else []),
        "flatten",
        f"expose -evert t:*{MEMORY}*",
        f"delete =*{MEMORY}*",
        "opt -full",
        "memory -nordff -nomap",  # registers keep their names
        "memory_map",
        "opt -full",
        "wreduce",
        "opt -full",
        f"simplemap {FLIP_FLOPS}",  # bits that are always the same are one flip-flop
        "opt -full",
        "opt_clean -purge",
        "write_rtlil {folder}/reference.il",
    ]


def map_commands(reference: Path, library: Library, script: Script, *, gated: bool) -> list[str]:
    """Return the Yosys commands that map the logic to the library's cells; gated: with clock gates."""
    cells = ["techmap -map {folder}/full_adder.v"] if script.full_adders and library.full_adder else []
    return [
        f"read_rtlil {reference}",
        *arithmetic_commands(script),
        *cells,
        "techmap",
        "opt -fast",
        *([f"clockgate -pos clock_gate enable:clk:gated -min_net_size {MINIMUM}"] if gated else []),
        *(["techmap -map {folder}/clock_gate.v", "opt_clean"] if gated else []),
        "rename -wire",  # a flip-flop is named as its register
        f"dfflibmap -liberty {library.liberty}",
        "opt -fast",
        f"abc -liberty {library.liberty} -script {{folder}}/script.abc",
        *(["setattr -mod -unset keep_hierarchy *", "flatten"] if script.hierarchy else []),
        "opt_clean -purge",
        "splitnets",
        "opt_clean -purge",
        statistics_command(library, "{folder}"),
        "write_verilog -noattr -noexpr -nohex -nodec {folder}/netlist.v",
    ]


def statistics_command(library: Library, folder: str | Path) -> str:
    """Return the Yosys command that counts cells and their area."""
    return f"tee -q -o {folder}/statistics.json stat -json -liberty {library.liberty}"


def arithmetic_commands(script: Script) -> list[str]:
    """Return the Yosys commands that make full adders and adders of the design's sums and products."""
    return [
        "wreduce",
        "peepopt",
        "opt_clean",
        *(["booth"] if script.booth else []),
        "alumacc",
        "maccmap",
        "opt -fast",
        *([f"techmap -map {TECHMAPS}/ripple.v", "opt -fast"] if script.ripple else []),
    ]


def full_adder_map(adder: FullAdder) -> str:
    """Return a techmap that makes the library's cell of every $fa whose inputs are no constants."""
    ports = zip((*adder.inputs, adder.carry, adder.sum), "ABCXY", strict=True)
    pins = ", ".join(f".\\{pin} ({port}[i])" for pin, port in ports)
    return f"""(* techmap_celltype = "$fa" *)
module library_full_adder #(
    parameter WIDTH = 1,
    parameter _TECHMAP_CONSTMSK_A_ = 0,
    parameter _TECHMAP_CONSTMSK_B_ = 0,
    parameter _TECHMAP_CONSTMSK_C_ = 0
) (
    input [WIDTH-1:0] A, input [WIDTH-1:0] B, input [WIDTH-1:0] C, output [WIDTH-1:0] X, output [WIDTH-1:0] Y
);
    localparam [WIDTH-1:0] CONSTANT = _TECHMAP_CONSTMSK_A_ | _TECHMAP_CONSTMSK_B_ | _TECHMAP_CONSTMSK_C_;
    genvar i;
    generate
        for (i = 0; i < WIDTH; i = i + 1) begin : g_bit
            if (CONSTANT[i]) begin : g_logic
                assign Y[i] = A[i] ^ B[i] ^ C[i];
                assign X[i] = A[i] & B[i] | C[i] & (A[i] ^ B[i]);
            end else begin : g_cell
                \\{adder.name} add ({pins});
            end
        end
    endgenerate
endmodule
"""


def block_header(block: Block) -> str:
    """Return the text of aslog_defs.vh with the block's own constants."""
    text = verilog_header()
    for name, value in block.constants.items():
        text, found = re.subn(rf"(?m)^(`define ASLOG_{name}) .*$", rf"\1 {value}", text)
        if found != 1:
            raise PpaError(f"{block.name}: no constant {name} in the header")
    return text


def run_yosys(commands: list[str], folder: Path) -> str:
    """Run Yosys commands in a process and return what they print. Raises PpaError with Yosys' last lines."""
    script = folder / "yosys.txt"
    script.write_text("\n".join(commands) + "\n")
    command = [sys.executable, "-m", "tb.yosys", *commands]
    done = run(command, cwd=ROOT)
    log = done.stdout + done.stderr
    (folder / "yosys.log").write_text(log)
    if done.returncode != 0:
        lines = [line for line in log.splitlines() if line.strip()]
        raise PpaError(f"Yosys failed: {' / '.join(lines[-ERROR_LINES:])}")
    return log


def _cached(name: str, fill: Callable[[Path], None]) -> Path:
    """Return the folder of a name, filled in a temporary place when it is not there."""
    folder = NETLISTS / name
    if not folder.is_dir():
        NETLISTS.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=NETLISTS))
        try:
            fill(fresh)
            fresh.chmod(0o755)
            if not folder.is_dir():
                fresh.rename(folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return folder


def _hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join([*parts, metadata.version("pyosys")]).encode()).hexdigest()[:16]
