"""What the pipeline does: one switch for each step, and the sizes of its samples."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class PtqOptions:
    """Steps of the pipeline, each on or off, for ``quantize_network``.

    weighted: metadata and scale by the error at the layer's output rather than of the weights;
    compensated: rounding that compensates errors, column by column, with scale, metadata and BCE
    coefficient fitted to it; sequential: calibrate each layer on the bytes that reach it rather than on
    float values; float_targets: aim at the float layer's output from those bytes; validated: damp each layer as
    serves pictures held out; static, dynamic: the halves of the bias correction. windows: how many windows the
    moments of a dense layer are taken over, channel_windows: of a depthwise one; damping: fraction of each input's
    own variance added to it where that is not validated, so that inputs the calibration pictures hardly excite stay
    bounded; seed: of the choice of windows.
    Raises ValueError for a size or a damping that is not positive.
    """

    weighted: bool = True
    compensated: bool = True
    sequential: bool = True
    float_targets: bool = True
    validated: bool = True
    static: bool = True
    dynamic: bool = True
    windows: int = 1 << 15
    channel_windows: int = 1 << 12
    damping: float = 0.05
    seed: int = 0

    def __post_init__(self) -> None:
        """Check sizes and damping."""
        if min(self.windows, self.channel_windows, self.damping) <= 0:
            given = f"windows {self.windows}, channel_windows {self.channel_windows}, damping {self.damping}"
            raise ValueError(f"{given}: expected more than 0")


STEPS = {
    "weighted": "+ search weighted by the inputs",
    "static": "+ static bias correction",
    "dynamic": "+ dynamic bias correction (BCE)",
    "sequential": "+ calibration on quantized inputs",
    "compensated": "+ error-compensating rounding",
    "float_targets": "+ targets of the float network",
    "validated": "+ damping by pictures held out",
}
"""The switches of PtqOptions in the order in which an ablation turns them on, and what to call each."""


def steps(seed: int = 0) -> list[tuple[str, PtqOptions]]:
    """Return the pipeline with no step, then each step of STEPS added in turn, with what to call it."""
    options = PtqOptions(**dict.fromkeys(STEPS, False), seed=seed)
    rows = [("SLogII, to nearest, scale per channel", options)]
    for step, label in STEPS.items():
        options = replace(options, **{step: True})
        rows.append((label, options))
    return rows
