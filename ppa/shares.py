"""What bias correction (BCE) and per-channel quantization (PCF) cost: shares of the array's and the core's area."""

from typing import Any

from ppa.blocks import OUR_ARRAY, OUR_CORE

WITHOUT = {"without_bce": "BCE", "per_tensor": "per-channel quantization beyond a per-tensor design"}
"""Variant of a block: what it lacks."""
WHOLE = {OUR_ARRAY.name: "the array", OUR_CORE.name: "the core without memories"}
MUST, AIM = 0.06, 0.03
"""Largest shares of the array, of issue 5."""


def share_conclusions(result: dict[str, Any]) -> list[tuple[str, str, str, str, str]]:
    """Return the shares that this result holds as figures of issue 5: name, measured, publication, must, aim."""
    areas = {block["block"]: block["area"] for block in result["groups"].get("shares", [])}
    found = []
    for variant, what in WITHOUT.items():
        for whole, of in WHOLE.items():
            if whole in areas:
                share = 1 - areas[f"{whole}_{variant}"] / areas[whole]
                judged = whole == OUR_ARRAY.name
                verdict = f" ({'missed' if share > MUST else 'must' if share > AIM else 'aim'})" if judged else ""
                goals = ("small", f"{MUST:.0%}", f"{AIM:.0%}") if judged else ("", "", "")
                found.append((f"{what}, share of {of}", f"{share:.1%}{verdict}", *goals))
    return found
