"""Sample the functional coverage of a layer that the core ran and that compared equal, or that it refused."""

from golden.compile import CoreConfig, LayerProgram
from golden.integer import LayerTrace
from tb.core.job import Job
from tb.coverage.points import LayerInfo, sample_bce, sample_layer, sample_requantization


def sample(job: Job, program: LayerProgram, trace: LayerTrace, config: CoreConfig, error: str) -> None:
    """Sample mode, shape, padding and remainders; for a layer that ran also its BCE codes and requantizations."""
    layer = job.layer
    (height, width), (oh, ow), (kh, kw) = job.x.shape[2:], trace.output.shape[2:], layer.kernel
    pads = (layer.pad_top, layer.pad_bottom, layer.pad_left, layer.pad_right)
    touched = {
        "top": layer.pad_top > 0,
        "bottom": (oh - 1) * layer.stride + kh - layer.pad_top > height,
        "left": layer.pad_left > 0,
        "right": (ow - 1) * layer.stride + kw - layer.pad_left > width,
    }
    nominal = config.nominal_stripe
    vector = {"dense": config.ic_lanes, "packed": config.ic_lanes, "depthwise": config.tile_lanes("depthwise")}
    info = LayerInfo(
        mode=program.mode,
        kernel=layer.kernel,
        stride=layer.stride,
        pads=pads,
        padding_sides=[side for side, touches in touched.items() if touches],
        stripe_remainder=oh * ow % nominal != 0,
        single_stripe=oh * ow < 2 * nominal,
        ic_remainder=layer.channels_in % vector[program.mode] != 0,
        oc_remainder=layer.channels_out % config.tile_lanes(program.mode) != 0,
        back_pressure=job.stall,
        error=error,
    )
    sample_layer(info)
    if error == "none":
        sample_bce(layer.delta.numpy())
        multiplier, shift = (t[None, :, None, None].numpy() for t in (layer.multiplier, layer.shift))
        bounds = (layer.zero_out, layer.clamp_low, layer.clamp_high)
        sample_requantization(trace.total.numpy(), multiplier, shift, *bounds)
