"""Simulation of two and-inverter graphs on random inputs, all bits of a word at once."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ppa.errors import PpaError

Words = NDArray[np.uint64]
BITS = 64


@dataclass(frozen=True)
class Graph:
    """An and-inverter graph: literals 2 n and 2 n + 1 of node n, 1 to ``inputs`` first, then the ands in order."""

    inputs: int
    outputs: list[int]
    ands: list[tuple[int, int]]


def read_aiger(path: Path) -> Graph:
    """Read a combinational graph in AIGER's binary format. Raises PpaError for another format or one with latches."""
    data = path.read_bytes()
    end = data.find(b"\n")
    head = data[:end].split()
    if len(head) != 6 or head[0] != b"aig" or head[3] != b"0":
        raise PpaError(f"{path}: no combinational AIGER file")
    _, inputs, _, outputs, ands = (int(word) for word in head[1:])
    place = end + 1
    literals = []
    for _ in range(outputs):
        end = data.index(b"\n", place)
        literals.append(int(data[place:end]))
        place = end + 1
    gates = []
    for node in range(inputs + 1, inputs + ands + 1):
        first, place = _delta(data, place)
        second, place = _delta(data, place)
        gates.append((2 * node - first, 2 * node - first - second))
    return Graph(inputs, literals, gates)


class Evaluator:
    """Evaluates a graph level by level: the ands of a level at once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        level = [0] * (1 + graph.inputs)
        for a, b in graph.ands:
            level.append(1 + max(level[a >> 1], level[b >> 1]))
        levels = np.array(level, np.int64)
        ands = np.array(graph.ands, np.int64).reshape(-1, 2)
        order = np.argsort(levels[1 + graph.inputs :], kind="stable")
        cuts = np.searchsorted(levels[1 + graph.inputs :][order], np.arange(1, levels.max(initial=0) + 2))
        self.steps = [
            (nodes + 1 + graph.inputs, ands[nodes, 0], ands[nodes, 1])
            for nodes in (order[begin:end] for begin, end in pairwise(cuts))
        ]

    def __call__(self, inputs: Words) -> Words:
        """Return the outputs, one row each, for inputs of the same form: 64 vectors a word."""
        values = np.zeros((1 + self.graph.inputs + len(self.graph.ands), inputs.shape[1]), np.uint64)
        values[1 : 1 + self.graph.inputs] = inputs
        for nodes, first, second in self.steps:
            values[nodes] = _literals(values, first) & _literals(values, second)
        return _literals(values, np.array(self.graph.outputs, np.int64))


def _literals(values: Words, literals: NDArray[np.int64]) -> Words:
    inverted = np.array([0, np.iinfo(np.uint64).max], np.uint64)
    result: Words = values[literals >> 1] ^ inverted[literals & 1][:, None]
    return result


def same_on_random(first: Path, second: Path, words: int, seed: int = 0) -> bool:
    """Return whether two AIGER files agree on 64 random vectors a word. Raises PpaError when their ports differ."""
    graphs = [read_aiger(path) for path in (first, second)]
    if graphs[0].inputs != graphs[1].inputs or len(graphs[0].outputs) != len(graphs[1].outputs):
        raise PpaError(f"{first} and {second} have not the same ports")
    shape = (graphs[0].inputs, words)
    vectors = np.random.default_rng(seed).integers(0, np.iinfo(np.uint64).max, shape, np.uint64, endpoint=True)
    return bool(np.array_equal(Evaluator(graphs[0])(vectors), Evaluator(graphs[1])(vectors)))


def _delta(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return value, place
