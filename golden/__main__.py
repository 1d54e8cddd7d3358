"""Command line of the golden model: ``python -m golden --help``."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from golden.commands.ablation import measure_ablation
from golden.commands.accuracy import measure_accuracy
from golden.commands.benchmark import measure_speed
from golden.commands.subject import KINDS, Request
from golden.data.preparation import Preparation
from golden.files import BUILD
from golden.networks import NETWORKS, SUFFIX, network_module
from golden.networks.integer import QuantizedNetwork, agreement, integer_outputs
from golden.networks.loading import load_network_cached
from golden.networks.store import load_network, load_samples
from golden.screen import screen

Cache = Annotated[Path, typer.Option(help="Folder of the quantized networks.")]
CACHE = BUILD / "golden"

app = typer.Typer(help="Quantize the networks that ship with ASLog.", no_args_is_help=True, rich_markup_mode=None)


def cached_network(net: str, cache: Path) -> tuple[Path, QuantizedNetwork]:
    """Return a network and its file: the file named, or one quantized into the cache, and say where the cache is.

    Raises LayerError for an unknown network or a damaged file.
    """
    if net.endswith(SUFFIX):
        return Path(net), load_network(Path(net))
    path = load_network_cached(net, cache)
    network = load_network(path)
    typer.echo(f"{net}: the quantized network is in {cache}", err=True)
    return path, network


@app.command()
def quantize(net: Annotated[str, typer.Argument(help=f"One of {', '.join(NETWORKS)}.")], cache: Cache = CACHE) -> None:
    """Quantize a network into the cache and compare it with float on its sample pictures."""
    module = network_module(net)
    _, network = cached_network(net, cache)
    result = agreement(module.graph(), network, module.sample_pictures())
    print(
        f"{net}: outputs have a cosine similarity of {result.cosine:.4f} with float, "
        f"{result.same_top1} of {result.pictures} pictures the same first class"
    )


@app.command()
def layers(
    net: Annotated[str, typer.Argument(help=f"One of {', '.join(NETWORKS)}, or a network file.")], cache: Cache = CACHE
) -> None:
    """List a network's layers: kind, shapes and multiply-accumulates."""
    path, network = cached_network(net, cache)
    table = Table("layer", "kind", "weights", "input", "output", "MACs", title=net)
    for node, x, y in integer_outputs(network, load_samples(path)[:1]):
        if node.name in network.layers:
            codes = network.layers[node.name].codes
            shapes = ("x".join(map(str, shape)) for shape in (codes.shape, x.shape[1:], y.shape[1:]))
            table.add_row(node.name, node.kind, *shapes, str(codes[0].numel() * y.numel()))
    screen().print(table)


def numbers(text: str) -> tuple[float, ...]:
    """Read numbers with commas between. Raises typer.BadParameter for anything else."""
    try:
        return tuple(float(number) for number in text.split(",")) if text else ()
    except ValueError:
        raise typer.BadParameter(f"{text!r}, expected numbers with commas between") from None


Net = Annotated[str, typer.Argument(help=f"{KINDS}.")]
Data = Annotated[Path | None, typer.Option(help="Folder of labelled pictures, see docs/quantize.md.")]
Calibration = Annotated[int | None, typer.Option(help="Number of pictures that calibrate.", min=1)]
Seed = Annotated[int, typer.Option(help="Draws the calibration pictures.", min=0, max=(1 << 63) - 1)]
Out = Annotated[Path, typer.Option(help="Folder of the results.")]
Mean = Annotated[str, typer.Option(help="Mean of each channel of an ONNX file's input, pixels from 0 to 1.")]
Std = Annotated[str, typer.Option(help="Standard deviation of each channel, as --mean.")]
Crop = Annotated[float, typer.Option(help="Part of a picture's shorter side that an ONNX file takes.")]


@app.command()
def accuracy(
    net: Net,
    data: Data = None,
    calibration: Calibration = None,
    seed: Seed = 0,
    out: Out = BUILD / "accuracy",
    mean: Mean = "",
    std: Std = "",
    crop: Crop = 1.0,
) -> None:
    """Quantize a network, score float and quantized, write results and network file."""
    preparation = Preparation(crop, numbers(mean), numbers(std))
    measure_accuracy(Request(net, data, calibration, seed, preparation), out)


@app.command()
def ablation(
    net: Net,
    data: Data = None,
    calibration: Calibration = None,
    seed: Seed = 0,
    out: Out = BUILD / "ablation",
    mean: Mean = "",
    std: Std = "",
    crop: Crop = 1.0,
) -> None:
    """Score other weight grids and the pipeline, one step added after the other."""
    preparation = Preparation(crop, numbers(mean), numbers(std))
    measure_ablation(Request(net, data, calibration, seed, preparation), out)


@app.command()
def benchmark(
    net: Annotated[str, typer.Argument(help=f"One of {', '.join(NETWORKS)}.")],
    cache: Cache = CACHE,
    pictures: Annotated[int, typer.Option(help="Pictures in a batch.", min=1)] = 24,
    repeats: Annotated[int, typer.Option(help="Evaluations of each kind, in turns.", min=1)] = 5,
) -> None:
    """Time the integer golden beside the same network in float32 PyTorch."""
    module = network_module(net)
    _, network = cached_network(net, cache)
    samples = module.sample_pictures()
    batch = samples.repeat(-(-pictures // len(samples)), 1, 1, 1)[:pictures]
    measure_speed(module.graph(), network, batch, repeats)


def main() -> None:
    """Run the command line; wrong input or a file out of reach is one line on standard error and exit status 2."""
    try:
        app()
    except (ValueError, OSError, ModuleNotFoundError) as error:
        typer.echo(f"error: {error}", err=True)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
