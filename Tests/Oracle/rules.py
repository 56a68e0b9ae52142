"""The eighteen rules, their levels and their ends (formats.md 6; clear column: domain.md 5.2).

`ask(known, household, day, policy)` answers every rule as of a day with the facts known now.
"""
import datetime
from dataclasses import dataclass

from income import allowance, date, income, total, window, within

CAUSE = {"MED": "illness", "EDU": "schooling", "EMP": "employment", "DSR": "disaster",
         "HSG": "housing", "WTR": "water", "INC": "income"}
LEVELS = ["blue", "yellow", "orange", "red"]
BLUE, YELLOW, ORANGE, RED = range(4)
SPEAKS_FOR = {"MED-07": ["MED-01", "MED-02", "MED-04", "INC-01", "INC-04"],
              "EDU-02": ["EDU-01"], "DSR-01": ["DSR-02"]}
ASKS_LOW = {"MED-01", "MED-02", "MED-04", "MED-09", "DSR-03"}
RECENT_DAYS = 90
COOLDOWN_DAYS = 30


@dataclass
class Answer:
    value: bool           # True, False, or None: cannot judge
    level: int = None
    subject: str = None


FALSE, CANNOT = Answer(False), Answer(None)


def cause(rule):
    return CAUSE[rule[:3]]


class Question:
    """A household as of a day."""

    def __init__(self, known, household, day, policy):
        self.known, self.household, self.day, self.policy = known, household, day, policy
        self.income = income(known, household, day, policy)
        self.members = self.income.members
        self.facts = known.of_household(household, day)
        self.recent = window(day, RECENT_DAYS)
        self.is_low = self.low()

    def family(self, family):
        return [f for f in self.facts if f.family == family]

    def of_person(self, person, family):
        return self.known.of_person(person, family, self.day)

    # -------------------------------------------------------- the household
    def low(self):
        if allowance(self.facts, self.day) is not None:
            return True
        classes = sorted(self.family("rb.class.changed"), key=lambda f: (f.occurs, f.version))
        if not classes:
            return False
        latest = classes[-1]
        if latest.data["exPoor"] or latest.data["class"] in ("unstable", "edge", "sudden"):
            return True
        return (latest.data["class"] == "eliminated"
                and self.day < same_day(latest.occurs, 1).toordinal())

    def age(self, person):
        told = self.known.registration(person, self.day)
        if not told:
            return None
        born, today = date(told.data["birthDate"]), date(self.day)
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

    def labour(self, person):
        told = self.known.registration(person, self.day)
        if told and told.data.get("labour"):
            return told.data["labour"]
        age = self.age(person)
        return "full" if age is not None and 16 <= age <= 59 else "none"

    def no_labour(self):
        return all(self.labour(p) == "none" for p in self.members)

    def disposable(self):
        return self.policy.disposable_income(self.income.division, date(self.day).year - 1)

    def greatest_self_paid(self):
        """(sum, person) of the calendar year, over all bills of the household."""
        year = (datetime.date(date(self.day).year, 1, 1).toordinal(), self.day)
        sums = {}
        for bill in self.family("md.settlement"):
            if within(bill.occurs, year):
                sums[bill.person] = sums.get(bill.person, 0) + bill.data["selfPaidInPolicy"]
        if not sums:
            return 0, None
        return max((amount, person) for person, amount in sums.items())

    def latest_appraisals(self):
        latest = {}
        for fact in sorted(self.family("hs.appraisal.graded"),
                           key=lambda f: (f.occurs, f.version)):
            latest[fact.data["houseNumber"]] = fact
        return list(latest.values())

    def running_interruptions(self):
        """First days of the interruptions that run on the day in the household's area."""
        found = []
        for fact in self.known.in_area(self.household, self.day, "wt.supply.interrupted"):
            back = self.known.restored(fact, self.day)
            if back is None or self.day < back:
                found.append(fact.occurs)
        return found

    def previous_per_person(self):
        """The reference per person a year earlier where it can be compared with (INC-03)."""
        earlier = same_day(self.day, -1).toordinal()
        past = income(self.known, self.household, earlier, self.policy)
        if not past:
            return None
        declared = [f for f in self.known.of_household(self.household, earlier)
                    if f.family == "fv.income.recorded" and f.occurs >= earlier - 400]
        return past.per_person if declared and past.per_person > 0 else None

    def running_jobs(self, person):
        """The latest `started` of each employer whose latest event it is."""
        latest = {}
        events = (self.of_person(person, "hr.job.started")
                  + self.of_person(person, "hr.job.ended"))
        for fact in sorted(events, key=lambda f: (f.occurs, f.name == "hr.job.started",
                                                  f.version)):
            latest[fact.data["employerCode"]] = fact
        return [f for f in latest.values() if f.name == "hr.job.started"]


