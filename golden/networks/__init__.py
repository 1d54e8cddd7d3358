"""The networks that ship with ASLog, and what a module of one offers."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from torch import Tensor

from golden.errors import LayerError
from golden.networks.graph import Graph

if TYPE_CHECKING:
    from golden.tasks import Task

NETWORKS = ("resnet_fashion", "efficientnet_lite0", "dlib_face")
SUFFIX = ".safetensors"


class NetworkModule(Protocol):
    """What a module of this package offers for one network.

    REPRESENTATIVES names one layer of each kind. Pictures are uint8 (N, C, H, W); calibration does
    not see the sample pictures.
    """

    REPRESENTATIVES: list[str]

    def graph(self) -> Graph:
        """Return the float network."""

    def calibration_pictures(self) -> Tensor:
        """Return the unlabelled pictures the network is quantized with."""

    def sample_pictures(self) -> Tensor:
        """Return the pictures it is tried on."""

    def task(self, data: Path | None, calibration: int | None, seed: int) -> "Task":
        """Return what it is measured on.

        data: a folder, or None for the network's own; calibration: number of pictures that calibrate, or
        None for the network's own. Raises DataError for data that is missing or damaged.
        """


def network_module(net: str, files: str = "") -> NetworkModule:
    """Return the module of a network. Raises LayerError for an unknown name; ``files`` says what else is taken."""
    if net not in NETWORKS:
        raise LayerError(f"unknown network {net!r}: expected one of {', '.join(NETWORKS)}{files}")
    return cast(NetworkModule, import_module(f"{__name__}.{net}"))
