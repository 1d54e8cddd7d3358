"""What is proven about the RTL, one entry per claim."""

from golden.contract import ACT_WIDTH, CONTRACT
from tb.formal.bounds import GLUE_TOTAL
from tb.formal.solver import Proof

PRODUCT_WIDTH: int = CONTRACT["product"]["width"]
ALL_INPUTS = range(3, 33)
LANES = (4, 8, 16, 32)
WIDEST_SUM = PRODUCT_WIDTH + (max(LANES) - 1).bit_length()
REQUANTIZER = "requantizer_property"
REQUANTIZER_PROBES = (
    "partial", "carries", "partial_1", "carries_1", "shift_2", "multiplier_3", "total_2", "scaled_3", "quotient_4",
)  # fmt: skip
VECTOR = "vector_lane_property"
VECTOR_PROBES = ("window_1", "product_2", "total_3")


def requantizer(stage: str, claim: str, shown: tuple[str, ...], expected: str, got: str) -> Proof:
    """Return the proof of a stage of the requantizer."""
    return Proof(
        name=f"requantizer: {stage}", claim=claim, top=REQUANTIZER, shown=("enable", *shown), right=f"right_{stage}",
        expected=expected, got=got, probes=REQUANTIZER_PROBES, clocked=True,
    )  # fmt: skip


def vector(stage: str, claim: str, shown: tuple[str, ...], got: str) -> Proof:
    """Return the proof of a stage of the vector unit's lane."""
    return Proof(
        name=f"vector_lane: {stage}", claim=claim, top=VECTOR, shown=("enable", *shown), right=f"right_{stage}",
        expected=f"next_{stage}", got=got, probes=VECTOR_PROBES,
        parameters={"LOWEST": GLUE_TOTAL[0], "HIGHEST": GLUE_TOTAL[1]}, clocked=True,
    )  # fmt: skip


def carry_save(inputs: int, term: int, width: int, what: str) -> Proof:
    """Return a step of the proof of the carry-save tree."""
    rest = "" if inputs == 3 else f" and a tree of {inputs - 1}"
    return Proof(
        f"carry_save: {inputs} {what}", f"a full adder{rest}", "carry_save_property", ("terms", "carries"),
        parameters={"INPUTS": inputs, "TERM": term, "WIDTH": width},
    )  # fmt: skip


LIMITS = ("zero_out", "clamp_low", "clamp_high")
PROOFS = (
    Proof("weight_decoder", "the weight of every code and metadata", "weight_decoder_property", ("code", "meta")),
    Proof("ae", "decoder, 3x, AE and the tree's +1 are x * weight", "ae_property", ("x", "code", "meta")),
    *(carry_save(inputs, WIDEST_SUM, WIDEST_SUM, "inputs") for inputs in ALL_INPUTS),
    *(
        carry_save(lanes, term, term + (lanes - 1).bit_length(), what)
        for term, what in ((PRODUCT_WIDTH, "products"), (ACT_WIDTH, "bytes"))
        for lanes in LANES
    ),
    Proof("is_last", "count + 1 == total", "is_last_property", ("count", "total")),
    Proof(
        "dot_lane", "the tree of its AEs' products", "dot_lane_property",
        ("x", "x3", "two", "negative", "three", "shift"),
    ),
    Proof("bce", "acc + bias + delta * S, towards zero", "bce_property", ("acc", "bias", "window", "delta")),
    requantizer("copies", "what is passed on, and all of it held", ("shift", "shift_2"), "next_copies",
                  "copies"),
    requantizer("total", "partial + carries, modulo 2^sum_width", ("partial_1", "carries_1"), "next_total", "total_2"),
    requantizer("scaled", "floor(total 2^fraction / 2^sh), saturated", ("total_2", "shift_2"), "next_scaled",
                  "scaled_3"),
    requantizer("quotient", "floor(t M / 2^(post_shift - 1))", ("scaled_3", "multiplier_3"), "next_quotient",
                  "quotient_4"),
    requantizer("y", "clamp(floor(quotient / 2 + 1/2) + z, lo, hi)", ("quotient_4", *LIMITS), "next_y", "y"),
    vector("window", "sum of x - z, or the largest x",
           ("largest", "valid_0", "first_0", "window_1", "value_0", "zero_0"), "window_1"),
    vector("product", "window * M", ("window_1", "multiplier_1"), "product_2"),
    vector("total", "both sources and the rounding bit", ("second_2", "half", "product_2", "total_3"), "total_3"),
    vector("y", "clamp(floor(total / 2^sh + 1/2) + z, lo, hi)", ("total_3", "half", "shift", *LIMITS), "y"),
    Proof(
        "refused", "reserved metadata and shifts, empty clamps", "refused_property",
        ("parameter_word", "descriptor", "command"),
    ),
)  # fmt: skip
