"""Array types of the engine and the checks that every entry point makes on its input."""

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]
Real = npt.ArrayLike
"""What callers may pass: an array, a list or one number."""
Amount = TypeVar("Amount", float, F64)
"""One number, or an array of them: what a formula takes that is written once for both."""


def rows_text(rows: npt.NDArray[Any], most: int = 5) -> str:
    """Row numbers as text for a message: the first few, and how many more."""
    shown = ", ".join(str(int(row)) for row in rows[:most])
    return shown if rows.size <= most else f"{shown} and {rows.size - most} more"


def bad_rows(values: Floats) -> Ints:
    """Rows of `values` (n,) or (n, T) that hold a negative, NaN or infinite number."""
    wrong = ~(np.isfinite(values) & (values >= 0))
    return np.flatnonzero(wrong.any(axis=tuple(range(1, wrong.ndim))))


def check_non_negative(name: str, values: Floats) -> None:
    """Raise ValueError, naming the rows, where `values` holds a negative, NaN or infinite number."""
    rows = bad_rows(values)
    if rows.size:
        raise ValueError(f"{name} must be finite and not negative; see rows {rows_text(rows)}.")


def non_negative(name: str, values: Real, length: int) -> F64:
    """`values` as float64 (length,), one number being spread over all rows. ValueError for a wrong shape or number."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim == 0:
        array = np.full(length, float(array))
    if array.shape != (length,):
        raise ValueError(f"{name} must hold {length} numbers, not an array of shape {array.shape}.")
    check_non_negative(name, array)
    return array


def positive(name: str, values: Real, length: int) -> F64:
    """As `non_negative`, and zero is refused too."""
    array = non_negative(name, values, length)
    rows = np.flatnonzero(array == 0)
    if rows.size:
        raise ValueError(f"{name} must be above zero; see rows {rows_text(rows)}.")
    return array


def check_map(host_of_vm: npt.ArrayLike, vms: int, hosts: int) -> Ints:
    """The VM → host map as integers (V,): −1 means not placed. ValueError for a host that does not exist."""
    array = np.asarray(host_of_vm)
    if array.shape != (vms,) or array.dtype.kind not in "iu":
        raise ValueError(f"The host of each of {vms} VMs is wanted as an integer, not {array.dtype} {array.shape}.")
    rows = np.flatnonzero((array < -1) | (array >= hosts))
    if rows.size:
        raise ValueError(f"Hosts run from 0 to {hosts - 1}; see rows {rows_text(rows)}.")
    return array.astype(np.intp, copy=False)


def ratio(part: Floats, whole: Floats, otherwise: float = 0.0) -> F64:
    """`part / whole`, and `otherwise` where the whole is zero; any shapes that fit each other."""
    shape = np.broadcast_shapes(part.shape, whole.shape)
    result: F64 = np.full(shape, otherwise)
    np.divide(part, whole, out=result, where=np.broadcast_to(whole > 0, shape))
    return result


def sums(group: Ints, amounts: F64, groups: int) -> F64:
    """Sum of `amounts` (n,) by `group` (n,) → (groups,)."""
    return np.bincount(group, weights=amounts, minlength=groups).astype(np.float64, copy=False)
