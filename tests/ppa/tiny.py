"""A library of three cells whose energies are round numbers, and blocks made of them by hand."""

from pathlib import Path

from ppa.blocks import Block
from ppa.library import Library, load_library
from ppa.scripts import Script
from ppa.synthesis import Netlist

ARC = 'related_pin : "{pin}"; timing_sense : {sense}; cell_rise(slews) {{ values("{delay}, {delay}"); }} '
ARC += 'cell_fall(slews) {{ values("{delay}, {delay}"); }} rise_transition(slews) {{ values("0.1, 0.1"); }} '
ARC += 'fall_transition(slews) {{ values("0.1, 0.1"); }}'


def arc(pin: str, sense: str, delay: float, extra: str = "") -> str:
    """Return a timing group with one delay, in ns."""
    return f"timing() {{ {extra} {ARC.format(pin=pin, sense=sense, delay=delay)} }}"


def energy(rise: float, fall: float, pin: str = "") -> str:
    """Return an internal_power group with constant energies, in fJ."""
    related = f'related_pin : "{pin}";' if pin else ""
    return (
        f'internal_power() {{ {related} rise_power(scalar) {{ values("{rise}"); }} '
        f'fall_power(scalar) {{ values("{fall}"); }} }}'
    )


def entry(name: str, capacitance: float, extra: str = "") -> str:
    """Return an input pin, its capacitance in fF."""
    return f"pin({name}) {{ direction : input; capacitance : {capacitance}; {extra} }}"


LIBERTY = f"""library(tiny) {{
  delay_model : table_lookup; time_unit : "1ns"; voltage_unit : "1V"; current_unit : "1uA"; leakage_power_unit : "1nW";
  pulling_resistance_unit : "1kohm"; capacitive_load_unit (1, ff);
  slew_lower_threshold_pct_rise : 20; slew_upper_threshold_pct_rise : 80; input_threshold_pct_rise : 50;
  slew_lower_threshold_pct_fall : 20; slew_upper_threshold_pct_fall : 80; input_threshold_pct_fall : 50;
  output_threshold_pct_rise : 50; output_threshold_pct_fall : 50;
  nom_process : 1; nom_temperature : 25; nom_voltage : 2.0;
  operating_conditions(typical) {{ process : 1; temperature : 25; voltage : 2.0; }}
  default_operating_conditions : typical;
  lu_table_template(slews) {{ variable_1 : input_net_transition; index_1("0.0, 1.0"); }}
  cell(NOT) {{ area : 1; cell_leakage_power : 5; {entry("A", 4)}
    pin(Y) {{ direction : output; function : "!A"; {arc("A", "negative_unate", 0.1)} {energy(3, 5, "A")} }} }}
  cell(XOR) {{ area : 3; leakage_power() {{ value : 2; }} leakage_power() {{ value : 4; }} {entry("A", 4)}
    {entry("B", 6)}
    pin(Y) {{ direction : output; function : "(A^B)"; {arc("A", "non_unate", 0.15)} {arc("B", "non_unate", 0.15)}
      {energy(10, 10, "A")} {energy(20, 20, "B")} }} }}
  cell(FLOP) {{ area : 5; cell_leakage_power : 1; ff(IQ, IQN) {{ next_state : "D"; clocked_on : "CK"; }}
    {entry("CK", 8, "clock : true; " + energy(7, 9))} {entry("D", 2)}
    pin(Q) {{ direction : output; function : "IQ"; {arc("CK", "non_unate", 0.1, "timing_type : rising_edge;")}
      {energy(30, 30, "CK")} }} }}
}}
"""


def tiny_library(folder: Path, text: str = LIBERTY) -> Library:
    """Write the Liberty and return it as a library."""
    (folder / "tiny.lib").write_text(text)
    return load_library(folder / "tiny.lib")


def by_hand(folder: Path, verilog: str) -> Netlist:
    """Return a netlist of module ``hand``."""
    path = folder / "hand.v"
    path.write_text(verilog)
    return Netlist(path, path, 0.0, {}, Script("", label="by hand"), Block("hand", "ours", "hand", ()))
