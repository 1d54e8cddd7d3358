"""Real layers through the core, compared bit for bit: ``python -m tb.core --help``."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from golden.errors import LayerError
from golden.files import write_text
from golden.layer import first_channels
from golden.networks import NETWORKS
from golden.networks.loading import RealLayer, load_layers
from golden.schedule import CoreConfig, layer_mode
from golden.screen import screen
from tb.bench import BenchError
from tb.core.job import Job
from tb.core.runner import Outcome, run_jobs
from tb.simulators import BUILD, SimulatorError

ICARUS_SIDE = 8
UNNAMED = ("resnet_fashion", "efficientnet_lite0")
"""The networks that run when none is named."""
COLUMNS = ("layer", "kind", "MACs", "cycles", "AE use", "compared", "wrong", "kcycle/s", "seconds")


def job_of(real: RealLayer, config: CoreConfig, sim: str) -> Job:
    """Return the layer as a job: whole under Verilator; its upper left corner and first two tiles under Icarus."""
    layer, x = real.layer, real.input
    if sim == "icarus":
        channels = 2 * config.tile_lanes(layer_mode(layer))
        layer = first_channels(layer, channels)
        x = x[:, : layer.channels_in, :ICARUS_SIDE, :ICARUS_SIDE]
    return Job(real.name, layer, x)


def report(net: str, reals: list[RealLayer], outcomes: list[Outcome], sim: str, seed: int) -> bool:
    """Print the table, write one JSON per layer, and return whether every output was compared and right."""
    table = Table(*COLUMNS, title=f"{net} on {sim}")
    good = True
    for real, out in zip(reals, outcomes, strict=True):
        numbers = (out.macs, out.counters["cycles"], f"{out.utilization:.1%}", out.compared, out.mismatched)
        speed = (f"{out.simulated / out.seconds / 1e3:.0f}", f"{out.seconds:.2f}")
        table.add_row(out.name, real.kind, *map(str, numbers), *speed)
        record = asdict(out) | {"cycles": out.counters["cycles"], "seed": seed}
        write_text(BUILD / "sim" / net / f"{out.name}.{sim}.json", json.dumps(record, indent=1, default=str) + "\n")
        good = good and out.good
    screen().print(table)
    for out in outcomes:
        if not out.good:
            print(f"{net} {out.name}: {out.problem()}")
        if out.waveform:
            print(f"{net} {out.name}: gtkwave {out.waveform.with_suffix('.gtkw')}")
    print(f"{net}: results in {BUILD / 'sim' / net}")
    return good and bool(outcomes)


app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    sim: Annotated[str, typer.Option(help="verilator, or icarus (which runs a corner of each layer).")] = "verilator",
    net: Annotated[
        str, typer.Option(help=f"One of {', '.join(NETWORKS)}, or a file; if not given, {', '.join(UNNAMED)}.")
    ] = "",
    layer: Annotated[str, typer.Option(help="One layer of the network; one of each kind when not given.")] = "",
    waves: Annotated[int, typer.Option(help="1: leave a waveform (FST, VCD on Icarus) of the run.")] = 0,
    seed: Annotated[int, typer.Option(help="Chooses the sample picture and the bytes without a channel.", min=0)] = 0,
    oc_lanes: Annotated[int, typer.Option(help="Output channels of a tile, a power of two.")] = 16,
    ic_lanes: Annotated[int, typer.Option(help="Input channels of a vector, a power of two.")] = 16,
) -> None:
    """Run real quantized layers through the core and compare every output with the golden model."""
    good = True
    try:
        for given in [net] if net else UNNAMED:
            name = Path(given).stem
            reals = load_layers(given, [layer] if layer else None, BUILD / "golden", seed)
            config, runs = CoreConfig(oc_lanes, ic_lanes), BUILD / "runs" / f"sim-{name}-{sim}"
            jobs = [job_of(real, config, sim) for real in reals]
            outcomes = run_jobs(jobs, config, sim, seed, runs, bool(waves), waves_dir=BUILD / "sim" / name)
            good = report(name, reals, outcomes, sim, seed) and good
    except (LayerError, SimulatorError) as error:
        print(f"make sim: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    except BenchError as error:
        print(f"make sim: {error}", file=sys.stderr)
        raise typer.Exit(1) from None
    raise typer.Exit(0 if good else 1)


if __name__ == "__main__":
    app()
