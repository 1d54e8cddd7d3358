"""Every activation x code x metadata through decoder, triple and AE, against golden.codes."""

from typing import Any

import cocotb
import numpy as np
import torch
from cocotb.triggers import Timer

from golden.codes import decode
from golden.contract import ACT_MAX, ACT_WIDTH, CODE_WIDTH, CONTRACT, LEVEL_BITS, LEVELS, META_WIDTH
from golden.ladder import LEGAL_METADATA
from tb.compare import Comparison, fields
from tb.coverage.points import export, sample_arithmetic
from tb.formal.weights import decoded

PRODUCT_WIDTH: int = CONTRACT["product"]["width"]
ACTIVATIONS = np.arange(ACT_MAX + 1)


async def read_products(dut: Any, code: int, meta: int, flip: int = 0) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return each AE's product, with the deferred +1 of a negative weight added. AE i sees i ^ flip."""
    dut.flip.value = flip
    dut.code.value = code
    dut.meta.value = meta
    await Timer(1, "ns")
    products = fields(dut.products.value.to_unsigned(), PRODUCT_WIDTH, int(dut.AES.value), signed=True)
    return products + int(dut.negative.value)


async def read_all_products(dut: Any, code: int, meta: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the product of every activation, (256,)."""
    blocks = range(0, len(ACTIVATIONS), int(dut.AES.value))
    return np.concatenate([await read_products(dut, code, meta, first) for first in blocks])


@cocotb.test()
async def test_every_combination(dut: Any) -> None:
    """Every activation, code and legal list: x * decoded weight; level 0 is zero whatever the sign."""
    comparison = Comparison()
    for meta in LEGAL_METADATA:
        weights = decode(torch.arange(1 << CODE_WIDTH).reshape(1, -1), torch.tensor([meta]))[0].tolist()
        for code, weight in enumerate(weights):
            got = await read_all_products(dut, code, meta)
            comparison.equal(f"code {code} metadata {meta}", got, ACTIVATIONS * weight)
            decoded = (2 + int(dut.three.value)) << int(dut.shift.value)
            comparison.equal(
                f"controls of code {code} metadata {meta}", int(dut.two.value) + int(dut.three.value), int(weight != 0)
            )
            comparison.equal(f"sign of code {code} metadata {meta}", int(dut.negative.value), int(weight < 0))
            if weight:
                comparison.equal(f"magnitude of code {code} metadata {meta}", decoded, abs(weight))
            sample_arithmetic(code, meta, ACTIVATIONS)
    comparison.done(minimum=len(ACTIVATIONS) * (1 << CODE_WIDTH) * len(LEGAL_METADATA))
    export()


@cocotb.test()
async def test_triple(dut: Any) -> None:
    """3 x of every activation, each seen by several instances."""
    comparison = Comparison()
    instances = np.arange(int(dut.AES.value))
    for flip in (*ACTIVATIONS.tolist(), 0):
        dut.flip.value = flip
        await Timer(1, "ns")
        got = fields(dut.triples.value.to_unsigned(), ACT_WIDTH + 2, len(instances), signed=False)
        comparison.equal(f"3 x at flip {flip}", got, 3 * (instances ^ flip))
    comparison.done(minimum=len(ACTIVATIONS) * len(instances))


@cocotb.test()
async def test_changing_activations(dut: Any) -> None:
    """Products of the largest weights while the activations change under them."""
    comparison = Comparison()
    meta = LEGAL_METADATA[-1]
    instances = np.arange(int(dut.AES.value))
    for code in (LEVELS, LEVELS | 1 << LEVEL_BITS):
        weight = int(decode(torch.tensor([[code]]), torch.tensor([meta])))
        for flip in (0, *(flip ^ other for flip in ACTIVATIONS.tolist() for other in (0, ACT_MAX))):
            got = await read_products(dut, code, meta, flip)
            comparison.equal(f"code {code} flip {flip}", got, (instances ^ flip) * weight)
    comparison.done(minimum=len(ACTIVATIONS) * len(instances))


@cocotb.test()
async def test_reserved_metadata(dut: Any) -> None:
    """Of reserved metadata the bits that legal ones need are decoded."""
    comparison = Comparison()
    for meta in sorted({*range(1 << META_WIDTH)} - {*LEGAL_METADATA}):
        for code in range(1 << CODE_WIDTH):
            reserved = await read_all_products(dut, code, meta)
            legal = await read_all_products(dut, code, decoded(meta))
            comparison.equal(f"code {code} reserved metadata {meta}", reserved, legal)
    comparison.done(minimum=len(ACTIVATIONS))
