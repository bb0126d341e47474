"""From scores to shares: whole numbers that sum exactly, and the same on every machine."""

from __future__ import annotations

from collections.abc import Mapping

WHOLE_PPM = 1_000_000


def divided(whole: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Divide a whole in proportion to weights by the method of the largest remainder.

    What rounding down leaves goes one by one to the largest remainders, among equal ones to the lower key.

    Args:
        whole: What is divided, at least 0.
        weights: At least one above 0, none below.

    Returns:
        Parts that sum to `whole`, by key in ascending order.
    """
    total = sum(weights.values())
    if total <= 0 or min(weights.values()) < 0:
        raise ValueError("weights must not be negative, and one must be above zero")
    parts = {key: whole * weights[key] // total for key in sorted(weights)}
    left = whole - sum(parts.values())
    by_remainder = sorted(parts, key=lambda key: (-(whole * weights[key] % total), key))
    for key in by_remainder[:left]:
        parts[key] += 1
    return parts
