"""Labelled pictures from folders."""


class DataError(ValueError):
    """Data that cannot be used; the message says what was wrong and what would be right."""
