"""Train a residual CNN as He et al. have for CIFAR-10, on Fashion-MNIST: ``python -m golden.networks.train_residual``.

CIFAR-10 itself is in no package registry. 6 n + 2 layers: a stem, three stages of n blocks of two 3 x 3 convolutions
with 16, 32, 64 channels, a classifier; a shortcut takes every second pixel and pads the channels with zeros.
"""

import sys
from pathlib import Path
from typing import Annotated

import torch
import typer
from torch import Tensor, nn
from torch.nn.functional import pad

from golden.data.idx import fashion_mnist, read_split
from golden.files import BUILD, replacing
from golden.networks.resnet_fashion import CLASSES, PIXEL, SHAPE
from golden.networks.train_fashion import ConvNorm, train

WIDTHS = (16, 32, 64)
SCORED = 500  # pictures at a time


class Block(nn.Module):
    """Two convolutions beside a shortcut without weights."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        """Create the convolutions."""
        super().__init__()
        self.first = ConvNorm(channels_in, channels_out, 3, stride)
        self.second = ConvNorm(channels_out, channels_out, 3)
        self.stride, self.more = stride, channels_out - channels_in

    def forward(self, x: Tensor) -> Tensor:
        """Return the sum behind its ReLU, (N, OC, OH, OW)."""
        inner: Tensor = self.second(self.first(x).relu())
        shortcut = x if self.stride == 1 else pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.more))
        return (inner + shortcut).relu()


def residual(blocks: int) -> nn.Sequential:
    """Return an untrained network of ``blocks`` blocks a stage, pictures (N, 1, 28, 28) to logits (N, 10)."""
    layers: list[nn.Module] = [ConvNorm(SHAPE[0], WIDTHS[0], 3), nn.ReLU()]
    for stage, width in enumerate(WIDTHS):
        before = WIDTHS[max(stage - 1, 0)]
        layers += [
            Block(width if number else before, width, 2 if stage and not number else 1) for number in range(blocks)
        ]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(WIDTHS[-1], CLASSES))


def main(
    blocks: Annotated[int, typer.Option(min=1, help="Blocks a stage: 3 for 20 layers, 9 for 56.")] = 3,
    out: Annotated[Path | None, typer.Option(help="ONNX file to write; build/residual<layers>.onnx.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of weights, order and mirroring.")] = 0,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the training pictures.")] = 2,
    data: Annotated[Path | None, typer.Option(help="Folder of the data set, else Debian's package.")] = None,
) -> None:
    """Train, and write the network as ONNX for ``make accuracy NET=``."""
    torch.manual_seed(seed)
    layers = 6 * blocks + 2
    out = out or BUILD / f"residual{layers}.onnx"
    folder = data or fashion_mnist()
    network = train(residual(blocks), *read_split(folder, "train"), epochs)
    test, labels = read_split(folder, "t10k")
    with torch.no_grad():
        scores = torch.cat(
            [network(PIXEL.dequantize(test[i : i + SCORED]).float()) for i in range(0, len(test), SCORED)]
        )
    right = int((scores.argmax(1) == labels).sum())
    out.parent.mkdir(parents=True, exist_ok=True)
    with replacing(out) as temporary:
        torch.onnx.export(network, (torch.zeros(1, *SHAPE),), str(temporary), dynamo=False)
    print(f"{layers} layers, test accuracy {right / len(test):.4f}; wrote {out}")


if __name__ == "__main__":
    try:
        typer.run(main)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
