"""The compiler: from a quantized network and a picture to a program of the accelerator."""

from dataclasses import dataclass
from functools import partial

from torch import Tensor

from golden.compile import Words
from golden.contract import PACKED_PIXEL
from golden.errors import LayerError
from golden.networks.graph import INPUT
from golden.networks.integer import QuantizedNetwork
from golden.program.choices import step_cost
from golden.program.commands import Command, list_bytes, order
from golden.program.emit import Emitter, Written, packed_rows, planes_of
from golden.program.fusion import fuse
from golden.program.layer_commands import emit_layer
from golden.program.lowering import LayerWork, Lowered, lower
from golden.program.residency import choose_resident, lives
from golden.program.sizes import Sizes
from golden.program.state import State, packed_row
from golden.program.system import SystemConfig
from golden.program.vector_commands import emit_vector


@dataclass(frozen=True)
class Program:
    """A network for the accelerator.

    commands: in order, with their tokens; written: what each computing command writes; image: (address, bytes) of
    everything in memory; list_address, list_bytes: of the commands; memory_bytes: from address 0 on that the network
    uses; output: address of its output's planes.
    """

    system: SystemConfig
    lowered: Lowered
    commands: list[Command]
    written: dict[int, Written]
    image: list[tuple[int, bytes]]
    list_address: int
    list_bytes: int
    memory_bytes: int
    output: int


def compile_network(network: QuantizedNetwork, picture: Tensor, system: SystemConfig) -> Program:
    """Compile a network with its input picture, uint8 (C, H, W).

    Raises LayerError, before anything is simulated, for a network that the accelerator's parameters cannot run.
    """
    lowered = lower(network, system.core.ic_lanes)
    sizes = Sizes(system, lowered)
    state = _decided(system, lowered, sizes)
    state.addresses[INPUT] = state.emitter.put(_input_bytes(picture.numpy(), lowered, system))
    for step, room in zip(state.steps, state.layout.rooms, strict=True):
        state.reserve(step)
        if step.layer:
            emit_layer(state, step, step.layer, room)
        elif step.vector:
            emit_vector(state, step, step.vector, room)
    emitter = state.emitter
    commands = order(emitter.commands)
    data = list_bytes(commands)
    address = emitter.put(data)
    output = state.addresses[lowered.output]
    return Program(
        system, lowered, commands, emitter.written, emitter.blocks, address, len(data), emitter.memory_end, output
    )


def _decided(system: SystemConfig, lowered: Lowered, sizes: Sizes) -> State:
    """Decide which tensors stay on chip. Raises LayerError when the buffer is too small for an operation."""
    forced = {work.source for work in lowered.works if isinstance(work, LayerWork) and work.flat}
    steps = fuse(
        lowered, {lowered.output, *forced}, lambda step: sizes.least_room(step, set()) <= system.activation_words
    )
    known = lives(steps, {name: sizes.tensor_words(name) for name in lowered.shapes})
    outside = {lowered.output}
    if forced & {*outside, INPUT}:
        raise LayerError(f"{sorted(forced)[0]}: a flattened picture of this size must come from a layer")
    resident, layout = choose_resident(
        steps, known, system.activation_words, system.align, forced, outside, partial(step_cost, sizes)
    )
    if layout is None:
        depth = f"ACTIVATION_WORDS = {system.activation_words}"
        need, name = max((sizes.least_room(step, forced), step.name) for step in steps)
        if need > system.activation_words:
            raise LayerError(f"{name}: {need} words for one row of its output, expected at most {depth}")
        raise LayerError(f"flattened pictures and what stands between them do not fit {depth}")
    return State(system, lowered, sizes, steps, resident, layout, Emitter(system), {})


def _input_bytes(picture: Words, lowered: Lowered, system: SystemConfig) -> bytes:
    """Return the picture as it lies in memory. Raises LayerError when it is not of the network's shape."""
    if picture.shape != lowered.shapes[INPUT]:
        raise LayerError(f"picture of shape {picture.shape}, expected {lowered.shapes[INPUT]}")
    lanes = system.core.ic_lanes
    if lowered.packed:
        return packed_rows(picture, packed_row(picture.shape[2], lanes), PACKED_PIXEL)
    return planes_of(picture, lanes)
