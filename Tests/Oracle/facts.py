"""What is known at a moment, and where it belongs (formats.md 2 and 4).

`World` holds the records seen so far of people and households that have anything to do with each
other. `World.known()` answers with `Known`: the facts in force now, one version each, with the
identity corrections applied. Everything is derived anew from all records; `Known` is only kept
until the next record or the next change by time.
"""
from dataclasses import dataclass

from intake import MICROSECONDS_PER_DAY, day_of

WAITING_DAYS = 180
# Facts that stay with the household of their day; all other facts of persons go with them.
AMOUNTS = ("md.settlement", "ed.fee.charged", "ed.aid.granted", "hr.wage.paid",
           "hr.wage.arrears", "bk.subsidy.paid")


@dataclass
class Fact:
    name: str
    family: str
    subject: tuple
    key: tuple
    occurs: int
    version: tuple        # (recorded, arrival): the greater wins a tie
    data: dict
    department: str

    @property
    def person(self):
        """The person named by the record, after identity corrections."""
        return self.subject[1] if self.subject[0] == "person" else self.data.get("idNumber")


class World:
    def __init__(self):
        self.records = []
        self.safe = set()         # arrivals of records that will not expire any more
        self.expired = set()
        self.cached = None        # ((number of records, aliases, expired), Known)

    def add(self, record):
        self.records.append(record)

    # ------------------------------------------------------------ identity corrections
    def aliases(self, today):
        """old number -> right number, of the corrections in force."""
        versions = {}
        for record in self.records:
            if record.family == "hh.id.corrected":
                versions[(record.data["oldIdNumber"], record.department)] = record
        winners = sorted((r for r in versions.values()
                          if not r.removes and r.occurs <= today),
                         key=lambda r: (r.moment, r.arrival))
        return {r.data["oldIdNumber"]: r.data["idNumber"] for r in winners}

    # ------------------------------------------------------------ waiting records
    def pass_time(self, moment):
        """Expires the records of unknown persons that have waited 180 days at `moment`."""
        for record in self.waiting():
            if moment - record.moment >= WAITING_DAYS * MICROSECONDS_PER_DAY:
                self.expired.add(record.arrival)

    def waiting(self):
        return [r for r in self.records if r.subject[0] in ("person", "householdOf")
                and r.arrival not in self.safe and r.arrival not in self.expired]

    def settle(self, moment):
        """Marks the records whose person is known now: they never expire."""
        waiting = self.waiting()
        if not waiting:
            return
        alias = self.aliases(day_of(moment))
        known = self.known(moment)
        told = {identity(r, alias) for r in self.records if r.arrival in self.safe}
        for record in waiting:
            if known.starts.get(canonical(record.subject[1], alias)) \
                    or identity(record, alias) in told:
                self.safe.add(record.arrival)

    # ------------------------------------------------------------ what is known
    def known(self, moment):
        alias = self.aliases(day_of(moment))
        state = (len(self.records), tuple(sorted(alias.items())), len(self.expired))
        if not self.cached or self.cached[0] != state:
            self.cached = (state, Known(self.records, self.expired, alias))
        return self.cached[1]


def canonical(number, alias):
    seen = set()
    while number in alias and number not in seen:
        seen.add(number)
        number = alias[number]
    return number


def identity(record, alias):
    """What makes two records versions of one fact."""
    key = tuple(("person", canonical(part[1], alias)) if isinstance(part, tuple) else part
                for part in record.key)
    kind, name = record.subject
    if kind in ("person", "householdOf"):
        name = canonical(name, alias)
    return (record.family, key, (kind, name), record.department)


