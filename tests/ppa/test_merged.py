"""Registers that a netlist lacks: accepted only when they hold nothing of their own."""

from pathlib import Path

import pytest

from ppa.blif import cut_registers, expand_cells
from ppa.equivalence import prove, same_ports
from ppa.errors import PpaError
from ppa.merged import Side

ONE = """.model m
.inputs clk a b
.outputs y
.names a b d
11 1
.latch d x
.names x y
1 1
.end
"""
TWICE = ONE.replace(".names x y\n1 1\n", ".latch d twin\n.names x twin y\n11 1\n")
CONSTANT = ONE.replace(".names x y\n1 1\n", ".names zero none\n.latch zero zero\n.names x zero y\n10 1\n")
OTHER = TWICE.replace(".latch d twin", ".names a b or\n1- 1\n-1 1\n.latch or twin")
STICKY = ONE.replace(".names x y\n1 1\n", ".names rare c\n1 1\n.latch c rare\n.names x rare y\n10 1\n")


def side(folder: Path, name: str, text: str) -> Side:
    path = folder / f"{name}.blif"
    path.write_text(text.replace(".names zero none\n", ""))
    return Side(path, *cut_registers(path))


@pytest.mark.parametrize("text", [TWICE, CONSTANT, STICKY, ONE], ids=["twice", "constant", "sticky", "none"])
def test_register_without_a_value_of_its_own_may_go(text: str, tmp_path: Path) -> None:
    first, second = same_ports([side(tmp_path, "design", text)], side(tmp_path, "gates", ONE))
    assert prove(first, second) == "equal"


def test_claim_is_proved_with_the_rest(tmp_path: Path) -> None:
    wrong = ONE.replace("11 1", "1- 1")
    first, second = same_ports([side(tmp_path, "design", TWICE)], side(tmp_path, "gates", wrong))
    assert prove(first, second) == "different"


def test_false_claim_is_found_by_the_proof(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ppa.equivalence.claims", lambda *_: {"twin": "x"})
    first, second = same_ports([side(tmp_path, "design", OTHER)], side(tmp_path, "gates", ONE))
    assert prove(first, second) == "different"


def test_register_of_its_own_is_missed(tmp_path: Path) -> None:
    with pytest.raises(PpaError, match="register twin is missing"):
        same_ports([side(tmp_path, "design", OTHER)], side(tmp_path, "gates", ONE))


def test_register_that_only_looks_alike_is_not_claimed(tmp_path: Path) -> None:
    # rare and twin are 0 in every run from 0, but only twin follows x
    text = TWICE.replace(".latch d x", ".names a b rare q\n111 1\n.latch q rare\n.names rare a e\n11 1\n.latch e x")
    text = text.replace(".latch d twin", ".latch e twin")
    kept = text.replace(".latch e twin\n.names x twin y\n11 1\n", ".names x y\n1 1\n")
    first, second = same_ports([side(tmp_path, "design", text)], side(tmp_path, "gates", kept))
    assert prove(first, second) == "equal"


def test_constant_bits_that_became_one_bit(tmp_path: Path) -> None:
    bits = ".names none\n.latch none z[0]\n.latch none z[1]\n.names x z[0] y\n10 1\n01 1\n"
    text = ONE.replace(".names x y\n1 1\n", bits)
    kept = text.replace(".latch none z[0]\n", "").replace("x z[0] y", "x z[1] y")
    first, second = same_ports([side(tmp_path, "design", text)], side(tmp_path, "gates", kept))
    assert prove(first, second) == "equal"


def test_other_ports_are_refused(tmp_path: Path) -> None:
    more = ONE.replace(".inputs clk a b", ".inputs clk a b c")
    with pytest.raises(PpaError, match="1 ports or registers differ from the design: c"):
        same_ports([side(tmp_path, "design", ONE)], side(tmp_path, "gates", more))


def test_cell_without_function_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cells.blif"
    path.write_text(".model m\n.inputs a\n.outputs y\n.subckt BLACK A=a Y=y\n.cname u\n.end\n")
    with pytest.raises(PpaError, match="cell u is a BLACK, whose function is not known"):
        expand_cells(path, {"NOT": [[".names", "A", "Y"], ["0", "1"]]})
    expand_cells(path, {"BLACK": [[".names", "A", "n"], ["0", "1"], [".names", "n", "Y"], ["1", "1"]]})
    assert ".names a u.n\n0 1\n.names u.n y\n1 1" in path.read_text()
