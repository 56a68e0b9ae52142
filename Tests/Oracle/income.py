"""The income reference of one household as of one day, to the fen (formats.md 5)."""
import datetime
import functools
from dataclasses import dataclass, field

from intake import iso, month_end

CARRIED_DAYS = 400
JUDGEABLE_DAYS = 400
TRANSFER_ITEMS = set(
    "dibao destitute pension familyPlanning farmlandToForest publicForest grassland relocation "
    "maizeSoy landFertility oldAge preferential disability education disasterRelief "
    "childrenSupport heating priceSubsidy socialRelief povertyInsurance donation".split())
CLAIM_ITEMS = set(
    "cropInsurance livestockInsurance povertyInsurance accidentInsurance lifeInsurance".split())


def date(ordinal):
    return datetime.date.fromordinal(ordinal)


def m12(day):
    """First and last day of the twelve closed months."""
    last = date(day - 14).replace(day=1).toordinal() - 1
    first = date(last).replace(day=1)
    for _ in range(11):
        first = (first - datetime.timedelta(days=1)).replace(day=1)
    return first.toordinal(), last


def months_back(last, skip):
    """First and last day of the three months that end `skip` months before the month of `last`."""
    end = last
    for _ in range(skip):
        end = date(end).replace(day=1).toordinal() - 1
    start = end
    for _ in range(2):
        start = date(start).replace(day=1).toordinal() - 1
    return date(start).replace(day=1).toordinal(), end


def window(day, length):
    """W(n): the n days that end with the day."""
    return day - length + 1, day


def within(day, span):
    return span[0] <= day <= span[1]


@dataclass
class Income:
    """Amounts in fen. `line` is None where the division-year has none."""
    household: str
    day: int
    members: list
    division: str = None
    line: int = None
    provisional: bool = False
    judgeable: bool = False
    missing: list = field(default_factory=list)
    wage: int = 0
    business: int = 0
    assets: int = 0              # property income
    transfer: int = 0
    expense: int = 0
    claims: int = 0
    self_paid: int = 0
    official: int = None
    wage_of: dict = field(default_factory=dict)   # person -> paid and declared wage
    paid: dict = field(default_factory=dict)      # months' last day -> paid wages of members
    rigid: int = 0

    @property
    def net(self):
        return self.wage + self.business + self.assets + self.transfer - self.expense

    @property
    def reference(self):
        return self.net + self.claims - self.self_paid

    @property
    def per_person(self):
        return self.reference // len(self.members)

    @property
    def without_self_paid(self):
        return (self.net + self.claims) // len(self.members)

    def wages_between(self, span):
        return sum(amount for day, amount in self.paid.items() if within(day, span))

    @property
    def last_months(self):
        return self.wages_between(months_back(m12(self.day)[1], 0))

    @property
    def months_a_year_before(self):
        return self.wages_between(months_back(m12(self.day)[1], 12))

    @property
    def forecast_per_person(self):
        paid = self.wages_between(m12(self.day))
        return (self.reference - paid + 4 * self.last_months) // len(self.members)


def income(known, household, day, policy):
    """Everything F5 says about a household as of a day; None without a living member."""
    key = ("income", household, day)
    if key not in known.memo:
        known.memo[key] = compute(known, household, day, policy)
    return known.memo[key]


def compute(known, household, day, policy):
    members = known.members(household, day)
    if not members:
        return None
    result = Income(household, day, members, known.division(household, day))
    facts = known.of_household(household, day)
    declared = [f for f in facts if f.family == "fv.income.recorded"]
    line = policy.line(result.division, date(day).year)
    if line:
        result.line, result.provisional = line
    has_declared = any(f.occurs >= day - JUDGEABLE_DAYS for f in declared)
    result.judgeable = bool(line) and has_declared
    result.missing = [] if has_declared else ["income"]
    result.missing += [] if line else ["line"]
    months, year = m12(day), window(day, 365)
    shares = spread(known, declared, members, facts, months, day)
    add_wages(result, facts, shares, months)
    add_transfers(result, known, household, facts, shares, months, year, day)
    for share in shares:
        name = {"business": "business", "property": "assets", "expense": "expense"}.get(share.kind)
        if name:
            setattr(result, name, getattr(result, name) + share.amount)
    claims = [f for f in facts if f.family == "ag.claim.paid"]
    bills = [f for f in facts if f.family == "md.settlement"]
    result.claims = total(claims, year, "amount")
    result.self_paid = total(bills, year, "selfPaidInPolicy")
    official = (result.net + total(claims, months, "amount")
                - total(bills, months, "selfPaidInPolicy")) // len(members)
    if abs(official - result.per_person) * 100 > 5 * abs(result.per_person):
        result.official = official
    fees = total([f for f in facts if f.family == "ed.fee.charged"], year, "amount")
    aid = total([f for f in facts if f.family == "ed.aid.granted"], year, "amount")
    result.rigid = result.self_paid + max(0, fees - aid)
    return result


def total(facts, span, name):
    return sum(f.data[name] for f in facts if within(f.occurs, span))


# ---------------------------------------------------------------- declared amounts (F5.2, F5.3)
@dataclass
class Share:
    kind: str
    item: str
    person: str
    amount: int
    carried: bool
    first: int
    last: int