class Known:
    """The facts in force, by person, household and area; membership as of any day."""

    def __init__(self, records, expired, alias):
        self.alias = alias
        winners = {}
        for record in records:
            if record.arrival not in expired and record.family != "hh.id.corrected":
                same = identity(record, alias)
                known = winners.get(same)
                if not known or (record.moment, record.arrival) >= (known.moment, known.arrival):
                    winners[same] = record
        self.facts = {same: self.fact(record, same) for same, record in winners.items()
                      if not record.removes}
        self.starts, self.leaves, self.deaths, self.registered = {}, {}, {}, {}
        for fact in self.facts.values():
            self.note_membership(fact)
        for starts in self.starts.values():
            starts.sort(key=lambda start: (start.day, start.version))
        self.by_person = {}
        for fact in self.facts.values():
            self.by_person.setdefault((fact.subject, fact.family), []).append(fact)
        self.memo = {}

    def fact(self, record, same):
        data = dict(record.data)
        if "idNumber" in data:
            data["idNumber"] = canonical(data["idNumber"], self.alias)
        return Fact(record.name, record.family, same[2], same[1], record.occurs,
                    (record.moment, record.arrival), data, record.department)

    def note_membership(self, fact):
        person = fact.person
        if fact.name in ("hh.person.registered", "hh.person.moved", "hh.household.split"):
            household = fact.data["newHousehold" if fact.name == "hh.household.split"
                                  else "householdNumber"]
            self.starts.setdefault(person, []).append(
                Start(fact.occurs, fact.version, household, fact.data.get("division")))
        if fact.name == "hh.person.registered":
            self.registered.setdefault(person, []).append(fact)
        if fact.name == "hh.person.left":
            self.leaves.setdefault(person, []).append(
                (fact.occurs, fact.data["householdNumber"]))
        if fact.name == "hh.person.deceased":
            self.deaths.setdefault(person, []).append(fact.occurs)

    # ------------------------------------------------------------ membership (F4)
    def start_on(self, person, day, as_of):
        """The start that decides where a fact of `day` belongs, with the starts until `as_of`."""
        starts = [s for s in self.starts.get(person, []) if s.day <= as_of]
        if not starts:
            return None
        before = [s for s in starts if s.day <= day]
        if before:
            return before[-1]
        first = starts[0].day
        return [s for s in starts if s.day == first][-1]

    def household_on(self, person, day, as_of):
        start = self.start_on(person, day, as_of)
        return start.household if start else None

    def is_member(self, person, household, day):
        start = self.start_on(person, day, day)
        if not start or start.household != household:
            return False
        if any(death <= day for death in self.deaths.get(person, [])):
            return False
        return not any(left == household and start.day <= date <= day
                       for date, left in self.leaves.get(person, []))

    def members(self, household, day):
        key = ("members", household, day)
        if key not in self.memo:
            self.memo[key] = sorted(p for p in self.starts if self.is_member(p, household, day))
        return self.memo[key]

    def households(self):
        return sorted({s.household for starts in self.starts.values() for s in starts})

    def division(self, household, day):
        told = [s for starts in self.starts.values() for s in starts
                if s.household == household and s.day <= day and s.division]
        return max(told, key=lambda s: (s.day, s.version)).division if told else None

    def registration(self, person, day):
        told = [f for f in self.registered.get(person, []) if f.occurs <= day]
        return max(told, key=lambda f: (f.occurs, f.version)) if told else None

    # ------------------------------------------------------------ whose fact
    def households_of(self, fact, today):
        """The households a fact belongs to, as of `today` (for asking)."""
        kind, name = fact.subject
        if kind == "household":
            return {name}
        if kind == "householdOf" or fact.family in AMOUNTS:
            found = self.household_on(name, fact.occurs, today)
            return {found} if found else set()
        if kind == "area":
            return {h for h in self.households()
                    if any((self.division(h, today) or "").startswith(code)
                           for code in self.area(fact))}
        return {s.household for s in self.starts.get(name, []) if s.day <= today}

    def area(self, fact):
        if fact.name != "wt.supply.restored":
            return fact.data["divisions"]
        return [code for other in self.facts.values()
                if other.name == "wt.supply.interrupted" and other.key == fact.key
                and other.department == fact.department
                for code in other.data["divisions"]]

    def of_household(self, household, as_of):
        """Facts of the household that exist as of a day: its own, its area's not."""
        key = ("facts", household, as_of)
        if key not in self.memo:
            found = []
            for fact in self.facts.values():
                if fact.occurs > as_of or fact.subject[0] == "area":
                    continue
                kind, name = fact.subject
                if kind == "household":
                    belongs = name == household
                elif kind == "householdOf" or fact.family in AMOUNTS:
                    belongs = self.household_on(name, fact.occurs, as_of) == household
                else:
                    belongs = False
                if belongs:
                    found.append(fact)
            self.memo[key] = found
        return self.memo[key]

    def of_person(self, person, family, as_of):
        """Facts that go with the person, in the order (occurs, version)."""
        told = self.by_person.get((("person", person), family), [])
        return sorted((f for f in told if f.occurs <= as_of),
                      key=lambda f: (f.occurs, f.version))

    def in_area(self, household, as_of, name):
        """Facts about an area that covers the household on that day."""
        division = self.division(household, as_of) or ""
        return [f for f in self.facts.values() if f.name == name and f.occurs <= as_of
                and any(division.startswith(code) for code in f.data["divisions"])]

    def restored(self, interruption, as_of):
        """The day the supply came back, or None."""
        days = [f.data["to"] for f in self.facts.values() if f.name == "wt.supply.restored"
                and f.key == interruption.key and f.department == interruption.department
                and f.occurs <= as_of]
        return min(days) if days else None


@dataclass
class Start:
    day: int
    version: tuple
    household: str
    division: str
