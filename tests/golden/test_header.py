"""The Verilog header holds every constant of the contract, and every field where the record has it."""

import re
import sys
from pathlib import Path

import pytest

from golden.contract import CONTRACT, RECORDS, Record
from golden.header import main, verilog_header


def defines() -> dict[str, str]:
    found = re.findall(r"^`define (\w+) (.+)$", verilog_header(), re.MULTILINE)
    assert len(dict(found)) == len(found), "a name is defined twice"
    return dict(found)


def test_every_constant() -> None:
    macros = defines()
    expected = {
        f"ASLOG_{section}_{key}".upper(): str(value)
        for section, fields in CONTRACT.items()
        if section != "record"
        for key, value in fields.items()
    }
    assert expected.items() <= macros.items()
    records = sum(len(record.widths) + 1 for record in RECORDS.values())
    assert len([name for name in macros if not name.startswith("ASLOG_REG_")]) == len(expected) + records


@pytest.mark.parametrize("record", RECORDS.values(), ids=lambda record: record.name)
def test_part_selects_cut_the_packed_fields(record: Record) -> None:
    macros = defines()
    values = {field: (0x5A5A5A5A >> index) % (1 << width) for index, (field, width) in enumerate(record.widths.items())}
    word = record.pack(**values)
    for field, value in values.items():
        low, width = map(int, macros[f"ASLOG_{record.name}_{field}".upper()].split("+:"))
        assert (word >> low) & ((1 << width) - 1) == value
    assert int(macros[f"ASLOG_{record.name}_BITS".upper()]) == record.width


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path the command is given."""
    path = tmp_path / "gen" / "aslog_defs.vh"
    monkeypatch.setattr(sys, "argv", ["header", str(path)])
    return path


def test_command_writes_once(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main()
    assert capsys.readouterr().out == f"wrote {out}\n"
    assert out.read_text() == verilog_header()
    before = out.stat().st_mtime_ns
    main()
    assert out.stat().st_mtime_ns == before
    assert capsys.readouterr().out == f"{out} is up to date\n"
    out.write_text("old")
    main()
    assert out.read_text() == verilog_header()


def test_command_that_cannot_write(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out.parent.write_text("a file where a folder is needed")
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1
