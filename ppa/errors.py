"""What a user can get wrong, as one line."""


class PpaError(ValueError):
    """A Liberty, a tool or a netlist that cannot be used; the message says which and why."""
