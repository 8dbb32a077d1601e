"""Long lists, of which a page at a time is shown."""


def count(total: int, size: int) -> int:
    """Return how many pages there are, one at least."""
    return max(1, -(-total // size))


def existing(number: int, total: int, size: int) -> int:
    """Return the number of a page that there is: one beyond the last means the last."""
    return min(max(number, 1), count(total, size))
