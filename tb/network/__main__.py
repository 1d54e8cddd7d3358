"""A whole network on the accelerator in simulation, compared bit for bit: ``python -m tb.network --help``."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from rich.table import Table
from torch import Tensor

from golden.commands.subject import progress_bar
from golden.data import DataError
from golden.data.folder import PictureFiles
from golden.data.preparation import Preparation
from golden.errors import LayerError
from golden.files import write_text
from golden.networks import NETWORKS, SUFFIX, backbones, network_module
from golden.networks.integer import QuantizedNetwork, integer_logits
from golden.networks.loading import load_network_cached
from golden.networks.store import load_network, load_preparation, load_samples
from golden.program.plan import Program, compile_network
from golden.program.system import SystemConfig
from golden.program.timing import schedule
from golden.schedule import CoreConfig
from golden.screen import screen
from tb.bench import RUNS, BenchError
from tb.network.report import Row, measured, rows, totals
from tb.network.runner import NetworkOutcome, Simulation, run_network
from tb.simulators import BUILD, SimulatorError

BACKBONES = {"vgg16": backbones.vgg16, "resnet18": backbones.resnet18}
COLUMNS = ("operation", "unit", "MACs", "cycles", "predicted", "AE use", "weights", "drain", "window", "other", "idle",
           "bytes", "predicted", "OPs/byte")  # fmt: skip
FIRST_CLASSES = 5
LONGEST_WAVEFORM = 20_000
RESULTS = BUILD / "net"


def subject(net: str, given: str, seed: int) -> tuple[str, QuantizedNetwork, Tensor, Tensor]:
    """Return a network's name, the network, the picture to run, and other sample pictures, uint8 (N, C, H, W).

    Raises LayerError or DataError for an unknown network, a damaged file or picture.
    """
    preparation = Preparation()
    if net in BACKBONES:
        network = BACKBONES[net](seed)
        generator = torch.Generator().manual_seed(seed)
        samples = torch.randint(0, 256, (1, *network.graph.shape), dtype=torch.uint8, generator=generator)
    elif net.endswith(SUFFIX):
        network, samples, preparation = load_network(Path(net)), load_samples(Path(net)), load_preparation(Path(net))
    else:
        module = network_module(net)
        path = load_network_cached(net, BUILD / "golden")
        network, samples = load_network(path), load_samples(path)
        preparation = Preparation(getattr(module, "CROP", 1.0))
    picture = samples[seed % len(samples)]
    if given:
        picture = PictureFiles([Path(given)], network.graph.shape, preparation, network.graph.input)[:1][0]
    return Path(net).stem, network, picture, samples


def answer(network: QuantizedNetwork, outcome: NetworkOutcome, samples: Tensor) -> dict[str, Any]:
    """Return what the network says: the first classes, or of an embedding its distances to those of the samples."""
    last = network.graph.nodes[-1].name
    values = network.affines[last].dequantize(torch.from_numpy(outcome.output.copy()).long()).flatten()
    if network.graph.name == "dlib_face":
        others = integer_logits(network, samples)
        return {"distances to the samples": [round(float((other - values).norm()), 4) for other in others]}
    if outcome.output.shape[1:] != (1, 1):
        return {"output": list(outcome.output.shape)}
    best = values.topk(min(FIRST_CLASSES, len(values)))
    pairs = zip(best.indices.tolist(), best.values.tolist(), strict=True)
    return {"classes": {str(index): round(value, 4) for index, value in pairs}}


def show(name: str, table: list[Row], figures: dict[str, Any]) -> None:
    """Print a row for each operation and the figures of the whole run."""
    shown = Table(*COLUMNS, title=name)
    for row in table:
        use = f"{row.utilization:.1%}" if row.macs else ""
        intensity = f"{row.intensity:.0f}" if row.macs and row.moved else ""
        stalls = [str(value) if row.macs else "" for value in row.stalls.values()]
        counts = (row.macs or "", row.cycles, row.predicted_cycles)
        shown.add_row(
            row.name, row.kind, *map(str, counts), use, *stalls, str(row.moved), str(row.predicted_moved), intensity
        )
    screen().print(shown)
    print(
        f"{name}: {figures['cycles']} cycles ({figures['predicted_cycles']} predicted), AE use "
        f"{figures['utilization']:.1%}, {figures['bytes']} bytes on the bus ({figures['predicted_bytes']} predicted, "
        f"{figures['bytes_over_compulsory']:.2f} of the compulsory), {figures['ops_per_byte']:.0f} OPs/byte"
    )


def waveform(program: Program, outcome: NetworkOutcome, layer: str, sim: str, seed: int, folder: Path) -> Path:
    """Run again for a waveform of an operation's first cycles only, and return its file."""
    number = [work.name for work in program.lowered.works].index(layer)
    spans = [
        interval
        for command, interval in zip(program.commands, measured(program, outcome.events), strict=True)
        if command.number == number
    ]
    first, last = min(span.first for span in spans), max(span.last for span in spans)
    simulation = Simulation(program, sim, seed, RUNS / f"net-waves-{sim}")
    simulation.run(dump=range(first, min(last, first + LONGEST_WAVEFORM)))
    folder.mkdir(parents=True, exist_ok=True)
    suffix = "fst" if sim == "verilator" else "vcd"
    return (simulation.images / "dump.vcd").rename(folder / f"{layer}.{suffix}")


