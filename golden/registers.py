"""The register map, read from ``registers.rdl``; ``python -m golden.registers`` writes docs/registers.md from it."""

import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from systemrdl.compiler import RDLCompiler
from systemrdl.node import AddrmapNode, FieldNode, RegNode
from systemrdl.rdltypes.builtin_enums import OnWriteType

from golden.contract_tables import markdown
from golden.files import write_text

REGISTER_FILE = Path(__file__).with_name("registers.rdl")
DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "registers.md"
ADDRESS_WIDTH = 12
"""Bits of an address of the AXI4-Lite slave."""


@dataclass(frozen=True)
class Field:
    """Bits of a register.

    access: r or rw; w1: a write of 1 does something; w1c: it clears the bit.
    reset: value after a reset, None for what the hardware gives; values: names of values.
    """

    name: str
    lsb: int
    width: int
    access: str
    reset: int | None
    meaning: str
    values: dict[str, int]

    def of(self, word: int) -> int:
        """Return the field's value in a register's word."""
        return (word >> self.lsb) & ((1 << self.width) - 1)


@dataclass(frozen=True)
class Register:
    """A register: its address in bytes, its width in bits, 32 or 64 (the low word first), and its fields by name."""

    name: str
    address: int
    width: int
    meaning: str
    fields: dict[str, Field]

    def pack(self, **values: int) -> int:
        """Return the word with these fields, 0 elsewhere. KeyError: no such field; ValueError: it does not fit."""
        word = 0
        for name, value in values.items():
            field = self.fields[name]
            if not 0 <= value < 1 << field.width:
                raise ValueError(f"{self.name}.{name} = {value} does not fit {field.width} bits")
            word |= value << field.lsb
        return word

    def unpack(self, word: int) -> dict[str, int]:
        """Return all fields of a word."""
        return {name: field.of(word) for name, field in self.fields.items()}


def _text(node: AddrmapNode | RegNode | FieldNode) -> str:
    return " ".join((node.get_property("desc") or "").split())


def _field(node: FieldNode) -> Field:
    names = node.get_property("encode")
    values = {member.name: member.value for member in names} if names else {}
    effects = {"w1": node.get_property("singlepulse"), "w1c": node.get_property("onwrite") == OnWriteType.woclr}
    access = next((name for name, applies in effects.items() if applies), node.get_property("sw").name)
    reset = node.get_property("reset")
    assert reset is None or isinstance(reset, int), f"{node.get_path()}: the reset is no constant"
    return Field(node.inst_name, node.lsb, node.width, access, reset, _text(node), values)


def _register(node: RegNode) -> Register:
    fields = {field.inst_name: _field(field) for field in node.fields()}
    return Register(node.inst_name, node.absolute_address, node.get_property("regwidth"), _text(node), fields)


@cache
def _top() -> AddrmapNode:
    compiler = RDLCompiler()
    compiler.compile_file(str(REGISTER_FILE))
    return compiler.elaborate().top


@cache
def registers() -> dict[str, Register]:
    """Return all registers by name, in the order of their addresses."""
    return {node.inst_name: _register(node) for node in _top().registers()}


def counters() -> dict[str, Register]:
    """Return the performance counters, in the order of their addresses, which follow one another."""
    return {name: register for name, register in registers().items() if register.width == 64}


def _columns(field: Field) -> tuple[object, ...]:
    """Return bits, access and reset of a field as the page shows them."""
    bits = f"{field.lsb + field.width - 1}:{field.lsb}" if field.width > 1 else field.lsb
    return bits, field.access, "" if field.reset is None else f"`0x{field.reset:x}`"


def document() -> str:
    """Return the page of the register map."""
    rows: list[tuple[object, ...]] = []
    for register in registers().values():
        place, name = f"`0x{register.address:03x}`", f"**{register.name}**"
        if list(register.fields) == ["value"]:
            value = register.fields["value"]
            meaning = ": ".join(filter(None, (register.meaning, value.meaning)))
            rows.append((place, name, *_columns(value), meaning))
            continue
        rows.append((place, name, "", "", "", register.meaning))
        for field in register.fields.values():
            names = ", ".join(f"{value} {name}" for name, value in field.values.items())
            meaning = ": ".join(filter(None, (field.meaning, names)))
            rows.append(("", field.name, *_columns(field), meaning))
    table = markdown(("address", "register, field", "bits", "access", "reset", "meaning"), rows)
    note = "Made by `python -m golden.registers` from `golden/registers.rdl`; not edited by hand."
    return f"# Registers\n\n{note}\n\n{_text(_top())}\n\n{table}"


def main() -> None:
    """Write the page."""
    try:
        write_text(DOCUMENT, document())
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(2) from None
    print(f"wrote {DOCUMENT}")


if __name__ == "__main__":
    main()
