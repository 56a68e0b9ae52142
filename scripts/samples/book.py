"""The book of records: six feeds, one line a record, each on a day and at a second of its own.

Feeds run in parallel on a broker, so what a household gets must not hang on the order of records
within a day: on any day, a household's records that are asked about at once come from one feed
and one subject. A record that finds its day taken waits for the next free one, unless its story
needs the day.
"""
import json

from samples.chance import Chance
from samples.days import FIRST, LAST, day, plus

FEEDS = {
    "household": ("hh", "ca", "rb"),
    "medical": ("md", "hc"),
    "education": ("ed",),
    "employment": ("hr",),
    "hazard": ("em", "hs", "wt"),
    "livelihood": ("fv", "bk", "ag"),
}
FEED_OF = {prefix: feed for feed, prefixes in FEEDS.items() for prefix in prefixes}
SOURCES = {
    "hh": "police:register", "ca": "civil-affairs:dibao", "rb": "revitalisation:classes",
    "md": "insurance:settlement", "hc": "health:reports", "ed": "education:roll",
    "hr": "labour:wages", "em": "emergency:disasters", "hs": "housing:appraisals",
    "wt": "water:supply", "fv": "revitalisation:survey", "bk": "finance:onecard",
    "ag": "agriculture:claims",
}


class Book:
    def __init__(self):
        self.records = []  # (time, order, feed, line)
        self.order = 0
        self.counts = {}
        self.taken = {}  # (household number, day) → what took it
        self.seconds = {}  # day → seconds taken
        self.chance = Chance("times")
        self.expected = []  # stories, for docs/SAMPLES.md
        self.refused = []  # malformed records, for docs/SAMPLES.md
        self.types = {}
        self.memory = []  # (feed, event, households) of all that was booked

    # -- days and times

    def reserve(self, household, on, what):
        """Keeps a household's day free of anything else: an area event concerns it then."""
        self.taken[(household.number, day(on))] = what

    def _free(self, households, on, what):
        return all(self.taken.get((h.number, on), what) == what for h in households)

    def time(self, on):
        """A second of the day, 08:00 to 18:00, that no other record has."""
        used = self.seconds.setdefault(on, set())
        second = 8 * 3600 + self.chance.below(36000)
        while second in used:
            second = 8 * 3600 + (second - 8 * 3600 + 7) % 36000
        used.add(second)
        return f"{on}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}+08:00"

    # -- records

    def add(self, type_, on, data, households=(), fixed=False, op=None, batch=None, same=None,
            extra=None):
        """Books a record on a day, or the next free one; returns the day, None after the end.

        `households` are those it concerns; `same` re-sends an earlier record's id; `extra` are
        columns the catalogue does not know.
        """
        on = day(on)
        assert on >= FIRST, (type_, on)
        prefix = type_[:2]
        feed = FEED_OF[prefix]
        subject = data.get("idNumber", "household")
        households = [x for h in households for x in (h, *h.related)]
        what = prefix if prefix in ("hh", "fv") else f"{feed}:{subject}"
        while not self._free(households, on, what):
            assert not fixed, (type_, on, data, [self.taken.get((h.number, on))
                                                 for h in households])
            on = plus(on, 1)
        if on > LAST:
            assert not fixed, (type_, on)
            return None
        for household in households:
            self.taken[(household.number, on)] = what
        event = self.event(type_, self.time(on), data, op, batch, same, extra)
        self.write(feed, event["time"], json.dumps(
            event, ensure_ascii=False, separators=(",", ":")))
        self.memory.append((feed, event, households))
        return on

    def event(self, type_, time, data, op=None, batch=None, same=None, extra=None):
        """A CloudEvent in structured mode."""
        prefix = type_[:2]
        if same is None:
            self.counts[prefix] = self.counts.get(prefix, 0) + 1
            same = f"{prefix}-{self.counts[prefix]:05}"
        full = f"{type_}.v1"
        self.types[full] = self.types.get(full, 0) + 1
        event = {"specversion": "1.0", "id": same,
                 "source": f"urn:gov:529901:{SOURCES[prefix]}", "type": full, "time": time}
        if op:
            event["op"] = op
        if batch:
            event["batch"] = batch
        event["data"] = {k: v for k, v in data.items() if v is not None} | (extra or {})
        return event

    def write(self, feed, time, line):
        """A line as it is, sorted in at a time."""
        self.records.append((time, self.order, feed, line))
        self.order += 1

    # -- what the document tells

    def expect(self, household, story, *alerts):
        """A story: what happens, and the alerts (rule, opening day, how it goes on)."""
        self.expected.append((household, story, alerts))

    def files(self):
        """Feed → text, its lines by time."""
        result = {feed: [] for feed in FEEDS}
        for _, _, feed, line in sorted(self.records, key=lambda r: (r[0], r[1])):
            result[feed].append(line)
        return {feed: "\n".join(lines) + "\n" for feed, lines in result.items()}
