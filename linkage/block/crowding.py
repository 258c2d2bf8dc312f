"""Which blocking keys are crowded: shared by so many records that agreeing on them says too little.

Part of the census of a scan: learned once from all records, then given. Given the same crowding, whether two records meet depends
on the two alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linkage.records import Int64


@dataclass(frozen=True, slots=True)
class Crowding:
    """Crowded keys as they stand in a block index, ascending."""

    keys: Int64

    def holds(self, keys: Int64) -> NDArray[np.bool_]:
        """Which of the keys are crowded."""
        if not len(self.keys):
            return np.zeros(len(keys), dtype=np.bool_)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.asarray(self.keys[at] == keys)


# Of two records on their own no key is crowded.
NOTHING_CROWDED = Crowding(np.empty(0, dtype=np.int64))
