"""Structures of our dot-product lane, for the exploration: what each takes of area, time and energy on real layers.

Each computes the same, bit for bit: its netlist's entries are compared with the integer model in the run that gives its
energy.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import get_context
from typing import Any

from ppa.blocks import OUR_DECODER, OUR_LANE, OUR_TRIPLE, Block, files, varied
from ppa.element_stimulus import EXPONENTS, decoder_stimulus, triple_stimulus
from ppa.lane_stimulus import Form, lane_stimulus
from ppa.library import Library
from ppa.power import Power, power
from ppa.power_report import CLOCK_PS, MARGIN
from ppa.processes import PROCESSES
from ppa.progress import Show
from ppa.search import Result, fastest, smallest
from ppa.stimulus import Stimulus

CODES_LANE = replace(
    OUR_LANE,
    name="lane_codes",
    top="lane_codes",
    sources=files("lane_codes weight_decoder dot_lane ae carry_save lane_rest entry_sum"),
)


@dataclass(frozen=True)
class Part:
    """A block with its operands."""

    block: Block
    stimulus: Callable[[], Stimulus]


@dataclass(frozen=True)
class Structure:
    """A lane that is built in another way: its name, what is other, and how.

    folder: of ppa/variants, its files in the place of modules. constants: of the header. form: of the weights in the
    lane's registers. shared: blocks of which a lane has as many as products, shared by as many lanes.
    """

    name: str
    what: str
    folder: str = ""
    constants: dict[str, str] = field(default_factory=dict)
    form: Form = "decoded"
    lane: Block = OUR_LANE
    shared: tuple[Block, ...] = (OUR_TRIPLE, OUR_DECODER)

    @property
    def parts(self) -> list[Part]:
        """Return the lane, then what it shares with others, of which each lane has to bear one."""
        decoder = partial(decoder_stimulus, lines=self.form == "one_hot")
        own: dict[str, Callable[[], Stimulus]] = {OUR_TRIPLE.name: triple_stimulus, OUR_DECODER.name: decoder}
        lane = Part(self._built(self.lane), partial(lane_stimulus, "ours", form=self.form))
        return [lane, *(Part(self._built(block), own[block.name]) for block in self.shared)]

    def _built(self, block: Block) -> Block:
        sources = varied(block.sources, self.folder)
        same = sources == block.sources and not self.constants
        name = block.name if same else f"{block.name}_{self.name}"
        return replace(block, name=name, sources=sources, constants=self.constants)


STRUCTURES = (
    Structure("design", "the design"),
    Structure("one_hot", "one-hot exponent", "one_hot", {"LADDER_SHIFT_BITS": str(EXPONENTS)}, "one_hot"),
    Structure("longest_first", "shifter's longest stage first", "longest_first"),
    Structure("three_per_element", "3x in each AE", "three_per_element", shared=(OUR_DECODER,)),
    Structure("codes", "decoder in each AE", form="codes", lane=CODES_LANE, shared=(OUR_TRIPLE,)),
    Structure("negated_last", "negation behind the shift", "negated_last"),
    Structure("twos_complement", "two's complement in each AE", "twos_complement"),
    Structure("half_sums", "tree of adders for each half", "half_sums"),
    Structure("one_sum", "tree of adders", "one_sum"),
    Structure("wide", "accumulator of 32 bits", constants={"ACCUMULATOR_WIDTH": "32"}),
)


def structure_points(structures: Sequence[Structure], library: Library, show: Show) -> list[dict[str, Any]]:
    """Return area, energy of a multiply-accumulate and shortest period of each structure, shared parts pro rata.

    period_ps: of the lane's netlist that is made for speed. glitch_energy_j: with glitches. compared: entries, products
    and decoded weights that agreed with the integer model. Raises PpaError when one does not, or when a netlist is not
    shown equal to its RTL.
    """
    parts = {part.block.name: part for structure in structures for part in structure.parts}
    with ThreadPoolExecutor(PROCESSES) as pool:
        found = pool.map(lambda part: smallest(part.block, library, show, deep=False), parts.values())
        results = dict(zip(parts, found, strict=True))
        lanes = [structure.parts[0].block for structure in structures]
        fast = list(pool.map(lambda lane: fastest(lane, library, show, thorough=False)[0], lanes))
    clock_ps = max(CLOCK_PS, round(MARGIN * max(result.paths[0].period_ps for result in results.values())))
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        jobs: dict[tuple[str, bool], Future[Power]] = {}
        for name, part in parts.items():
            stimulus = part.stimulus()
            for glitches in (False, True):
                job = pool.submit(power, results[name].netlist, library, clock_ps, glitches=glitches, stimulus=stimulus)
                job.add_done_callback(partial(_tell, show, f"{name}: power"))
                jobs[name, glitches] = job
        powers = {key: job.result() for key, job in jobs.items()}
    return [_point(structure, results, powers, made) for structure, made in zip(structures, fast, strict=True)]


def _tell(show: Show, what: str, _: Future[Power]) -> None:
    show(what)


def _point(
    structure: Structure, results: dict[str, Result], powers: dict[tuple[str, bool], Power], fast: Result
) -> dict[str, Any]:
    names = [part.block.name for part in structure.parts]
    return {
        "name": structure.name,
        "what": structure.what,
        "area": sum(results[name].netlist.area for name in names),
        "period_ps": fast.paths[0].period_ps,
        "energy_j": sum(powers[name, False].energy_per_op_j for name in names),
        "glitch_energy_j": sum(powers[name, True].energy_per_op_j for name in names),
        "compared": sum(powers[name, glitches].compared for name in names for glitches in (False, True)),
    }
