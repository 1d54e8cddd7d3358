"""Rows of bands and pieces of rings against loops over rows."""

from hypothesis import given
from hypothesis import strategies as st

from golden.program.bands import Ring, Window, cut, highest


@given(st.integers(1, 60), st.integers(1, 60))
def test_bands_cover_the_rows_in_order_and_none_is_too_high(rows: int, height: int) -> None:
    bands = cut(rows, height)
    assert [row for band in bands for row in band] == list(range(rows))
    assert min(map(len, bands)) >= 1
    assert max(map(len, bands)) <= height


@given(st.integers(1, 9), st.integers(0, 9), st.integers(0, 30), st.integers(1, 9))
def test_pieces_lie_behind_one_another_and_inside_the_ring(rows: int, first: int, start: int, count: int) -> None:
    ring = Ring(100, rows, 5, first)
    wanted = range(first + start, first + start + min(count, rows))
    pieces = ring.pieces(wanted)
    assert [y for piece in pieces for y in piece] == list(wanted)
    assert len(pieces) <= 2
    for piece in pieces:
        places = [ring.place(y) for y in piece]
        assert places == list(range(places[0], places[0] + 5 * len(piece), 5))
        assert ring.start <= places[0]
        assert places[-1] + 5 <= ring.end


@st.composite
def _windows(draw: st.DrawFn) -> tuple[Window, range]:
    """Draw a window operation and a band of its output rows."""
    kernel, stride, pad = draw(st.integers(1, 7)), draw(st.integers(1, 3)), draw(st.integers(0, 6))
    height = draw(st.integers(1, 30))
    below = draw(st.integers(max(0, kernel - pad - height), 7))
    out = (height + pad + below - kernel) // stride + 1
    first = draw(st.integers(0, out - 1))
    window = Window(kernel, stride, pad, height, out)
    return window, range(first, draw(st.integers(first + 1, out)))


@given(_windows())
def test_a_window_sees_the_rows_that_its_outputs_touch(drawn: tuple[Window, range]) -> None:
    window, band = drawn
    touched = {
        row
        for output in band
        for row in range(output * window.stride - window.pad, output * window.stride - window.pad + window.kernel)
    }
    inside = [row for row in range(min(touched), max(touched) + 1) if 0 <= row < window.height]
    rows = window.rows(band)
    assert 0 <= rows.start < rows.stop <= window.height
    if inside:
        assert (rows.start, rows.stop) == (inside[0], inside[-1] + 1)
    assert len(rows) <= max(window.most(len(band)), 1)


@given(_windows())
def test_pads_and_rows_make_exactly_the_band(drawn: tuple[Window, range]) -> None:
    window, band = drawn
    rows, (above, below) = window.rows(band), window.pads(band)
    assert rows.start - above == band.start * window.stride - window.pad
    assert (len(rows) + above + below - window.kernel) // window.stride + 1 == len(band)


@given(st.integers(0, 40), st.integers(0, 9), st.integers(0, 9), st.integers(0, 200))
def test_highest_is_the_last_height_that_fits(most: int, base: int, step: int, room: int) -> None:
    fits = [height for height in range(1, most + 1) if base + step * height <= room]
    assert highest(most, lambda height: base + step * height, room) == max(fits, default=0)
