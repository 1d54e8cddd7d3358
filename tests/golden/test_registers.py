"""The register map: addresses, words, and the page and the header made from it."""

import re
from pathlib import Path

import pytest

from golden import registers as module
from golden.header import verilog_header
from golden.registers import ADDRESS_WIDTH, DOCUMENT, Field, counters, document, main, registers


def test_registers_do_not_overlap_and_fit_the_address() -> None:
    words = [r.address + byte for r in registers().values() for byte in range(0, r.width // 8, 4)]
    assert words == sorted(set(words))
    assert max(words) < 1 << ADDRESS_WIDTH
    assert all(word % 4 == 0 for word in words)


def test_fields_do_not_overlap() -> None:
    for register in registers().values():
        bits = [bit for field in register.fields.values() for bit in range(field.lsb, field.lsb + field.width)]
        assert bits == sorted(set(bits))
        assert max(bits) < register.width
        assert register.meaning


def test_known_places() -> None:
    control, status = registers()["CONTROL"], registers()["STATUS"]
    assert (registers()["ID"].address, control.address, status.address) == (0, 8, 12)
    assert registers()["ID"].fields["value"].reset == int.from_bytes(b"ASLg", "little")
    assert control.fields["start"] == Field("start", 0, 1, "w1", 0, control.fields["start"].meaning, {})
    assert [status.fields[name].access for name in ("busy", "done", "failed")] == ["r", "w1c", "w1c"]
    sources = ("none", "fetch", "load", "layer", "vector", "store", "stopped")
    assert registers()["ERROR"].fields["source"].values == {name: value for value, name in enumerate(sources)}


def test_counters_follow_one_another() -> None:
    first = counters()["CYCLES"].address
    assert [counter.address for counter in counters().values()] == [first + 8 * i for i in range(len(counters()))]
    assert list(counters())[:4] == ["CYCLES", "READ_BYTES", "WRITE_BYTES", "LAYER_BUSY"]
    assert {counter.fields["value"].width for counter in counters().values()} == {48}


def test_words() -> None:
    error = registers()["ERROR"]
    assert error.pack(source=5, code=9) == 9 << 3 | 5
    assert error.unpack(9 << 3 | 5) == {"source": 5, "code": 9}
    with pytest.raises(ValueError, match=r"ERROR\.code = 16 does not fit 4 bits"):
        error.pack(code=16)
    with pytest.raises(KeyError, match="colour"):
        error.pack(colour=1)


def test_header() -> None:
    macros = dict(re.findall(r"^`define ASLOG_REG_(\w+) (.+)$", verilog_header(), re.MULTILINE))
    for register in registers().values():
        assert macros.pop(f"{register.name}_ADDRESS") == f"12'h{register.address:03x}"
        for field in register.fields.values():
            name = f"{register.name}_{field.name.upper()}"
            assert macros.pop(name) == f"{field.lsb}+:{field.width}"
            if field.reset is not None:
                assert macros.pop(f"{name}_RESET") == f"{field.width}'h{field.reset:x}"
            for value, number in field.values.items():
                assert macros.pop(f"{name}_{value.upper()}") == f"{field.width}'h{number:x}"
    assert macros == {"COUNTERS": "13"}


def test_page_is_up_to_date() -> None:
    assert DOCUMENT.read_text() == document(), "docs/registers.md is stale: python -m golden.registers"


def test_page_shows_every_register_and_field() -> None:
    page = document()
    for register in registers().values():
        assert f"| `0x{register.address:03x}` | **{register.name}** |" in page
        assert list(register.fields) == ["value"] or all(f"|  | {name} | " in page for name in register.fields)


def test_command_writes_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "registers.md"
    monkeypatch.setattr(module, "DOCUMENT", page)
    main()
    assert page.read_text() == document()
    assert capsys.readouterr().out == f"wrote {page}\n"
    monkeypatch.setattr(module, "DOCUMENT", page / "below a file")
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    assert capsys.readouterr().err.startswith("error: ")