def same_day(day, years):
    """The same date some years away; 29 February becomes the 28th."""
    found = date(day)
    try:
        return found.replace(year=found.year + years)
    except ValueError:
        return found.replace(year=found.year + years, day=28)


# ---------------------------------------------------------------- illness
def med_sum(q, numerator, denominator):
    disposable = q.disposable()
    if disposable is None:
        return CANNOT
    amount, person = q.greatest_self_paid()
    if person and amount * denominator >= disposable * numerator:
        return Answer(True, ORANGE, person)
    return FALSE


def med_01(q):
    return med_sum(q, 1, 2) if q.is_low else FALSE


def med_02(q):
    return FALSE if q.is_low else med_sum(q, 1, 1)


def med_04(q):
    threshold = 600_000 if q.is_low else 1_000_000
    bills = [f for f in q.family("md.settlement") if f.name == "md.settlement.inpatient"
             and within(f.occurs, q.recent) and f.data["selfPaid"] >= threshold]
    return Answer(True, YELLOW, bills[0].person) if bills else FALSE


RANGES = ("Q20-Q28 C91-C95 C16-C16 C15-C15 C18-C18 C19-C20 C34-C34 C22-C22 C50-C50 C53-C53 "
          "I21-I22 H25-H26 H28-H28 J60-J65 C81-C88 C40-C41 D66-D68 D56-D56 Q35-Q37 Q54-Q54 "
          "A15-A19 I60-I64 J44-J44 B20-B24 C67-C67 C56-C56 C64-C64 F20-F29 F31-F31 I05-I09")
DIGITS = ("N18.5", "N18.6", "C74.9")


def is_major(code):
    if any(code.startswith(listed) for listed in DIGITS):
        return True
    return any(low <= code[:3] <= high for low, high in
               (entry.split("-") for entry in RANGES.split()))


def med_06(q):
    for person in q.members:
        for fact in q.of_person(person, "hc.diagnosis.major"):
            if within(fact.occurs, q.recent) and is_major(fact.data["diseaseGroup"]):
                return Answer(True, ORANGE, person)
    return FALSE


def med_07(q):
    i = q.income
    if not i.judgeable:
        return CANNOT
    if i.per_person < i.line <= i.without_self_paid:
        return Answer(True, RED if i.per_person * 10 < i.line * 7 else ORANGE)
    return FALSE


def med_09(q):
    today = date(q.day)
    if not q.is_low or (today.month, today.day) < (1, 15):
        return FALSE
    for person in q.members:
        years = {}
        for fact in q.of_person(person, "md.enrol.changed"):
            years[fact.data["year"]] = fact.data["enrolled"]
        if years.get(today.year) is False or (
                today.year not in years and years.get(today.year - 1) is True):
            return Answer(True, YELLOW, person)
    return FALSE


# ---------------------------------------------------------------- schooling
def latest_dropout(q, person):
    events = q.of_person(person, "ed.dropout")
    return events[-1] if events else None