app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    net: Annotated[
        str, typer.Option(help=f"One of {', '.join((*NETWORKS, *BACKBONES))}, or a network file.")
    ] = "resnet_fashion",
    picture: Annotated[str, typer.Option(help="A picture file; a sample picture when not given.")] = "",
    sim: Annotated[str, typer.Option(help="verilator or icarus.")] = "verilator",
    layer: Annotated[str, typer.Option(help="Leave a waveform of the first cycles of this operation.")] = "",
    seed: Annotated[int, typer.Option(min=0, help="Chooses the sample picture and random weights.")] = 0,
    stall: Annotated[int, typer.Option(help="1: the memory waits at random.")] = 0,
    oc_lanes: Annotated[int, typer.Option(help="Output channels of a tile, a power of two.")] = 16,
    ic_lanes: Annotated[int, typer.Option(help="Input channels of a vector, a power of two.")] = 16,
    activation_words: Annotated[int, typer.Option(help="Activation buffer, words of IC_LANES bytes.")] = 8192,
    weight_rows: Annotated[int, typer.Option(help="Weight buffer, rows of IC_LANES codes.")] = 8192,
    parameter_words: Annotated[int, typer.Option(help="Parameter buffer, channels.")] = 2048,
    data_width: Annotated[int, typer.Option(help="Bits of the bus: 64, 128 or 256.")] = 128,
) -> None:
    """Run a whole network on the accelerator, compare every operation's output, and show cycles and traffic."""
    try:
        name, network, chosen, samples = subject(net, picture, seed)
        core = CoreConfig(oc_lanes, ic_lanes)
        system = SystemConfig(core, activation_words, weight_rows, parameter_words, data_width)
        program = compile_network(network, chosen, system)
        names = [work.name for work in program.lowered.works]
        if layer and layer not in names:
            raise LayerError(f"no operation {layer!r}: expected one of {', '.join(names)}")
        outcome = _run(name, network, chosen, program, sim, seed, bool(stall))
        folder = RESULTS / name
        if outcome.ended and not outcome.failed:
            table = rows(program, outcome)
            figures = totals(program, outcome, table)
            result = {"network": name, "system": asdict(system), "seed": seed, "compared": outcome.compared,
                      "wrong": outcome.wrong, "seconds": outcome.seconds, "totals": figures,
                      "counters": outcome.counters, "answer": answer(network, outcome, samples),
                      "operations": [asdict(row) for row in table]}  # fmt: skip
            show(name, table, figures)
            print(f"{name}: {json.dumps(result['answer'])}")
            write_text(folder / f"{name}.json", json.dumps(result, indent=1) + "\n")
        if layer:
            print(f"{name}: waveform {waveform(program, outcome, layer, sim, seed, folder)}")
    except (LayerError, DataError, SimulatorError) as error:
        print(f"make net: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    except BenchError as error:
        print(f"make net: {error}", file=sys.stderr)
        raise typer.Exit(1) from None
    if not outcome.good:
        print(f"{name}: {outcome.problem()}")
        raise typer.Exit(1)
    speed = outcome.cycles / outcome.seconds / 1e3
    print(f"{name}: {outcome.compared} bytes compared, 0 wrong; {outcome.seconds:.1f} s, {speed:.0f} kcycle/s")
    print(f"{name}: results in {folder}")


def _run(
    name: str, network: QuantizedNetwork, picture: Tensor, program: Program, sim: str, seed: int, stall: bool
) -> NetworkOutcome:
    """Run the program behind a progress bar of its predicted cycles."""
    total = max(interval.last for interval in schedule(program.commands))
    works = program.lowered.works
    with progress_bar() as progress:
        bar = progress.add_task(f"{name}: build", total=total)

        def report(number: int, cycle: int) -> None:
            at = works[min(number, len(works) - 1)].name
            progress.update(bar, description=f"{name}: {at}", completed=min(cycle, total))

        folder = RUNS / f"net-{name}-{sim}"
        outcome = run_network(network, picture, program, sim, seed, folder, stall, report)
        progress.update(bar, completed=total)
    return outcome


if __name__ == "__main__":
    app()
