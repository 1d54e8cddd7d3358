"""Prove the arithmetic and the structure of the RTL: ``python -m tb.formal --help``."""

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Annotated

import typer
from rich.table import Table

from golden.screen import screen
from tb.bench import GENERATED, rtl_sources
from tb.formal.bounds import bounds
from tb.formal.defined import NAME, prove_defined
from tb.formal.proofs import PROOFS
from tb.formal.solver import Answer, FormalError, Proof, prepare, prove
from tb.yosys import complaints

Job = Callable[[], Answer]
WIDTHS, STRUCTURE = "widths", "structure"
NAMES = (*(proof.name for proof in PROOFS), WIDTHS, STRUCTURE, NAME)


def widths() -> Answer:
    """Check that the bits of every exact value hold its range."""
    begin = monotonic()
    small = [f"{b.name} is {b.range[0]}..{b.range[1]}, wider than {b.width} bits" for b in bounds() if not b.fits]
    return Answer(WIDTHS, "no exact value leaves its bits", monotonic() - begin, "; ".join(small))


def structure() -> Answer:
    """Check the accelerator for latches, loops, several drivers and wires without one."""
    begin = monotonic()
    claim = "no latch, combinational loop, second driver or divider in aslog"
    found = "; ".join(complaints(rtl_sources(), GENERATED))
    return Answer(STRUCTURE, claim, monotonic() - begin, found)


def jobs(only: str) -> list[Job]:
    """Return the proofs whose names hold a text, those that take longest first."""

    def arithmetic(proof: Proof) -> Job:
        return lambda: prove(proof, rtl_sources())

    known: list[tuple[str, Job]] = [(NAME, lambda: prove_defined(rtl_sources())), (STRUCTURE, structure)]
    known += [(proof.name, arithmetic(proof)) for proof in PROOFS]
    return [job for name, job in [*known, (WIDTHS, widths)] if only in name]


app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    only: Annotated[str, typer.Option(help=f"Only the proofs whose names hold this: {', '.join(NAMES)}.")] = "",
) -> None:
    """Run every proof and print what is proven. Exit status 1 when a claim is refuted, 2 when there is no answer."""
    chosen = jobs(only)
    if not chosen:
        print(f"error: no proof has {only!r} in its name: {', '.join(NAMES)}", file=sys.stderr)
        raise typer.Exit(2)
    prepare()
    table = Table("module", "what is proven", "seconds", "")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            answers = list(pool.map(lambda job: job(), chosen))
        except FormalError as error:
            print(f"error: {error}", file=sys.stderr)
            raise typer.Exit(2) from None
    for answer in answers:
        table.add_row(answer.name, answer.claim, f"{answer.seconds:.1f}", "proven" if answer.proven else "REFUTED")
    screen().print(table)
    refuted = [answer for answer in answers if not answer.proven]
    for answer in refuted:
        print(f"{answer.name}: {answer.counterexample}")
    print(f"formal: {len(answers) - len(refuted)} of {len(answers)} claims proven")
    raise typer.Exit(1 if refuted else 0)


if __name__ == "__main__":
    app()
