from itertools import count

_numbers = count(1)


def next_number() -> int:
    """Return a number that no other object of this process has."""
    return next(_numbers)
