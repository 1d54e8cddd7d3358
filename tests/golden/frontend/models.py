"""Networks in the styles that users bring, small, with random weights and statistics."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Lambda(nn.Module):
    """A function as a module."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


def option_a(planes: int) -> Lambda:
    return Lambda(lambda x: F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, planes // 4, planes // 4), "constant", 0))


class BasicBlock(nn.Module):
    def __init__(self, before: int, planes: int, stride: int, option: str) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.shortcut: nn.Module = nn.Sequential()
        if stride != 1 and option == "A":
            self.shortcut = option_a(planes)
        elif stride != 1:
            self.shortcut = nn.Sequential(nn.Conv2d(before, planes, 1, stride, bias=False), nn.BatchNorm2d(planes))

    def forward(self, x: Tensor) -> Tensor:
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += self.shortcut(x)
        return F.relu(out)


class CifarResNet(nn.Module):
    """Of 6 n + 2 layers, as for CIFAR-10."""

    def __init__(self, n: int = 1, option: str = "A") -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        widths = [(8, 8, 1), *[(8, 8, 1)] * (n - 1), (8, 16, 2), *[(16, 16, 1)] * (n - 1), (16, 32, 2)]
        self.layers = nn.Sequential(*[BasicBlock(*width, option) for width in widths])
        self.linear = nn.Linear(32, 10)

    def forward(self, x: Tensor) -> Tensor:
        out = self.layers(F.relu(self.bn1(self.conv1(x))))
        out = F.avg_pool2d(out, out.size()[3])
        return self.linear(out.view(out.size(0), -1))


class Bottleneck(nn.Module):
    def __init__(self, before: int, planes: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, planes, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * 4, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.relu = nn.ReLU(inplace=True)
        self.downsample: nn.Module | None = None
        if stride != 1 or before != planes * 4:
            conv = nn.Conv2d(before, planes * 4, 1, stride, bias=False)
            self.downsample = nn.Sequential(conv, nn.BatchNorm2d(planes * 4))

    def forward(self, x: Tensor) -> Tensor:
        identity = x if self.downsample is None else self.downsample(x)
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        return self.relu(self.bn3(self.conv3(out)) + identity)


class ResNet(nn.Module):
    """In the style of torchvision: 7x7 stem, max pooling, bottlenecks."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = nn.Sequential(Bottleneck(8, 4, 1), Bottleneck(16, 4, 1))
        self.layer2 = nn.Sequential(Bottleneck(16, 8, 2), Bottleneck(32, 8, 1))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(32, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        return self.fc(torch.flatten(self.avgpool(self.layer2(self.layer1(x))), 1))


class InvertedResidual(nn.Module):
    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.use_res_connect = stride == 1 and before == after
        hidden = before * 3
        self.conv = nn.Sequential(
            nn.Conv2d(before, hidden, 1, bias=False),
            nn.BatchNorm2d(hidden),
            nn.ReLU6(inplace=True),
            nn.Conv2d(hidden, hidden, 3, stride, 1, groups=hidden, bias=False),
            nn.BatchNorm2d(hidden),
            nn.Hardtanh(0, 6, inplace=True),
            nn.Conv2d(hidden, after, 1, bias=False),
            nn.BatchNorm2d(after),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv(x) if self.use_res_connect else self.conv(x)


class MobileNetV2(nn.Module):
    def __init__(self, two_means: bool = False) -> None:
        super().__init__()
        stem = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU6(inplace=True))
        blocks = [InvertedResidual(8, 8, 1), InvertedResidual(8, 12, 2), InvertedResidual(12, 12, 1)]
        self.features = nn.Sequential(stem, *blocks)
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(12, 10))
        self.two_means = two_means

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        return self.classifier(x.mean(3).mean(2) if self.two_means else x.mean([2, 3]))


class Vgg(nn.Module):
    """Max pooling, and linear layers on a map of several pixels."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for before, after in ((3, 8), (8, 12)):
            layers += [nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU(True), nn.MaxPool2d(2, 2)]
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d((4, 4))
        self.classifier = nn.Sequential(
            nn.Linear(12 * 16, 20), nn.ReLU(True), nn.Dropout(), nn.Linear(20, 16), nn.ReLU(True), nn.Linear(16, 10)
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


class DenseLayer(nn.Module):
    def __init__(self, before: int, growth: int) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm2d(before)
        self.conv1 = nn.Conv2d(before, 2 * growth, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(2 * growth)
        self.conv2 = nn.Conv2d(2 * growth, growth, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        out = self.conv2(F.relu(self.norm2(self.conv1(F.relu(self.norm1(x), inplace=True)))))
        return torch.cat([x, out], 1)


class DenseNet(nn.Module):
    """Batch normalization before the convolutions, concatenation, average pooling between blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.conv0 = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.block1 = nn.Sequential(DenseLayer(8, 4), DenseLayer(12, 4))
        self.transition = nn.Sequential(
            nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 8, 1, bias=False), nn.AvgPool2d(2, 2)
        )
        self.block2 = DenseLayer(8, 4)
        self.norm = nn.BatchNorm2d(12)
        self.classifier = nn.Linear(12, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.norm(self.block2(self.transition(self.block1(self.conv0(x))))))
        return self.classifier(F.adaptive_avg_pool2d(x, 1).flatten(1))


class Squeeze(nn.Module):
    """Two branches behind one another, with the activation function after the concatenation; sizes rounded up."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2)
        self.pool = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.squeeze = nn.Conv2d(8, 4, 1)
        self.small = nn.Conv2d(4, 6, 1)
        self.large = nn.Conv2d(4, 6, 3, padding="same")
        self.last = nn.Conv2d(12, 10, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.squeeze(self.pool(F.relu(self.stem(x)))))
        x = F.relu(torch.cat((self.small(x), self.large(x)), dim=1))
        return F.relu(self.last(F.dropout(x, 0.5, self.training))).mean((-2, -1), keepdim=True).squeeze()


class Mnist(nn.Module):
    """PyTorch's first example: ReLU behind the pooling, a linear layer on a map larger than any kernel."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, 1)
        self.conv2 = nn.Conv2d(8, 16, 3, 1)
        self.dropout = nn.Dropout2d(0.25)
        self.fc1 = nn.Linear(16 * 64, 12)
        self.bn = nn.BatchNorm1d(12)
        self.fc2 = nn.Linear(12, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(F.max_pool2d(F.relu(self.conv2(F.relu(self.conv1(x)))), 3))
        x = torch.flatten(self.dropout(x), 1)
        return self.fc2(F.relu(self.bn(self.fc1(x))))


class Oddities(nn.Module):
    """Arithmetic with constants, batch norm and ReLU that stand alone, a module used twice, what nothing reads."""

    mean: Tensor
    std: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.4, 0.5, 0.6]).reshape(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor([0.2, 0.3, 0.25]).reshape(1, 3, 1, 1), persistent=False)
        self.first = nn.Conv2d(3, 8, 3, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.twice = nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.unread = nn.Conv2d(8, 8, 1)
        self.pool = nn.AvgPool2d(3, 2, 1)
        self.gain = nn.Parameter(torch.tensor(0.7))
        self.matrix = nn.Parameter(torch.randn(16, 10))

    def forward(self, x: Tensor) -> Tensor:
        x = F.pad((x - self.mean) / self.std, (0, 1, 0, 1))
        x = self.first(x)
        self.unread(x)
        branch = F.relu(self.norm(x))
        x = self.twice(self.twice(branch)).clamp(min=0, max=6) * self.gain + x * 2 - branch
        x = self.pool(torch.cat((x, torch.zeros_like(x)), 1)).clamp_min(0.0)
        x = x.view(x.size(0), x.size(1), -1).mean(2)
        return 1 - x @ self.matrix / 3


class PreActivation(nn.Module):
    """A residual block with an in-place ReLU before the shortcut branches off."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.relu = nn.ReLU(inplace=True)
        self.conv = nn.Conv2d(8, 8, 3, padding=1)
        self.last = nn.Linear(8, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        y = self.norm(x)
        z = self.conv(self.relu(y))
        return self.last((z + y + x).mean((2, 3)))


MODELS: dict[str, tuple[Callable[[], nn.Module], tuple[int, int, int]]] = {
    "cifar_resnet_a": (lambda: CifarResNet(2, "A"), (3, 32, 32)),
    "cifar_resnet_b": (lambda: CifarResNet(1, "B"), (3, 32, 32)),
    "resnet": (ResNet, (3, 64, 48)),
    "mobilenet_v2": (MobileNetV2, (3, 32, 32)),
    "mobilenet_v2_two_means": (lambda: MobileNetV2(True), (3, 32, 32)),
    "vgg": (Vgg, (3, 16, 16)),
    "densenet": (DenseNet, (3, 16, 16)),
    "squeeze": (Squeeze, (3, 31, 32)),
    "mnist": (Mnist, (1, 28, 28)),
    "oddities": (Oddities, (3, 17, 16)),
    "pre_activation": (PreActivation, (3, 16, 16)),
}


def build(name: str) -> tuple[nn.Module, Tensor]:
    """Return a model ready for inference, with random batch norm statistics, and a random input."""
    torch.manual_seed(len(name))
    create, shape = MODELS[name]
    model = create().eval()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d | nn.BatchNorm1d):
            for tensor in (module.running_mean, module.bias):
                assert tensor is not None
                nn.init.normal_(tensor, 0.0, 0.5)
            for tensor in (module.running_var, module.weight):
                assert tensor is not None
                nn.init.uniform_(tensor, 0.5, 1.5)
    return model, torch.randn(2, *shape)
