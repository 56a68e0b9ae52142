"""Made-up chance that is the same on every machine and Python: splitmix64."""

MASK = (1 << 64) - 1


class Chance:
    """A stream of numbers from a seed. Streams of different names do not disturb each other, so
    that a change in one part of the county leaves the others as they were."""

    def __init__(self, name, seed=20260630):
        self.state = seed
        for byte in name.encode("utf-8"):
            self.state = (self.state * 1099511628211 + byte) & MASK

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, n):
        """0 … n − 1."""
        return self.next() % n

    def between(self, low, high):
        """low … high, both included."""
        return low + self.below(high - low + 1)

    def hit(self, percent):
        """True in so many of a hundred cases."""
        return self.below(10000) < percent * 100

    def pick(self, items):
        return items[self.below(len(items))]
