"""Pagination of long lists."""


def count(total: int, size: int) -> int:
    """Return the number of pages, at least one."""
    return max(1, -(-total // size))


def existing(number: int, total: int, size: int) -> int:
    """Return the number of an existing page: the nearest to the one asked for."""
    return min(max(number, 1), count(total, size))
