"""Random layers over the whole contract, for the core's tests."""

import random
from dataclasses import replace

import torch

from golden.compile import compact
from golden.contract import ACT_MAX, DELTA, KERNEL_MAX, M_WIDTH, PACKED_PIXEL
from golden.ladder import LEGAL_METADATA
from golden.layer import QuantizedLayer
from golden.schedule import CoreConfig, layer_mode
from tb.core.job import Job

MODES = ("dense", "depthwise", "packed")


def random_job(index: int, rng: random.Random, lanes: int) -> Job:
    """Return a layer of a random shape, stride and padding, with weights and parameters over their whole range.

    Modes take turns, and sizes of a kernel, in height or width; every fourth layer has channels that are multiples of
    the lanes, every fifth activations 0 and 255 only, every seventh the largest weights only, another seventh no
    padding. Channels go up to a few tiles.
    """
    mode = MODES[index % len(MODES)]
    sizes = [index // 2 % KERNEL_MAX + 1, rng.randint(1, KERNEL_MAX)]
    (kh, kw), stride = sizes[:: 1 if index % 2 else -1], rng.choice((1, 2))
    channels = [lanes * rng.randint(1, 2) if index % 4 == 3 else rng.randint(1, 2 * lanes + 8) for _ in range(2)]
    ic = rng.randint(1, PACKED_PIXEL) if mode == "packed" else channels[0]
    oc = ic if mode == "depthwise" else channels[1]
    groups = ic if mode == "depthwise" else 1
    pads = [rng.randint(0, k - 1) for k in (kh, kh, kw, kw)]
    if index % 6 == 5:
        pads = [rng.choice((0, KERNEL_MAX)) for _ in pads]
    if index % 7 == 3:
        pads = [0, 0, 0, 0]
    generator = torch.Generator().manual_seed(rng.getrandbits(31))

    def draw(low: int, high: int, *shape: int) -> torch.Tensor:
        return torch.randint(low, high, shape, generator=generator)

    codes = draw(0, 16, oc, ic // groups, kh, kw)
    layer = QuantizedLayer(
        name=f"random{index}",
        codes=codes | 7 if index % 7 == 6 else codes,
        metadata=torch.tensor(LEGAL_METADATA)[draw(0, len(LEGAL_METADATA), oc)],
        delta=draw(0, 1 << DELTA["width"], oc),
        bias=draw(-100_000, 100_000, oc),
        multiplier=draw(1 << (M_WIDTH - 1), 1 << M_WIDTH, oc),
        shift=draw(12, 23, oc),
        groups=groups,
        stride=stride,
        pad_top=pads[0],
        pad_bottom=pads[1],
        pad_left=pads[2],
        pad_right=pads[3],
        zero_in=rng.randint(0, ACT_MAX),
        zero_out=rng.randint(0, ACT_MAX),
        clamp_low=rng.randint(0, 20),
        clamp_high=rng.randint(200, ACT_MAX),
    )
    x = draw(0, ACT_MAX + 1, 1, ic, rng.randint(kh, 14), rng.randint(kw, 14))
    if index % 5 == 4:
        x = (x > ACT_MAX // 2).long() * ACT_MAX
    return Job(layer.name, layer, x, stall=index % 2 == 1)


def scattered(job: Job, config: CoreConfig, rng: random.Random) -> Job:
    """Return the job with its input somewhere in a ring that it often wraps, and gaps between pixels and rows."""
    height, width = job.x.shape[2:]
    place = compact(job.layer, height, width, config)
    packed = layer_mode(job.layer) == "packed"
    vectors = place.in_pitch
    pitch = 1 if packed else vectors + rng.randint(0, 2)
    row = width * pitch + rng.randint(0, 5)
    span = (height - 1) * row + (width - 1) * pitch + vectors
    words = (-(-span * PACKED_PIXEL // config.ic_lanes) if packed else span) + rng.choice((0, 1, 40))
    words += words % 2 if packed else 0
    start = rng.choice((0, rng.randint(0, 300)))
    place = replace(
        place,
        activation_base=start + rng.randrange(words),
        in_pitch=pitch,
        in_row=row,
        ring_end=start + words,
        ring_words=words,
        out_pitch=place.out_pitch + rng.choice((0, 0, 3)),
    )
    return replace(job, place=place)
