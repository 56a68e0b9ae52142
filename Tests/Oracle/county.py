"""A made-up county to write histories about: people, households, and the pen that writes events.

Everything is drawn from one seeded generator. Days are ordinals; amounts whole fen.
"""
import datetime
import json
import os
import random

from intake import FEEDS, check_digit, iso

TOWNSHIPS = ["529901100", "529901101", "529901102"]
VILLAGES = [t + v for t in TOWNSHIPS for v in ("201", "202")]
ELSEWHERE = "529902100201"       # a second county, without lines
DEPARTMENTS = {"hh": "police", "ca": "civil", "rb": "rural", "md": "insurance", "hc": "health",
               "ed": "education", "hr": "labour", "em": "emergency", "hs": "housing",
               "wt": "water", "fv": "rural", "bk": "finance", "ag": "insurers"}


def day_number(text):
    return datetime.date.fromisoformat(text).toordinal()


def year_of(day):
    return datetime.date.fromordinal(day).year


class Person:
    def __init__(self, number, birth, sex):
        self.numbers = [(0, number)]      # (from this record day on, the number in use)
        self.birth, self.sex = birth, sex
        self.gone = None                  # day of death or leaving
        self.student = None

    def number(self, record_day):
        return [n for since, n in self.numbers if since <= record_day][-1]


class Household:
    def __init__(self, number, division):
        self.number, self.division, self.people = number, division, []
        self.head = None


class County:
    def __init__(self, seed, days):
        self.random = random.Random(seed)
        self.first = day_number("2025-01-01") + self.random.randrange(0, 300)
        self.last = self.first + days - 1
        self.lines = {feed: [] for feed in FEEDS}
        self.actions = []
        self.counter = 0
        self.order = 0
        self.households = []

    # ------------------------------------------------------------ dice
    def chance(self, probability):
        return self.random.random() < probability

    def some_day(self, margin=0):
        return self.random.randint(self.first, self.last - margin)

    def between(self, low, high):
        return self.random.randint(low, high)

    def serial(self, prefix):
        self.counter += 1
        return f"{prefix}{self.counter:05d}"

    # ------------------------------------------------------------ people
    def person(self, age_low, age_high):
        age = self.between(age_low, age_high)
        while True:
            birth = self.first - age * 365 - self.between(0, 364)
            date = datetime.date.fromordinal(birth)
            if (date.month, date.day) != (2, 29):
                break
        sex = self.random.choice("mf")
        return Person(self.id_number(birth, sex), birth, sex)

    def id_number(self, birth, sex):
        self.order += 1
        text = datetime.date.fromordinal(birth).strftime("%Y%m%d")
        order = (self.order * 2 + (sex == "m")) % 1000
        first = f"529901{text}{order:03d}"
        return first + check_digit(first)

    def age(self, person, day):
        return (day - person.birth) * 4 // 1461

    # ------------------------------------------------------------ writing
    def moment(self, day):
        """A random instant of the day, in the many ways systems write it."""
        dice = self.random.random()
        second = self.between(0, 86399)
        if dice < 0.02:
            second = 0
        elif dice < 0.1:
            second = self.random.choice([28800, 32400, 36000, 43200])
        fraction = f".{self.between(0, 999):03d}" if self.chance(0.1) and second else ""
        start = datetime.datetime.combine(datetime.date.fromordinal(day), datetime.time())
        local = start + datetime.timedelta(seconds=second)
        if self.chance(0.08):
            return (local - datetime.timedelta(hours=8)).isoformat() + fraction + "Z"
        return local.isoformat() + fraction + "+08:00"

    def yuan(self, fen):
        """An amount as a number or as a string."""
        if fen % 100 == 0:
            text = fen // 100
            return str(text) if self.chance(0.1) else text
        text = f"{fen // 100}.{fen % 100:02d}"
        return text if self.chance(0.3) else float(text)

    def fen(self, low, high):
        """Random amount between two figures in yuan."""
        amount = self.between(int(low * 100), int(high * 100))
        return amount - amount % self.random.choice([1, 100, 100, 1000, 10000])

    def emit(self, name, data, day, op=None, vary=True, department=None, moment=None):
        """Writes an event on a record day (moved into the history); returns it."""
        if day < self.first:
            day = self.first + self.between(0, 2)
        if day > self.last or self.unborn(data, day):
            return None
        feed = FEED_OF.get(name[:2]) or FEED_OF[name.split(".")[0]]
        area = self.random.choice(["529901"] * 8 + ["5299", "52"])
        self.counter += 1
        event = {
            "specversion": "1.0", "id": f"ev-{self.counter}",
            "source": f"urn:gov:{area}:{department or DEPARTMENTS[name[:2]]}:"
                      f"{self.random.choice(['books', 'books', 'web'])}",
            "type": name + ".v1", "time": moment or self.moment(day),
            "datacontenttype": "application/json", "data": shown(data, self)}
        if op:
            event["op"] = op
        elif self.chance(0.03):
            event["op"] = "snapshot"
        self.lines[feed].append(event)
        if vary:
            self.vary(name, data, day)
        return event

    def unborn(self, data, day):
        """Whether a record names the unborn; one in fifty is written all the same."""
        born = data.get("idNumber", "")[6:14]
        return born > iso(day).replace("-", "") and not self.chance(0.02)

    def vary(self, name, data, day):
        """What departments do to a record later: send again, correct, reverse."""
        dice = self.random.random()
        later = day + self.random.choice([0, 1, 3, 10, 30, 60, 120])
        if dice < 0.03:
            self.emit(name, data, later, vary=False)
        elif dice < 0.08 and any(f in data for f in AMOUNT_FIELDS):
            changed = dict(data)
            factor = self.between(30, 160)
            for field in AMOUNT_FIELDS:
                if field in changed:
                    changed[field] = changed[field] * factor // 100
            if "loss" in changed and "cropLossPercent" in changed:
                changed["cropLossPercent"] = self.between(10, 95)
            self.emit(name, changed, later, op="correct", vary=self.chance(0.3))
        elif dice < 0.105:
            self.reverse(name, data, later)
            if self.chance(0.5):
                self.emit(name, data, later + self.random.choice([0, 2, 20, 50]), vary=False)

    def reverse(self, name, data, day):
        if name.startswith("md.settlement") and self.chance(0.5):
            self.emit("md.settlement.reversed", {
                "idNumber": data["idNumber"], "settlementNumber": data["settlementNumber"],
                "date": day}, day, vary=False)
            return
        fields = data if self.chance(0.5) else {
            k: v for k, v in data.items() if k in KEY_FIELDS}
        self.emit(name, fields, day, op="reverse", vary=False)

    def act(self, kind, household_pseudonym, day, alerts=None, reason=None):
        """Writes an officer's answer."""
        if not self.first <= day <= self.last:
            return
        moment = self.moment(day)
        name = self.serial("act-")
        data = {"action": name, "household": household_pseudonym, "officer": "officer-7",
                "at": moment}
        if alerts:
            data["alerts"] = alerts
        if reason:
            data["reason"] = reason
        self.actions.append({
            "specversion": "1.0", "id": name, "source": "urn:gov:529901:township:app",
            "type": f"shouwang.action.{kind}.v1", "time": moment,
            "datacontenttype": "application/json", "data": data})

    # ------------------------------------------------------------ files
    def write(self, folder):
        os.makedirs(folder, exist_ok=True)
        for feed in FEEDS:
            events = self.lines[feed]
            if self.chance(0.5):
                self.random.shuffle(events)
            else:
                events.sort(key=lambda e: "" if isinstance(e, str) else e.get("time", ""))
            with open(os.path.join(folder, feed + ".jsonl"), "w", encoding="utf-8") as file:
                for event in events:
                    text = event if isinstance(event, str) else json.dumps(
                        event, ensure_ascii=False)
                    file.write(text + "\n")
        with open(os.path.join(folder, "actions.jsonl"), "w", encoding="utf-8") as file:
            file.writelines(json.dumps(a) + "\n" for a in self.actions)