def spread(known, declared, members, facts, months, day):
    """What each declaration contributes to M12, after the rules on wages."""
    paid = [f for f in facts if f.family == "hr.wage.paid" and within(f.occurs, months)]
    groups = {}
    for fact in declared:
        group = (fact.data["kind"], fact.data["item"], fact.data.get("idNumber"))
        groups.setdefault(group, []).append(fact)
    shares = []
    for (kind, item, person), records in sorted(groups.items(), key=lambda g: str(g[0])):
        first, last, carried_until = months[0], months[1], None
        if kind == "wage":
            if person is None:
                if paid:
                    continue
            elif person not in members:
                continue
            else:
                own = [f.occurs for f in paid if f.person == person]
                if own:
                    last = date(min(own)).replace(day=1).toordinal() - 1
                ends = [f.occurs for f in known.of_person(person, "hr.job.ended", day)]
                carried_until = max(ends) if ends else None
        spans = tuple((f.data["from"], f.data["to"], f.data["date"], f.version) for f in records)
        for index, days in governed(spans, first, last, carried_until):
            fact = records[index]
            length = fact.data["to"] - fact.data["from"] + 1
            amount = fact.data["amount"] * len(days) // length
            shares.append(Share(kind, item, person, amount, days[-1] > fact.data["to"], days[0],
                                days[-1]))
    return shares


@functools.lru_cache(maxsize=100_000)
def governed(spans, first, last, carried_until):
    """For declarations (from, to, date, version): [(index, days of first...last it counts on)].

    A pure function of its arguments, remembered because M12 changes once a month only.
    """
    days = {}
    for day in range(first, last + 1):
        covering = [(date, version, i) for i, (start, end, date, version) in enumerate(spans)
                    if start <= day <= end]
        if covering:
            days.setdefault(max(covering)[2], []).append(day)
            continue
        before = [(end, date, version, i) for i, (_, end, date, version) in enumerate(spans)
                  if end < day]
        if not before:
            continue
        end, _, _, latest = max(before)
        if day > end + CARRIED_DAYS:
            continue
        if carried_until is not None and day > carried_until:
            continue
        days.setdefault(latest, []).append(day)
    return list(days.items())


# ---------------------------------------------------------------- wages and transfers
def add_wages(result, facts, shares, months):
    for fact in facts:
        if fact.family == "hr.wage.paid" and fact.person in result.members:
            result.paid[fact.occurs] = result.paid.get(fact.occurs, 0) + fact.data["amount"]
            if within(fact.occurs, months):
                result.wage += fact.data["amount"]
                result.wage_of[fact.person] = (result.wage_of.get(fact.person, 0)
                                               + fact.data["amount"])
    for share in shares:
        if share.kind == "wage":
            result.wage += share.amount
            if share.person:
                result.wage_of[share.person] = (result.wage_of.get(share.person, 0)
                                                + share.amount)


def add_transfers(result, known, household, facts, shares, months, year, day):
    claimed = {f.data["item"] for f in facts
               if f.family == "ag.claim.paid" and within(f.occurs, year)
               and f.data["item"] in CLAIM_ITEMS & TRANSFER_ITEMS}
    payments = [f for f in facts if f.family == "bk.subsidy.paid" and within(f.occurs, months)]
    for fact in payments:
        if fact.data["item"] not in claimed:
            result.transfer += fact.data["amount"]
    paid_items = {f.data["item"] for f in payments} & TRANSFER_ITEMS
    months_paid = {date(f.occurs).strftime("%Y-%m") for f in payments
                   if f.data["item"] == "dibao"}
    allowance_counted = False
    for end in month_ends(months):
        amount = allowance(facts, end)
        if amount is not None and date(end).strftime("%Y-%m") not in months_paid:
            result.transfer += amount
            allowance_counted = True
    for share in shares:
        if share.kind != "transfer" or share.item in claimed or share.item in paid_items:
            continue
        if share.item == "dibao" and allowance_counted:
            continue
        result.transfer += share.amount


def month_ends(months):
    end, ends = months[0] - 1, []
    while end < months[1]:
        following = date(end + 1)
        end = month_end(following.year, following.month)
        ends.append(end)
    return ends


def allowance(facts, day):
    """Monthly allowance granted on a day, over all cases; None where none is granted."""
    latest = {}
    for fact in facts:
        if fact.family == "ca.dibao" and fact.occurs <= day:
            case = fact.data["caseNumber"]
            if case not in latest or (fact.occurs, fact.version) > (latest[case].occurs,
                                                                    latest[case].version):
                latest[case] = fact
    amounts = [f.data["yuanPerMonth"] for f in latest.values() if f.name != "ca.dibao.stopped"]
    return sum(amounts) if amounts else None


def describe(result, rule, previous):
    """The figures of F7 `computation` that the comparison holds side by side."""
    figures = {
        "judgeable": result.judgeable, "members": len(result.members), "lineFen": result.line,
        "lineYear": date(result.day).year if result.line is not None else None,
        "provisional": result.provisional, "wageFen": result.wage,
        "businessFen": result.business, "propertyFen": result.assets,
        "transferFen": result.transfer, "expenseFen": result.expense, "netFen": result.net,
        "claimsFen": result.claims, "selfPaidFen": result.self_paid,
        "referencePerCapitaFen": result.per_person,
        "withoutSelfPaidPerCapitaFen": result.without_self_paid,
        "officialPerCapitaFen": result.official,
    }
    if rule == "INC-03":
        figures["previousPerCapitaFen"] = previous
    if rule == "EMP-08":
        figures["forecastPerCapitaFen"] = result.forecast_per_person
    if rule == "INC-04":
        figures["rigidFen"] = result.rigid
    return figures
