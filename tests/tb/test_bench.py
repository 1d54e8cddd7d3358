"""Building and running: models are cached by their inputs, failures and empty runs are seen."""

from dataclasses import replace
from pathlib import Path

import pytest

from tb import bench
from tb.bench import Bench, BenchError, Waves, build, parse_results, pick_seed, run

COUNTER = """module counter #(parameter WIDTH = 4) (input wire clk, output reg [WIDTH-1:0] count);
    initial count = 0;
    always @(posedge clk) count <= count + 1'b1;
endmodule
"""
TESTS = """import cocotb
from cocotb.triggers import Timer

@cocotb.test()
async def test_good(dut):
    await Timer(1, "ns")
    assert int(dut.count.value) == 0

@cocotb.test()
async def test_bad(dut):
    await Timer(1, "ns")
    assert int(dut.count.value) == 1, "the count is wrong"
"""


@pytest.fixture
def counter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(bench, "MODELS", tmp_path / "models")
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "counter.v").write_text(COUNTER)
    (tmp_path / "counter_tests.py").write_text(TESTS)
    return Bench("counter", (tmp_path / "counter.v",), {}, "icarus")


def test_model_is_built_once(counter: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build(counter)
    monkeypatch.setattr(bench, "_compile", pytest.fail)
    assert build(counter) == first


def test_every_input_changes_the_model(counter: Bench) -> None:
    models = {build(counter), build(replace(counter, parameters={"WIDTH": 5})), build(replace(counter, waves="vcd"))}
    source = counter.sources[0]
    source.write_text(COUNTER + "// changed\n")
    models.add(build(counter))
    assert len(models) == 4


def test_only_the_named_modules_are_covered(counter: Bench, tmp_path: Path) -> None:
    inner = tmp_path / "inner.v"
    inner.write_text("module inner(input wire a, output wire b); assign b = a; endmodule\n")
    outer = counter.sources[0]
    outer.write_text(COUNTER.replace("endmodule", "    inner u_inner(.a(clk), .b());\nendmodule"))
    both = replace(counter, sources=(inner, outer), sim="verilator")
    for covered, others in (("inner", outer), ("counter", inner)):
        run(replace(both, covered=(covered,)), "counter_tests", "test_good", 1, [], {}, tmp_path / "run", quiet=True)
        text = (tmp_path / "run" / "coverage.dat").read_text()
        assert f"{covered}.v" in text
        assert others.name not in text
    run(both, "counter_tests", "test_good", 1, [], {}, tmp_path / "run", quiet=True)
    assert not (tmp_path / "run" / "coverage.dat").exists()


def test_interrupted_build_leaves_no_model(counter: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: Bench, folder: Path) -> None:
        (folder / "half").touch()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bench, "_compile", interrupt)
        with pytest.raises(KeyboardInterrupt):
            build(counter)
    assert list(bench.MODELS.iterdir()) == []
    assert (build(counter) / "sim.vvp").exists()


def test_broken_verilog_shows_the_compilers_words(counter: Bench) -> None:
    counter.sources[0].write_text("module counter(; endmodule\n")
    with pytest.raises(BenchError, match=r"counter does not build with icarus:\n(.|\n)*syntax error"):
        build(counter)
    assert list(bench.MODELS.iterdir()) == []


def test_results_name_the_failing_test(counter: Bench, tmp_path: Path) -> None:
    results = run(counter, "counter_tests", None, 1, [], {}, tmp_path / "run", quiet=True)
    assert [(result.name.split(".")[-1], result.passed) for result in results] == [
        ("test_good", True),
        ("test_bad", False),
    ]
    assert "the count is wrong" in results[1].message


def test_filter_selects_tests(counter: Bench, tmp_path: Path) -> None:
    results = run(counter, "counter_tests", "test_good", 1, [], {}, tmp_path / "run", quiet=True)
    assert [result.passed for result in results] == [True]


def test_run_without_tests_is_an_error(counter: Bench, tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="no test was executed"):
        run(counter, "counter_tests", "no_such_test", 1, [], {}, tmp_path / "run", quiet=True)


def test_run_that_dies_is_an_error(counter: Bench, tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="without results"):
        run(counter, "no_such_module", None, 1, [], {}, tmp_path / "run", quiet=True)


@pytest.mark.parametrize(
    ("sim", "waves", "starts"),
    [("icarus", "vcd", b"$date"), ("verilator", "vcd", b"$version"), ("verilator", "fst", b"\0")],
)
def test_waves(counter: Bench, tmp_path: Path, sim: str, waves: Waves, starts: bytes) -> None:
    dump = '    initial begin $dumpfile("dump.vcd"); $dumpvars; end\nendmodule'
    counter.sources[0].write_text(COUNTER.replace("endmodule", dump))
    waved = replace(counter, sim=sim, waves=waves)
    run(waved, "counter_tests", "test_good", 1, [], {}, tmp_path / "run", quiet=True)
    assert (tmp_path / "run" / "dump.vcd").read_bytes().startswith(starts)


def test_missing_results(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="without results"):
        parse_results(tmp_path / "results.xml", tmp_path / "sim.log")


def test_seed_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEED", "17")
    assert pick_seed() == 17
    monkeypatch.setenv("SEED", "abc")
    with pytest.raises(BenchError, match="SEED=abc: expected a number"):
        pick_seed()