FEED_OF = {"hh": "household", "ca": "household", "rb": "household", "md": "medical",
           "hc": "medical", "ed": "education", "hr": "employment", "em": "hazard",
           "hs": "hazard", "wt": "hazard", "fv": "livelihood", "bk": "livelihood",
           "ag": "livelihood"}
AMOUNT_FIELDS = ["amount", "yuanPerMonth", "loss", "total", "fund", "aid", "selfPaid",
                 "selfPaidInPolicy"]
KEY_FIELDS = {"idNumber", "oldIdNumber", "householdNumber", "newHousehold", "caseNumber", "from",
              "date", "settlementNumber", "year", "diseaseGroup", "studentNumber", "term", "item",
              "employerCode", "month", "eventNumber", "houseNumber", "plantCode", "kind",
              "paymentNumber", "claimNumber", "reportNumber"}
DAY_FIELDS = {"from", "to", "date", "settled", "admitted", "discharged", "birthDate", "until"}


def shown(data, county):
    """Internal values (ordinal days, fen) as a feed writes them."""
    out = {}
    for name, value in data.items():
        if value is None:
            continue
        if name in DAY_FIELDS:
            value = iso(value)
        elif name in ("idNumber", "oldIdNumber") and len(value) == 18 and county.chance(0.06):
            value = county.random.choice([value.lower(), value + "34", value + "34B1"])
        elif name in AMOUNT_FIELDS:
            value = county.yuan(value)
        elif isinstance(value, bool) and county.chance(0.05):
            value = "true" if value else "false"
        elif name in ("schoolDays", "year", "roomsCollapsed") and county.chance(0.05):
            value = str(value)
        out[name] = value
    if county.chance(0.05):
        out["remark"] = "old column"
    return out
