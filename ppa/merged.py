"""Registers that mapping left out, because they hold a constant or what another register holds.

A side of a comparison that has more registers than the netlist gets its own claim of each: the register is replaced by
what it is said to hold, and its next value by the difference from that, which must be 0 whatever the other registers
hold. So the proof of equality is by induction the proof of the claims too.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ppa.blif import NEXT, STATE
from ppa.errors import PpaError
from ppa.simulation import Evaluator, Words, read_aiger

CYCLES = 24
WORDS = 4  # of 64 runs each
ROUNDS = 500  # of candidates that are refuted
FAR = 1 << 30  # between bits of different registers
Claims = dict[str, str | bool]
"""Register: the register that holds the same, or the constant."""


@dataclass(frozen=True)
class Side:
    """One side of a comparison: BLIF with its registers cut, names of its inputs and outputs."""

    blif: Path
    inputs: list[str]
    outputs: list[str]

    @property
    def ports(self) -> set[str]:
        """Return the names of inputs and outputs."""
        return {*self.inputs, *self.outputs}


def lost_registers(side: Side, netlist: Side) -> list[str]:
    """Return the registers that a side has and the netlist lacks. Raises PpaError when other ports differ."""
    lost = [name.removeprefix(STATE) for name in side.inputs if name.startswith(STATE) and name not in netlist.ports]
    differ = sorted((side.ports ^ netlist.ports) - {prefix + name for name in lost for prefix in (STATE, NEXT)})
    if differ:
        raise PpaError(
            f"{netlist.blif.stem}: {len(differ)} ports or registers differ from the design: {differ[0]}, ..."
        )
    return lost


def claims(side: Side, aiger: Path, lost: list[str], seed: int = 0) -> Claims:
    """Return what registers of a side, which is given as AIGER too, may hold; whether they do is to be proved.

    Candidates are what registers hold in runs from the state 0 with random inputs, those of the nearest name first.
    One that some random state refutes, with the claims in it, gives way to the next. Raises PpaError when none is left.
    """
    evaluator, chance = Evaluator(read_aiger(aiger)), np.random.default_rng(seed)
    left = _candidates(_histories(side, evaluator, chance), lost)
    row = {name: number for number, name in enumerate([*side.inputs, *side.outputs])}
    for _ in range(ROUNDS):
        for register, candidates in left.items():
            if not candidates:
                raise PpaError(f"register {register} is missing in the netlist")
        inputs = _random(chance, len(side.inputs))
        held = {register: candidates[0] for register, candidates in left.items()}
        for register, what in held.items():
            inputs[row[STATE + register]] = inputs[row[STATE + what]] if isinstance(what, str) else _all(what)
        after = np.concatenate([inputs, evaluator(inputs)])
        refuted = [
            register
            for register, what in held.items()
            if (after[row[NEXT + register]] != (after[row[NEXT + what]] if isinstance(what, str) else _all(what))).any()
        ]
        if not refuted:
            return held
        for register in refuted:
            left[register].pop(0)
    raise PpaError(f"registers {', '.join(lost[:3])}, ...: nothing is found that they may hold")


def _candidates(seen: dict[str, Words], lost: list[str]) -> dict[str, list[str | bool]]:
    """Return of each lost register what its history is, likeliest first: bits of its own register, constants, others.

    Bits of a register that are one constant become one bit in synthesis before they are found to be constant.
    """
    alike: dict[bytes, list[str]] = {}
    for register in seen.keys() - set(lost):
        alike.setdefault(seen[register].tobytes(), []).append(register)
    found: dict[str, list[str | bool]] = {}
    for register in lost:
        history = seen[register]
        constants = [value for value in (False, True) if (history[1:] == _all(value)).all()]
        others = sorted(alike.get(history.tobytes(), []), key=lambda name: _distance(name, register))
        own = [name for name in others if _distance(name, register)[0] < FAR]
        found[register] = [*own, *constants, *others[len(own) :]]
    return found


def _distance(name: str, register: str) -> tuple[int, str]:
    """Return how far two names are from each other: bits of one register by their places, others behind them."""
    (base, _, place), (own, _, at) = (text.removesuffix("]").rpartition("[") for text in (name, register))
    return abs(int(place) - int(at)) if base == own and base else FAR, name


def _all(value: bool) -> np.uint64:
    return np.uint64(np.iinfo(np.uint64).max if value else 0)


def _random(chance: np.random.Generator, rows: int) -> Words:
    return chance.integers(0, np.iinfo(np.uint64).max, (rows, WORDS), np.uint64, endpoint=True)


def _histories(side: Side, evaluator: Evaluator, chance: np.random.Generator) -> dict[str, Words]:
    """Return the values of every register cycle by cycle, the first one 0."""
    row = {name: number for number, name in enumerate(side.outputs)}
    state = [number for number, name in enumerate(side.inputs) if name.startswith(STATE)]
    after = [row[NEXT + side.inputs[number].removeprefix(STATE)] for number in state]
    values = np.zeros((len(state), WORDS), np.uint64)
    seen = []
    for _ in range(CYCLES):
        seen.append(values)
        inputs = _random(chance, len(side.inputs))
        inputs[state] = values
        values = evaluator(inputs)[after]
    history = np.stack(seen, axis=1)
    return {side.inputs[number].removeprefix(STATE): history[place] for place, number in enumerate(state)}


def claimed(text: str, held: Claims, others: list[str]) -> str:
    """Return cut BLIF with its claims in the place of registers, and outputs that are 0 for ``others``."""
    lines = text.splitlines()
    gone = {STATE + register for register in held}
    inputs = [name for name in lines[1].split() if name not in gone]
    outputs = [*lines[2].split(), *(NEXT + register for register in others)]
    body = [_renamed(line, {NEXT + register for register in held}) for line in lines[3:-1]]
    for register, what in held.items():
        state, after = STATE + register, NEXT + register
        if isinstance(what, str):
            body += [f".names {STATE}{what} {state}", "1 1", f".names {NEXT}{what} own.{after} {after}", "01 1", "10 1"]
        else:
            body += [f".names {state}", *(["1"] if what else []), f".names own.{after} {after}", f"{int(not what)} 1"]
    body += [f".names {NEXT}{register}" for register in others]
    return "\n".join([lines[0], " ".join(inputs), ".outputs " + " ".join(sorted(outputs[1:])), *body, lines[-1]]) + "\n"


def _renamed(line: str, outputs: set[str]) -> str:
    words = line.split()
    if words[0] == ".names" and words[-1] in outputs:
        return " ".join([*words[:-1], f"own.{words[-1]}"])
    return line
