"""Medical settlements and diagnoses."""
from samples.chance import Chance
from samples.days import LAST, day, plus

COMMON = ("J18", "J20", "K29", "I10", "M54", "S82", "K35", "E11", "N20", "H60")
REPORTED = ("E11", "I10", "M06", "K74", "G40", "B18")


class Counter:
    def __init__(self):
        self.value = 0

    def next(self, day_):
        self.value += 1
        return f"{day(day_):%Y%m%d}{self.value:06}"


NUMBERS = Counter()


def bill(kind, person, settled, total, fund, self_paid, in_policy, group=None, level=2,
         stay=8, number=None, major=None, aid=None):
    """The data of a settlement; `stay`: days in hospital before it was settled."""
    settled = day(settled)
    data = {"idNumber": person if isinstance(person, str) else person.number,
            "settlementNumber": number or NUMBERS.next(settled), "settled": str(settled)}
    if kind == "inpatient":
        data |= {"admitted": str(plus(settled, -stay)), "discharged": str(settled)}
    data |= {"total": total, "fund": fund, "majorIllness": major, "aid": aid,
             "selfPaid": self_paid, "selfPaidInPolicy": in_policy, "hospitalLevel": level,
             "diseaseGroup": group}
    return data


def settle(book, household, on, kind, data, fixed=True, **more):
    return book.add(f"md.settlement.{kind}", on, data, [household], fixed=fixed, **more)


def everyday(book, world):
    """Bills that change nobody's life: at most a tenth of the household's income in 18 months."""
    chance = Chance("bills")
    for household in world.households:
        if household.story:
            continue
        room = household.net // 10
        top = 5000 if household.low_since else 9000
        for person in household.people:
            old = person.age("2025-06-30") >= 55
            for _ in range(2):
                if chance.hit(26 if old else 8):
                    self_paid = min(chance.between(300, 2600) + chance.between(0, 2600), top)
                    room = visit(book, chance, household, person, "inpatient", self_paid, room)
            for _ in range(5 if old else 2):
                if chance.hit(28 if old else 18):
                    self_paid = chance.between(20, 380)
                    room = visit(book, chance, household, person, "outpatient", self_paid, room)


def visit(book, chance, household, person, kind, self_paid, room):
    on = plus("2025-01-06", chance.below((LAST - day("2025-01-06")).days))
    if not person.here(on) or person.birth > on or self_paid > room:
        return room
    total = self_paid * chance.between(210, 380) // 100
    in_policy = self_paid * chance.between(70, 98) // 100
    cents = f".{chance.below(100):02}" if chance.hit(60) else ""
    data = bill(kind, person, on, f"{total}{cents}", f"{total - self_paid}{cents}", self_paid,
                in_policy, chance.pick(COMMON), chance.between(1, 3 if kind == "inpatient" else 2),
                stay=chance.between(3, 12))
    # The office books most bills on the day; some come weeks later.
    late = chance.between(12, 40) if chance.hit(4) else chance.below(3)
    settle(book, household, plus(on, late), kind, data, fixed=False)
    return room - self_paid


def diagnosed(book, household, person, group, date, on, fixed=True):
    book.add("hc.diagnosis.major", on,
             {"idNumber": person.number, "diseaseGroup": group, "date": str(date)},
             [household], fixed=fixed)


def reports(book, world):
    """Diagnoses outside the ranges that MED-06 asks about."""
    chance = Chance("reports")
    for household in world.households:
        for person in household.people:
            if not household.story and person.age("2025-01-01") > 35 and chance.below(24) == 0:
                date = plus("2025-01-10", chance.below(520))
                if person.here(date):
                    diagnosed(book, household, person, chance.pick(REPORTED), date,
                              plus(date, chance.between(1, 9)), fixed=False)
