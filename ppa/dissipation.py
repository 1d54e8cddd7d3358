"""Energy of a simulated netlist, by net: of the loads it charges, and inside its cells from the Liberty's tables."""

from ppa.activity import Activity
from ppa.conditions import Conditions
from ppa.energy import EnergyLibrary, InternalPower
from ppa.gates import Gates


def switching_energies(
    activity: dict[int, Activity], conditions: Conditions, energies: EnergyLibrary
) -> dict[int, float]:
    """Return the energy in joules that the load of each net took: C V^2 / 2 a transition."""
    scale = 0.5 * energies.supply_v**2 * energies.capacitance_f
    return {bit: scale * conditions.loads[bit] * moved.toggles for bit, moved in activity.items()}


def internal_energies(
    gates: Gates, activity: dict[int, Activity], conditions: Conditions, energies: EnergyLibrary
) -> dict[int, float]:
    """Return the energy in joules that transitions of each net took inside the cells, from the Liberty's tables."""
    found = dict.fromkeys(activity, 0.0)
    for cell, kind in gates.types.items():
        pins = gates.pins[cell]
        for pin, powers in energies.cells[kind].internal.items():
            bit = pins.get(pin, -1)
            if bit in activity and activity[bit].toggles:
                moved, load = activity[bit], conditions.loads[bit]
                for power, share in _shares(powers, pins, activity):
                    cause = next((name for name in power.related if name in pins), pin)
                    rise, fall = conditions.slews[cell, cause]
                    energy = moved.rises * power.rise.at(rise, load) + moved.falls * power.fall.at(fall, load)
                    found[bit] += share * energy * energies.energy_j
    return found


def _shares(
    powers: list[InternalPower], pins: dict[str, int], activity: dict[int, Activity]
) -> list[tuple[InternalPower, float]]:
    """Return the groups of a pin with the share of its transitions that each one gets; they sum to 1 for a supply.

    Among groups of several related pins, by the transitions of these; states (``when``) count alike.
    """
    found = []
    for supply in {power.supply for power in powers}:
        of_supply = [power for power in powers if power.supply == supply]
        related = {power.related for power in of_supply}
        weights = {
            names: sum(activity[pins[name]].toggles for name in names if name in pins and pins[name] in activity)
            for names in related
        }
        if not sum(weights.values()):
            weights = dict.fromkeys(related, 1)
        for power in of_supply:
            states = sum(other.related == power.related for other in of_supply)
            found.append((power, weights[power.related] / sum(weights.values()) / states))
    return found
