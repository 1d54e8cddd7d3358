"""Give a property module to Yosys' SAT solver and read its answer."""

import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from golden.files import write_text
from golden.header import verilog_header
from tb.bench import GENERATED
from tb.formal.weights import HEADER, weight_table

FOLDER = Path(__file__).parent
TIMEOUT = 900  # seconds, many times what the longest proof takes
VERDICT = re.compile(r"^SAT proof finished - (no model found: SUCCESS|model found: FAIL)!$", re.MULTILINE)
PROVEN, REFUTED = "no model found: SUCCESS", "model found: FAIL"
ROW = re.compile(r"^ +(?:(\d+) +|init +)?\\(\S+) .* ([01x]+) *$")
PORT = re.compile(r"^\s*(?:input|output)\s+(?:wire|reg)\s+signed\b.*?(\w+)\s*(?:,|//|$)", re.MULTILINE)


class FormalError(Exception):
    """Yosys did not answer: an error in a property or in the RTL, or no answer in time."""


@dataclass(frozen=True)
class Proof:
    """What is claimed of a module: ``right`` of a property module is 1 whenever its ``legal`` is.

    top: the property module, ``tb/formal/<top>.v``, whose module under proof is ``u_dut``; parameters: its own.
    probes: inputs of the property that are tied to signals of the same names in ``u_dut``.
    shown: the inputs that a counterexample names; expected, got: what it says that they should and do give.
    clocked: from any legal state, ``right`` holds in the next cycle; ``shown`` is of the cycle before.
    """

    name: str
    claim: str
    top: str
    shown: tuple[str, ...]
    right: str = "right"
    expected: str = "expected"
    got: str = "got"
    probes: tuple[str, ...] = ()
    parameters: dict[str, int] = field(default_factory=dict)
    clocked: bool = False


@dataclass(frozen=True)
class Answer:
    """The outcome of a proof; ``counterexample`` is empty when it is proven."""

    name: str
    claim: str
    seconds: float
    counterexample: str = ""

    @property
    def proven(self) -> bool:
        """Return whether the claim holds."""
        return not self.counterexample


def prepare() -> None:
    """Write the generated headers."""
    write_text(GENERATED / "aslog_defs.vh", verilog_header())
    write_text(GENERATED / HEADER, weight_table())


def commands(proof: Proof, sources: Sequence[Path]) -> list[str]:
    """Return the Yosys commands of a proof.

    The second call of the solver is refuted by a legal input, without which the first would be proven of nothing.
    """
    parameters = "".join(f" -chparam {name} {_literal(value)}" for name, value in proof.parameters.items())
    files = [*map(str, sources), str(FOLDER / f"{proof.top}.v")]
    ties = [f"connect -nomap -nounset -set {probe} u_dut.{probe}" for probe in proof.probes]
    legal = "-seq 2 -prove-skip 1 -set-at 1 legal 1" if proof.clocked else "-set legal 1"
    shown = " ".join(f"-show {name}" for name in (*proof.shown, proof.expected, proof.got))
    return [
        f"read_verilog -I{GENERATED} {' '.join(files)}",
        f"hierarchy -check -top {proof.top}{parameters}",
        "proc -norom",
        "flatten",
        *(f"delete -input w:{probe}" for probe in proof.probes),
        *ties,
        "check -assert",
        "opt -nodffe -nosdff",
        "wreduce",
        "opt -nodffe -nosdff",
        f"sat -verify {legal} -prove {proof.right} 1 {shown}",
        f"sat {legal} -prove {proof.right} 0",
    ]


def prove(proof: Proof, sources: Sequence[Path]) -> Answer:
    """Prove or refute a claim about the modules in ``sources``. Raises FormalError when Yosys fails at it."""
    begin = monotonic()
    text = ask(commands(proof, sources), proof.name)
    verdicts = VERDICT.findall(text)
    if verdicts == [PROVEN, PROVEN]:
        raise FormalError(f"{proof.name}: no input is legal")
    if verdicts not in ([PROVEN, REFUTED], [REFUTED]):
        raise FormalError(f"{proof.name}: {last_line(text)}")
    counterexample = "" if verdicts[0] == PROVEN else explain(proof, text)
    return Answer(proof.name, proof.claim, monotonic() - begin, counterexample)


def ask(script: Sequence[str], name: str) -> str:
    """Run Yosys commands in a process of their own and return what it says. Raises FormalError when it takes long."""
    command = [sys.executable, "-m", "tb.yosys", *script]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        raise FormalError(f"{name}: no answer within {TIMEOUT} seconds") from None
    return done.stdout + done.stderr


def last_line(text: str) -> str:
    """Return the last line that says something: where Yosys writes its error."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no output"


def explain(proof: Proof, text: str) -> str:
    """Return a counterexample in one line, from the solver's table of values."""
    numbers = {name.rpartition("[")[0] or name for name in PORT.findall((FOLDER / f"{proof.top}.v").read_text())}
    values = {}
    for step, name, bits in (match.groups() for match in map(ROW.match, text.splitlines()) if match):
        value = int(bits.replace("x", "0"), 2)
        values[name, int(step or 1)] = value - (1 << len(bits)) if name in numbers and bits[0] == "1" else value
    last = 2 if proof.clocked else 1
    given = ", ".join(f"{name} = {values[name, 1]}" for name in proof.shown)
    return f"{given}: expected {values[proof.expected, last]}, got {values[proof.got, last]}"


def _literal(value: int) -> str:
    return f"64'h{value & (1 << 64) - 1:x}" if not -(1 << 31) <= value < 1 << 31 else str(value)