def edu_01(q):
    for person in q.members:
        age = q.age(person)
        if age is None or not 6 <= age <= 16:
            continue
        dropout = latest_dropout(q, person)
        absent = sum(f.data["schoolDays"] for f in q.of_person(person, "ed.attendance.absent")
                     if not f.data["excused"] and within(f.occurs, window(q.day, 30)))
        enrolments = q.of_person(person, "ed.enrolment.changed")
        left = (enrolments and enrolments[-1].data["status"] == "left"
                and q.day - enrolments[-1].occurs >= 30)
        if (dropout and dropout.name != "ed.dropout.returned") or absent >= 5 or left:
            return Answer(True, ORANGE, person)
    return FALSE


def edu_02(q):
    for person in q.members:
        dropout = latest_dropout(q, person)
        if (dropout and dropout.name == "ed.dropout.confirmed"
                and dropout.data.get("reason") == "economic"):
            return Answer(True, RED, person)
    return FALSE


# ---------------------------------------------------------------- employment
def emp_01(q):
    i = q.income
    whole = i.wage + i.business + i.assets + i.transfer
    found = []
    for person in q.members:
        ended = [f.occurs for f in q.of_person(person, "hr.job.ended")]
        if not ended or q.running_jobs(person) or q.day - max(ended) < 30:
            continue
        share = i.wage_of.get(person, 0)
        if whole > 0 and share * 5 >= whole * 2:
            found.append((share, person, ORANGE if q.day - max(ended) >= 90 else YELLOW))
    if not found:
        return FALSE
    _, person, _ = max(found)
    return Answer(True, max(level for _, _, level in found), person)


def emp_08(q):
    i = q.income
    if not i.judgeable:
        return CANNOT
    now, before = i.last_months, i.months_a_year_before
    if before > 0 and now * 2 <= before and i.forecast_per_person * 5 < i.line * 6:
        return Answer(True, YELLOW)
    return FALSE


# ---------------------------------------------------------------- disaster, housing, water
def recent_losses(q):
    return [f for f in q.family("em.household.loss") if within(f.occurs, q.recent)]


def dsr_01(q):
    for loss in recent_losses(q):
        if (loss.data["roomsCollapsed"] > 0 or loss.data["roomsSeverelyDamaged"] > 0
                or loss.data["unfitToLive"]):
            return Answer(True, RED)
    return FALSE


def dsr_02(q):
    worst = max((loss.data.get("cropLossPercent", 0) for loss in recent_losses(q)), default=0)
    for threshold, level in ((80, RED), (50, ORANGE), (30, YELLOW)):
        if worst >= threshold:
            return Answer(True, level)
    return FALSE


def dsr_03(q):
    running = [f for f in q.known.in_area(q.household, q.day, "em.disaster.declared")
               if q.day <= f.data.get("until", f.occurs + 15)]
    if not running:
        return FALSE
    ages = [q.age(p) for p in q.members]
    weak = all(age is not None and (age < 16 or age >= 60) for age in ages)
    unsafe = any(f.data["grade"] in "CD" and f.data["inhabited"] for f in q.latest_appraisals())
    return Answer(True, ORANGE) if q.is_low or unsafe or weak else FALSE


def hsg_01(q):
    bad = [f for f in q.latest_appraisals()
           if f.data["grade"] in "CD" and f.data["inhabited"] and f.data["onlyDwelling"]]
    return Answer(True, ORANGE) if bad else FALSE


def wtr_01(q):
    since = [q.day - first for first in q.running_interruptions()]
    longest = max(since, default=0)
    if longest < 3:
        return FALSE
    return Answer(True, ORANGE if longest >= 7 else YELLOW)


# ---------------------------------------------------------------- income
def inc_01(q):
    if not q.income.judgeable:
        return CANNOT
    return Answer(True, ORANGE) if q.income.per_person < q.income.line else FALSE


def inc_03(q):
    i = q.income
    if not i.judgeable:
        return CANNOT
    past = q.previous_per_person()
    if past is None:
        return FALSE
    if i.per_person * 10 <= past * 7 and i.per_person * 2 < i.line * 3:
        return Answer(True, YELLOW)
    return FALSE


