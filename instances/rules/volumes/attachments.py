"""How many volumes an instance attaches (Amazon EC2 User Guide, "Amazon EBS volume limits").

Where the limit is shared, as on most Nitro types (28), the catalogue's number is what is left beside the first network
interface and the instance store; each further interface takes one more.
"""

import numpy as np

from virtlab.engine.arrays import F64, Bools


def further_of(interfaces: F64 | float) -> F64:
    """Those of so many network interfaces (n,) beside the first, none where their number is not known (NaN)."""
    return np.maximum(np.nan_to_num(interfaces, nan=1.0) - 1.0, 0.0)


def volumes_left(volumes: F64 | float, interfaces: F64 | float, *, shared: Bools | bool) -> F64:
    """Of a type's `volumes` (n,) those that are left beside so many network interfaces (n,)."""
    return np.where(shared, volumes - further_of(interfaces), volumes)
