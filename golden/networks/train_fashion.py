"""Train the ResNet on Fashion-MNIST: ``python -m golden.networks.train_fashion --seed 0 --out FILE``."""

from pathlib import Path
from typing import Annotated, TypeVar

import torch
import typer
from rich.progress import Progress
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from golden.data.idx import fashion_mnist, read_split
from golden.files import replacing
from golden.float_layer import fold_batch_norm
from golden.networks.graph import logits
from golden.networks.resnet_fashion import CLASSES, PIXEL, WEIGHTS, WIDTHS, build

BATCH = 128
PEAK_RATE = 0.1
CALIBRATION = 64
SAMPLES = 64
Network = TypeVar("Network", bound=nn.Module)


class ConvNorm(nn.Module):
    """A convolution without bias and its batch normalization; the padding keeps the size at stride 1."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int, stride: int = 1) -> None:
        """Create both."""
        super().__init__()
        self.conv = nn.Conv2d(channels_in, channels_out, kernel, stride, kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(channels_out)

    def forward(self, x: Tensor) -> Tensor:
        """Return the normalized output (N, OC, OH, OW)."""
        normalized: Tensor = self.norm(self.conv(x))
        return normalized

    def folded(self) -> tuple[Tensor, Tensor]:
        """Return weight and bias with the normalization folded in."""
        return fold_batch_norm(self.conv.weight, self.norm.state_dict(), self.norm.eps)


class ResNet(nn.Module):
    """The network of ``resnet_fashion.build`` with batch normalization, for training."""

    def __init__(self) -> None:
        """Create the layers under the names they have in the weights file."""
        super().__init__()
        self.convs = nn.ModuleDict({"stem": ConvNorm(1, WIDTHS[0], 3)})
        for number, width in enumerate(WIDTHS):
            before, stride = (WIDTHS[0], 1) if number == 0 else (WIDTHS[number - 1], 2)
            self.convs[f"block{number}_conv0"] = ConvNorm(before, width, 3, stride)
            self.convs[f"block{number}_conv1"] = ConvNorm(width, width, 3)
            if stride == 2:
                self.convs[f"block{number}_shortcut"] = ConvNorm(before, width, 1, stride)
        self.classifier = nn.Linear(WIDTHS[-1], CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, 10) of real pictures (N, 1, 28, 28)."""
        x = self.convs["stem"](x).relu()
        for number in range(len(WIDTHS)):
            block = f"block{number}"
            inner = self.convs[f"{block}_conv1"](self.convs[f"{block}_conv0"](x).relu())
            shortcut = self.convs[f"{block}_shortcut"](x) if f"{block}_shortcut" in self.convs else x
            x = (inner + shortcut).relu()
        logits: Tensor = self.classifier(x.mean((2, 3)))
        return logits

    def folded(self) -> dict[str, Tensor]:
        """Return the tensors ``resnet_fashion.build`` takes."""
        tensors = {"classifier.weight": self.classifier.weight, "classifier.bias": self.classifier.bias}
        for name, conv in self.convs.items():
            layer = name.replace("_", ".")
            assert isinstance(conv, ConvNorm)
            tensors[f"{layer}.weight"], tensors[f"{layer}.bias"] = conv.folded()
        return {name: tensor.detach().contiguous() for name, tensor in tensors.items()}


def train(network: Network, pictures: Tensor, labels: Tensor, epochs: int) -> Network:
    """Train on pictures, uint8 (N, 1, 28, 28), with one learning rate cycle; half of them mirrored."""
    steps = len(pictures) // BATCH
    optimizer = torch.optim.SGD(network.parameters(), PEAK_RATE, momentum=0.9, weight_decay=5e-4, nesterov=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, epochs * steps, pct_start=0.25)
    with Progress() as progress:
        task = progress.add_task("training", total=epochs * steps)
        for _ in range(epochs):
            for batch in torch.randperm(len(pictures))[: steps * BATCH].reshape(steps, BATCH):
                x = PIXEL.dequantize(pictures[batch]).float()
                mirrored = torch.where(torch.rand(BATCH, 1, 1, 1) < 0.5, x.flip(3), x)
                loss = cross_entropy(network(mirrored), labels[batch])
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                schedule.step()
                progress.update(task, advance=1, description=f"loss {loss.item():.3f}")
    network.eval()
    return network


def main(
    out: Annotated[Path, typer.Option(help="File to write.")] = WEIGHTS,
    seed: Annotated[int, typer.Option(help="Seed of weights, order and mirroring.")] = 0,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the training pictures.")] = 8,
    data: Annotated[Path | None, typer.Option(help="Folder of the data set, else Debian's package.")] = None,
) -> None:
    """Train, measure the accuracy of the folded float network on the test split, write the weights file.

    The file also holds a few pictures, so that quantizing and testing need no data set.
    """
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)
    folder = data or fashion_mnist()
    pictures, labels = read_split(folder, "train")
    test, test_labels = read_split(folder, "t10k")
    tensors = train(ResNet(), pictures, labels, epochs).folded()
    network = build(tensors)
    right = sum(int((logits(network, test[i::20]).argmax(1) == test_labels[i::20]).sum()) for i in range(20))
    accuracy = f"{right / len(test):.4f}"
    chosen = torch.randperm(len(pictures))[:CALIBRATION]
    tensors["pictures.calibration"] = pictures[chosen].contiguous()
    tensors["pictures.sample"] = test[:SAMPLES].contiguous()
    tensors["pictures.sample_labels"] = test_labels[:SAMPLES].to(torch.uint8)
    with replacing(out) as temporary:
        save_file(tensors, temporary, {"test_accuracy": accuracy, "seed": str(seed), "epochs": str(epochs)})
    print(f"test accuracy {accuracy} of {len(test)} pictures; wrote {out}")


if __name__ == "__main__":
    typer.run(main)
