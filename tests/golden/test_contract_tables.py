"""docs/contract.md is what the contract makes it, and leaves nothing of the contract out."""

import re
from pathlib import Path

import pytest

from golden import contract_tables
from golden.contract import CONTRACT, DESCRIPTOR, PARAMETER
from golden.contract_tables import DOCUMENT, comments, fill, main, section_table
from golden.ladder import magnitudes


def rows(table: str) -> list[list[str]]:
    """Return the cells of a Markdown table without its two header lines."""
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_document_is_up_to_date() -> None:
    text = DOCUMENT.read_text()
    assert fill(text) == text, "docs/contract.md is stale: python -m golden.contract_tables"


def test_document_shows_every_section() -> None:
    shown = set(re.findall(r"<!-- table: ([\w.]+) -->", DOCUMENT.read_text()))
    sections = CONTRACT.keys() - {"record"} | {f"record.{name}" for name in CONTRACT["record"]}
    in_quantities = {"activation", "product", "accumulator", "window", "bias"}
    assert shown == sections - in_quantities | {"quantities", "magnitudes"}
    quantities = {row[1].partition(".")[0] for row in rows(contract_tables.quantities())}
    assert in_quantities <= quantities


def test_every_key_has_a_comment() -> None:
    words = comments()
    for section, fields in CONTRACT.items():
        tables = (
            {f"record.{name}": record for name, record in fields.items()} if section == "record" else {section: fields}
        )
        for name, table in tables.items():
            assert [key for key in table if not words[name][key]] == []


def test_record_tables_are_contiguous() -> None:
    for record in (DESCRIPTOR, PARAMETER):
        bit = 0
        for name, bits, width, _ in rows(section_table(f"record.{record.name}"))[:-1]:
            high, low = map(int, bits.split(":"))
            assert (low, high - low + 1) == (bit, int(width)) == (record.lsb(name), record.widths[name])
            bit = high + 1
        assert bit == record.width


def test_magnitudes_of_every_word() -> None:
    for word, _, _, *levels in rows(contract_tables.magnitude_lists()):
        assert list(map(int, levels)) == magnitudes(int(word))[1:]


def test_stale_table_is_replaced_and_the_rest_kept() -> None:
    stale = "before\n<!-- table: code -->\n| old |\n<!-- end -->\nbetween <!-- end -->\n"
    assert fill(stale) == f"before\n<!-- table: code -->\n{section_table('code')}<!-- end -->\nbetween <!-- end -->\n"


def test_unknown_table() -> None:
    with pytest.raises(KeyError, match="nonsense"):
        fill("<!-- table: nonsense -->\n<!-- end -->")


def test_command_writes_the_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    document = tmp_path / "contract.md"
    monkeypatch.setattr(contract_tables, "DOCUMENT", document)
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    assert "No such file" in capsys.readouterr().err
    document.write_text("<!-- table: ladder -->\n<!-- end -->\n")
    main()
    assert document.read_text() == f"<!-- table: ladder -->\n{section_table('ladder')}<!-- end -->\n"
    assert capsys.readouterr().out == f"wrote {document}\n"