def inc_04(q):
    i = q.income
    if not i.judgeable:
        return CANNOT
    net = max(0, i.net)
    if i.rigid > 0 and i.rigid * 5 >= net * 3:
        return Answer(True, ORANGE if i.rigid * 5 >= net * 4 else YELLOW)
    return FALSE


RULES = {"MED-01": med_01, "MED-02": med_02, "MED-04": med_04, "MED-06": med_06,
         "MED-07": med_07, "MED-09": med_09, "EDU-01": edu_01, "EDU-02": edu_02,
         "EMP-01": emp_01, "EMP-08": emp_08, "DSR-01": dsr_01, "DSR-02": dsr_02,
         "DSR-03": dsr_03, "HSG-01": hsg_01, "WTR-01": wtr_01, "INC-01": inc_01,
         "INC-03": inc_03, "INC-04": inc_04}


def ask(known, household, day, policy):
    """(Question, rule -> Answer) as of a day; None where the household has no living member."""
    key = ("ask", household, day)
    if key not in known.memo:
        answer = None
        if known.members(household, day):
            q = Question(known, household, day, policy)
            answer = (q, {rule: opens(q) for rule, opens in RULES.items()})
        known.memo[key] = answer
    return known.memo[key]


# ---------------------------------------------------------------- levels
def level_of(rule, base, q, open_causes):
    """One step up at most, then one step down under N1; never past red or blue."""
    level = base
    raised = ((q.is_low and rule not in ASKS_LOW) or q.no_labour()
              or any(other != cause(rule) for other in open_causes))
    if raised:
        level = min(RED, level + 1)
    i = q.income
    if (cause(rule) in ("illness", "schooling") and i.judgeable
            and i.per_person >= 2 * i.line):
        level = max(BLUE, level - 1)
    return level


# ---------------------------------------------------------------- clear conditions
# Conditions that must hold at every asking for a number of days.
HELD_DAYS = {"MED-07": 60, "EDU-02": 30, "WTR-01": 3, "INC-01": 180}


def held_now(rule, q, answer):
    """The condition of HELD_DAYS at this asking; None: cannot be judged."""
    if rule in ("MED-07", "INC-01"):
        return q.income.per_person >= q.income.line if q.income.judgeable else None
    if rule == "WTR-01":
        return not q.running_interruptions()
    return None if answer.value is None else not answer.value


def is_clear(rule, alert, q, visited):
    """The clear condition besides those of HELD_DAYS. `visited`: days of officers' visits."""
    seen = any(alert.opened_on <= day <= q.day for day in visited)
    if rule in ("MED-01", "MED-02"):
        return seen or below_threshold(rule, q)
    if rule in ("MED-06", "DSR-03"):
        return seen
    if rule == "DSR-02":
        return seen and (not said_insured(alert, q) or any(
            f.occurs >= alert.opened_on for f in q.family("ag.claim.paid")))
    if rule == "DSR-01":
        return any(f.data["grade"] in "AB" and f.occurs >= alert.opened_on
                   for f in q.latest_appraisals())
    if rule == "EMP-01":
        return any(q.day - job.occurs >= 30 for job in q.running_jobs(alert.subject_now(q.known)))
    if rule == "EMP-08":
        return q.income.last_months * 5 >= q.income.months_a_year_before * 4
    return rule in ("MED-04", "MED-09", "EDU-01", "HSG-01", "INC-03", "INC-04")


def below_threshold(rule, q):
    disposable = q.disposable()
    if disposable is None:
        return False
    return q.greatest_self_paid()[0] * (2 if rule == "MED-01" else 1) < disposable


def said_insured(alert, q):
    """Whether a loss that opened the alert was said to be insured."""
    recent = window(alert.opened_on, RECENT_DAYS)
    return any(f.data.get("insured") for f in q.family("em.household.loss")
               if within(f.occurs, recent) and f.data.get("cropLossPercent", 0) >= 30)
