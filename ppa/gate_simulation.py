"""Gate-level simulation under Icarus: a stimulus through a netlist, every expected output compared."""

import re
from dataclasses import dataclass
from pathlib import Path

from ppa.errors import PpaError
from ppa.gates import Gates
from ppa.processes import run
from ppa.stimulus import Stimulus
from tb.simulators import activate

APPLY = 50  # inputs change 1/50 of the clock period after the edge


@dataclass(frozen=True)
class Run:
    """A simulation that computed what was expected: its waveform, and outputs compared."""

    waveform: Path
    compared: int


def simulate(gates: Gates, netlist: Path, models: Path, stimulus: Stimulus, clock_ps: int, work: Path) -> Run:
    """Run a stimulus through ``netlist``, the Verilog of the gates, with the cells of ``models``; files go to ``work``.

    Raises PpaError when an output differs from what is expected or is not compared, and for a port that never is.
    """
    activate("icarus")
    bench, program, waveform = work / "bench.v", work / "bench.vvp", work / "gates.vcd"
    ins, outs = _widths(gates, stimulus, stimulus.inputs), _widths(gates, stimulus, stimulus.expected)
    valid = {port: [value is not None for value in values] for port, values in stimulus.expected.items()}
    blind = sorted(set(gates.outputs) - {port for port, flags in valid.items() if any(flags)})
    if blind:
        raise PpaError(f"{gates.top}: the stimulus {stimulus.name} never compares {', '.join(blind)}")
    _write_words(work / "inputs.hex", ins, stimulus.inputs)
    _write_words(work / "expected.hex", outs, {port: [v or 0 for v in vs] for port, vs in stimulus.expected.items()})
    _write_words(work / "valid.hex", dict.fromkeys(outs, 1), valid)
    bench.write_text(_bench(gates, ins, outs, stimulus, clock_ps, work))
    _run(["iverilog", "-g2005", "-s", "bench", "-o", program, bench, netlist, models])
    said = _run(["vvp", "-n", program])
    found = re.search(r"^compared (\d+), wrong (\d+), first in cycle (-?\d+)$", said, re.M)
    if not found:
        raise PpaError(f"{gates.top}: the simulation of the netlist ended early: {said.strip()[-300:]}")
    compared, wrong, first = map(int, found.groups())
    wanted = sum(map(sum, valid.values()))
    if compared != wanted:
        raise PpaError(f"{gates.top} on {stimulus.name}: {compared} of {wanted} outputs were compared")
    if wrong:
        raise PpaError(
            f"{gates.top} on {stimulus.name}: {wrong} of {compared} outputs of the netlist are wrong, "
            f"first in cycle {first}"
        )
    return Run(waveform, compared)


def _widths(
    gates: Gates, stimulus: Stimulus, ports: dict[str, list[int]] | dict[str, list[int | None]]
) -> dict[str, int]:
    known = gates.inputs | gates.outputs
    for port in ports:
        if port not in known:
            raise PpaError(f"{gates.top} has no port {port}, which the stimulus {stimulus.name} drives or reads")
    return {port: len(known[port]) for port in ports}


def _write_words(path: Path, widths: dict[str, int], values: dict[str, list[int]] | dict[str, list[bool]]) -> None:
    """Write one hexadecimal word a cycle: the ports side by side, the first one lowest."""
    digits = -(-sum(widths.values()) // 4)
    lines = []
    for row in zip(*values.values(), strict=True):
        word, lsb = 0, 0
        for value, width in zip(row, widths.values(), strict=True):
            word |= (int(value) & ((1 << width) - 1)) << lsb
            lsb += width
        lines.append(f"{word:0{digits}x}")
    path.write_text("\n".join(lines) + "\n")


def _bench(
    gates: Gates, ins: dict[str, int], outs: dict[str, int], stimulus: Stimulus, clock_ps: int, work: Path
) -> str:
    """Return the test bench: each cycle a clock edge, the inputs after it, and at its end the comparison."""
    clock = stimulus.clock
    apply = max(clock_ps // APPLY, 1)
    unused = set(gates.inputs) - set(ins) - {clock}
    if unused:
        raise PpaError(f"{gates.top}: the stimulus {stimulus.name} does not drive {', '.join(sorted(unused))}")
    connections = [f".{port}(in[{lsb}+:{width}])" for port, (lsb, width) in _places(ins).items()]
    connections += [f".{port}(out[{lsb}+:{width}])" for port, (lsb, width) in _places(outs).items()]
    connections += [f".{clock}(clk)"] if clock else []
    checks = [
        f"if (valid[cycle][{i}]) begin compared = compared + 1; "
        f"if (out[{lsb}+:{width}] !== expected[cycle][{lsb}+:{width}]) begin "
        "wrong = wrong + 1; if (first < 0) first = cycle; end end"
        for i, (lsb, width) in enumerate(_places(outs).values())
    ]
    return f"""`timescale 1ps/1ps
module bench;
  reg [{sum(ins.values()) - 1}:0] inputs [0:{stimulus.cycles - 1}];
  reg [{sum(outs.values()) - 1}:0] expected [0:{stimulus.cycles - 1}];
  reg [{len(outs) - 1}:0] valid [0:{stimulus.cycles - 1}];
  reg clk = 0;
  reg [{sum(ins.values()) - 1}:0] in;
  wire [{sum(outs.values()) - 1}:0] out;
  integer cycle, compared = 0, wrong = 0, first = -1;
  {gates.top} dut ({", ".join(connections)});
  initial begin
    $readmemh("{work / "inputs.hex"}", inputs);
    $readmemh("{work / "expected.hex"}", expected);
    $readmemh("{work / "valid.hex"}", valid);
    $dumpfile("{work / "gates.vcd"}");
    $dumpvars(1, dut);
    for (cycle = 0; cycle < {stimulus.cycles}; cycle = cycle + 1) begin
      clk = 1;
      #{apply} in = inputs[cycle];
      #{clock_ps // 2 - apply} clk = 0;
      #{clock_ps - clock_ps // 2 - 1}
      {" ".join(checks)}
      #1;
    end
    $display("compared %0d, wrong %0d, first in cycle %0d", compared, wrong, first);
    $finish;
  end
endmodule
"""


def _places(widths: dict[str, int]) -> dict[str, tuple[int, int]]:
    """Return (lowest bit, width) of ports side by side, the first one lowest."""
    places, lsb = {}, 0
    for port, width in widths.items():
        places[port] = lsb, width
        lsb += width
    return places


def _run(command: list[str | Path]) -> str:
    done = run(command)
    if done.returncode:
        raise PpaError(f"{command[0]}: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout + done.stderr
