"""Rolls, fees, aid and absences of the county's pupils."""
from samples.chance import Chance
from samples.days import age, day, plus

STAGES = (("preschool", 4, 5), ("primary", 6, 11), ("junior", 12, 14), ("senior", 15, 17),
          ("university", 18, 21))
SCHOOLS = {"preschool": "3552990101", "primary": "2152990107", "junior": "3152990103",
           "senior": "3452990101", "vocational": "3652990102", "university": "4152000012"}
TERMS = (("2025-1", "2025-02-24"), ("2025-2", "2025-09-08"), ("2026-1", "2026-03-09"))


def stage_of(person, year):
    """The stage from September of a year on, by the age on 31 August; None: not at school."""
    years = age(person.birth, f"{year}-08-31")
    for stage, first, last in STAGES:
        if first <= years <= last:
            return stage
    return None


def roll(book, household, person, stage, status, date, on, fixed=False, op=None):
    if person.student is None:
        raise AssertionError("no student number")
    return book.add("ed.enrolment.changed", on,
                    {"idNumber": person.number, "studentNumber": person.student, "stage": stage,
                     "status": status, "schoolCode": SCHOOLS[stage], "date": str(date)},
                    [household], fixed=fixed, op=op)


def pupils(book, world):
    """Loads the rolls of 2024, moves pupils up in 2025, charges fees and grants aid."""
    chance = Chance("schools")
    for household in world.households:
        for person in household.people:
            stage = stage_of(person, 2024)
            if stage in ("senior", "university") and not chance.hit(75):
                stage = None  # works, or stays at home
            if stage == "senior" and chance.hit(45):
                stage = "vocational"
            if stage == "university" and (person.worker or person.relation == "head"):
                stage = None
            if stage:
                person.student = person.student or world.register.student_number()
                roll(book, household, person, stage, "enrolled", "2024-09-01",
                     plus("2025-01-06", chance.below(12)), op="snapshot")
            following = stage_of(person, 2025)
            if following == "senior" and stage == "vocational":
                following = "vocational"
            if stage in (None, "university") and following != "preschool":
                following = stage
            if stage and following != stage:
                roll(book, household, person, stage, "graduated", "2025-07-05",
                     plus("2025-07-06", chance.below(8)))
            if following and following != stage:
                person.student = person.student or world.register.student_number()
                roll(book, household, person, following, "enrolled", "2025-09-01",
                     plus("2025-09-02", chance.below(6)))
            if household.bare:
                continue
            fees(book, chance, household, person, (stage, following, following))
            absences(book, chance, household, person, stage)


def fees(book, chance, household, person, stages):
    """Two or three charges a term; aid for those of low income."""
    for (term, start), stage in zip(TERMS, stages):
        if stage is None or not person.here(start):
            continue
        charged = {"preschool": [("tuition", 1100)], "primary": [("meals", 380)],
                   "junior": [("meals", 460)], "senior": [("tuition", 600), ("boarding", 300)],
                   "vocational": [("boarding", 350)],
                   "university": [("tuition", 2400), ("boarding", 600)]}[stage]
        for item, amount in charged:
            on = plus(start, chance.below(20))
            charge(book, household, person, term, item, amount, on)
        aid = {"primary": ("grant", 400), "junior": ("boarderAllowance", 625),
               "senior": ("grant", 1000), "vocational": ("rainDew", 1500),
               "university": ("grant", 1650)}.get(stage)
        if aid and (household.low_since or chance.hit(8)):
            grant(book, household, person, term, *aid, plus(start, 45 + chance.below(20)))


def charge(book, household, person, term, item, amount, on, fixed=False):
    book.add("ed.fee.charged", on,
             {"idNumber": person.number, "studentNumber": person.student, "term": term,
              "item": item, "amount": amount, "date": str(on)}, [household], fixed=fixed)


def grant(book, household, person, term, item, amount, on, fixed=False):
    book.add("ed.aid.granted", on,
             {"idNumber": person.number, "studentNumber": person.student, "term": term,
              "item": item, "amount": amount, "date": str(on)}, [household], fixed=fixed)


def absences(book, chance, household, person, stage):
    """Colds and harvests: short, excused mostly, never five days without an excuse."""
    if stage not in ("primary", "junior"):
        return
    for season in ("2025-03-03", "2025-10-13", "2026-03-16"):
        if not chance.hit(22):
            continue
        first = plus(season, chance.below(60))
        first = plus(first, (7 - first.weekday()) % 7)  # a Monday
        days = chance.between(1, 4)
        absent(book, household, person, first, days, days > 2 or chance.hit(60),
               plus(first, days + 1))


def absent(book, household, person, first, days, excused, on, fixed=False):
    first = day(first)
    book.add("ed.attendance.absent", on,
             {"idNumber": person.number, "studentNumber": person.student, "from": str(first),
              "to": str(plus(first, days - 1)), "schoolDays": days, "excused": excused},
             [household], fixed=fixed)


def dropout(book, household, person, what, date, on, reason=None):
    """`what`: suspected, confirmed or returned."""
    book.add(f"ed.dropout.{what}", on,
             {"idNumber": person.number, "studentNumber": person.student, "date": str(date),
              "reason": reason}, [household], fixed=True)
