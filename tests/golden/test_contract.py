"""Packed records, and constants that hold what they must hold and no more."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from golden.contract import CONTRACT, DELTA, DESCRIPTOR, ERRORS, KERNEL_MAX, MODES, PARAMETER, VECTOR, Record

RECORD = Record("small", {"a": 3, "b": 1, "c": 8})
MAGNITUDE_MAX = 24


@st.composite
def field_values(draw: st.DrawFn, record: Record) -> dict[str, int]:
    return {field: draw(st.integers(0, (1 << width) - 1)) for field, width in record.widths.items()}


def bits(value: int) -> int:
    """Return the width of a signed field that holds +-value."""
    return value.bit_length() + 1


@pytest.mark.parametrize("record", [RECORD, DESCRIPTOR, PARAMETER], ids=lambda record: record.name)
@given(data=st.data())
def test_unpack_is_the_inverse_of_pack(record: Record, data: st.DataObject) -> None:
    values = data.draw(field_values(record))
    word = record.pack(**values)
    assert 0 <= word < 1 << record.width
    assert record.unpack(word) == values


def test_fields_lie_from_bit_0_upward() -> None:
    assert RECORD.pack(a=0b101, b=1, c=0x5A) == 0x5A << 4 | 1 << 3 | 0b101
    assert (RECORD.lsb("a"), RECORD.lsb("b"), RECORD.lsb("c"), RECORD.width) == (0, 3, 4, 12)


def test_negative_values_are_twos_complement() -> None:
    assert RECORD.pack(a=-1, b=0, c=-128) == 0x80 << 4 | 0b111


@pytest.mark.parametrize("values", [{"a": 8, "b": 0, "c": 0}, {"a": 0, "b": 0, "c": -129}, {"a": -5, "b": 0, "c": 0}])
def test_value_that_does_not_fit(values: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"small\.[ac] = -?\d+ does not fit [38] bits"):
        RECORD.pack(**values)


@pytest.mark.parametrize("values", [{"a": 0, "b": 0}, {"a": 0, "b": 0, "c": 0, "d": 0}])
def test_missing_or_unknown_field(values: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="small: expected exactly the fields"):
        RECORD.pack(**values)


def test_product_width_is_tight() -> None:
    assert CONTRACT["product"]["width"] == bits(255 * MAGNITUDE_MAX)


def test_window_of_a_depthwise_layer_is_tight() -> None:
    assert CONTRACT["window"]["depthwise_width"] == (KERNEL_MAX * KERNEL_MAX * 255).bit_length()


def test_total_holds_its_terms() -> None:
    limits = [1 << (CONTRACT["accumulator"]["width"] - 1), 1 << (CONTRACT["bias"]["width"] - 1)]
    limits.append(1 << (DELTA["term_width"] - 1))
    assert sum(limits) <= 1 << (CONTRACT["requantization"]["sum_width"] - 1)


def test_bce_term_holds_the_largest_coefficient_and_window() -> None:
    largest = 1 << ((1 << DELTA["exponent_bits"]) - 1)
    assert bits((largest * ((1 << CONTRACT["window"]["width"]) - 1) >> DELTA["frac"]) + 1) <= DELTA["term_width"]


def test_bits_of_the_delta_code_do_not_overlap() -> None:
    places = [*range(DELTA["exponent_bits"]), DELTA["sign_bit"]]
    assert places == list(range(DELTA["width"]))


def test_record_fields_have_the_width_of_what_they_hold() -> None:
    dimension, requantization = CONTRACT["dimension"], CONTRACT["requantization"]
    expected = dict.fromkeys(("height", "width", "out_height", "out_width"), dimension["width"])
    expected |= dict.fromkeys(("channels_in", "channels_out"), dimension["channel_width"])
    bases = ("activation_base", "weight_base", "parameter_base", "output_base")
    expected |= dict.fromkeys(bases, dimension["address_width"])
    expected |= dict.fromkeys(("kernel_height", "kernel_width"), CONTRACT["kernel"]["width"])
    expected |= dict.fromkeys(("pad_top", "pad_bottom", "pad_left", "pad_right"), CONTRACT["kernel"]["width"])
    expected |= dict.fromkeys(("zero_in", "zero_out", "clamp_low", "clamp_high"), CONTRACT["activation"]["width"])
    assert {field: DESCRIPTOR.widths[field] for field in expected} == expected
    assert PARAMETER.widths == {
        "metadata": CONTRACT["metadata"]["width"],
        "delta": DELTA["width"],
        "bias": CONTRACT["bias"]["width"],
        "multiplier": requantization["m_width"],
        "shift": requantization["shift_width"],
    }


def test_reserved_values_can_be_coded() -> None:
    assert CONTRACT["glue"]["shift_max"] + 1 < 1 << CONTRACT["glue"]["shift_width"] == 1 << VECTOR.widths["shift"]
    assert CONTRACT["requantization"]["shift_max"] + 1 < 1 << CONTRACT["requantization"]["shift_width"]
    assert CONTRACT["metadata"]["n2_max"] + 1 < 1 << CONTRACT["metadata"]["n2_bits"]
    assert max(MODES.values()) + 1 < 1 << DESCRIPTOR.widths["mode"]


def test_largest_kernel_fits_its_field() -> None:
    assert KERNEL_MAX.bit_length() == CONTRACT["kernel"]["width"]


def test_errors_are_numbered_in_the_order_of_the_check() -> None:
    assert list(ERRORS.values()) == list(range(len(ERRORS)))
    assert max(ERRORS.values()) < 1 << 4
