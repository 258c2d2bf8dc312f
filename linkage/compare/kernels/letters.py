"""Letters and sets, compiled. Texts are slices of an int64 pool, letter by letter; sets are sorted slices of 64-bit keys.

At most 64 letters of a text are compared (a machine word: Hyyrö 2003 for optimal string alignment, 2004 for the longest common
subsequence); the rest of a longer text is not looked at.
"""

from linkage.compiled import Ints, kernel

WORD = 64


@kernel
def _where(letter: int, pool: Ints, start: int, length: int) -> int:
    """Bit i is set where letter i of the slice is `letter`."""
    found = 0
    for i in range(length):
        if pool[start + i] == letter:
            found |= 1 << i
    return found


@kernel
def edits(pool_a: Ints, a: int, length_a: int, pool_b: Ints, b: int, length_b: int) -> int:
    """Optimal string alignment distance: insert, delete, replace, swap two neighbours (each letter touched once)."""
    length_a, length_b = min(length_a, WORD), min(length_b, WORD)
    if length_a == 0:
        return length_b
    distance = length_a
    last = 1 << (length_a - 1)
    up, down, diagonal, before = -1, 0, 0, 0
    for j in range(length_b):
        here = _where(pool_b[b + j], pool_a, a, length_a)
        swap = (((~diagonal) & here) << 1) & before
        diagonal = (((here & up) + up) ^ up) | here | down | swap
        plus = down | ~(diagonal | up)
        minus = diagonal & up
        if plus & last:
            distance += 1
        if minus & last:
            distance -= 1
        plus = (plus << 1) | 1
        minus = minus << 1
        up = minus | ~(diagonal | plus)
        down = plus & diagonal
        before = here
    return distance


@kernel
def common_letters(pool_a: Ints, a: int, length_a: int, pool_b: Ints, b: int, length_b: int) -> int:
    """Length of the longest common subsequence."""
    length_a, length_b = min(length_a, WORD), min(length_b, WORD)
    rest = -1
    for j in range(length_b):
        here = rest & _where(pool_b[b + j], pool_a, a, length_a)
        rest = (rest + here) | (rest - here)
    missed = 0
    for i in range(length_a):
        if (rest >> i) & 1:
            missed += 1
    return length_a - missed


@kernel
def starts_with(pool_a: Ints, a: int, length_a: int, pool_b: Ints, b: int, length_b: int) -> bool:
    """Whether text a begins with text b."""
    if length_b > length_a:
        return False
    for i in range(length_b):
        if pool_a[a + i] != pool_b[b + i]:
            return False
    return True


@kernel
def meet(pool_a: Ints, a: int, end_a: int, pool_b: Ints, b: int, end_b: int) -> bool:
    """Whether two sorted slices share a key."""
    while a < end_a and b < end_b:
        if pool_a[a] == pool_b[b]:
            return True
        if pool_a[a] < pool_b[b]:
            a += 1
        else:
            b += 1
    return False


@kernel
def holds(pool: Ints, start: int, end: int, key: int) -> bool:
    """Whether a slice holds a key."""
    for i in range(start, end):
        if pool[i] == key:
            return True
    return False
