"""What departments book of every household: register, rolls, declarations, wages, payments."""
from samples.chance import Chance
from samples.days import age, day, month_end, months, plus
from samples.families import EMPLOYERS

# Days on which whole townships come: the first load of the register.
LOADS = {"529901100": "2025-01-01", "529901101": "2025-01-02", "529901102": "2025-01-03",
         "529902100": "2025-01-03"}


def registered(person, household, since, reason="initial"):
    return {
        "idNumber": person.number, "householdNumber": household.number,
        "relation": person.relation, "birthDate": str(person.birth), "sex": person.sex,
        "division": household.village, "from": str(since), "labour": person.labour,
        "reason": reason,
    }


def register(book, world):
    """The register's first load; who came later is registered by his story."""
    chance = Chance("register")
    for household in world.households:
        on = LOADS[household.township]
        for person in household.people:
            since = person.birth if person.birth > day("2010-01-01") \
                else plus("2004-01-01", chance.below(2500))
            book.add("hh.person.registered", on, registered(person, household, since),
                     [household], fixed=True, op="snapshot", batch="register-2025")


def rolls(book, world):
    """Who is on which civil-affairs and revitalisation roll at the start."""
    chance = Chance("rolls")
    quiet = [h for h in world.households if h.low_since and not h.story]
    for number, household in enumerate(quiet):
        kind = number % 10
        data = {"householdNumber": household.number}
        if kind < 6:
            data |= {"class": "none", "exPoor": True, "from": "2019-12-31"}
        else:
            data |= {"class": ("unstable", "edge", "edge", "unstable")[kind - 6],
                     "exPoor": kind == 6, "from": f"2023-{chance.between(3, 11):02}-01"}
        if kind == 9:
            # Civil affairs know the head, not the register's number.
            del data["householdNumber"]
            data = {"idNumber": household.head.number} | data
        book.add("rb.class.changed", "2025-01-04", data, [household], op="snapshot")
        if kind == 8:
            # Taken off monitoring, and watched for another year.
            book.add("rb.class.changed", "2025-10-09",
                     {"householdNumber": household.number, "class": "eliminated",
                      "exPoor": False, "from": "2025-10-01"}, [household])
        if kind in (1, 4, 7):
            grant(book, household, "2023-07-01", chance.between(28, 46) * 10, "2025-01-05",
                  f"DB{number:05}")
            household.paid_by_card = kind != 4


def grant(book, household, since, yuan, on, case):
    household.dibao = (day(since), yuan)
    book.add("ca.dibao.granted", on,
             {"householdNumber": household.number, "caseNumber": case, "yuanPerMonth": yuan,
              "from": since}, [household])


def insurance(book, world):
    """Everybody's health insurance for 2025 (loaded in January) and 2026 (autumn of 2025)."""
    chance = Chance("insurance")
    for household in world.households:
        for person in household.people:
            if person.later:
                continue
            enrol(book, household, person, 2025, plus("2025-01-04", chance.below(9)),
                  plus("2024-09-15", chance.below(90)), op="snapshot")
            booked = plus("2025-09-20", chance.below(88))
            if person.here(booked) and not person.lapsed:
                enrol(book, household, person, 2026, booked, plus(booked, -chance.between(1, 9)))


def enrol(book, household, person, year, on, since, enrolled=True, op=None):
    book.add("md.enrol.changed", on,
             {"idNumber": person.number, "year": year, "enrolled": enrolled,
              "date": str(since)}, [household], op=op)


def declarations(book, world):
    """What each household declares in January of the year before."""
    chance = Chance("declarations")
    for household in world.households:
        for year, rows in sorted(household.yearly.items()):
            on = getattr(household, "declares", {}).get(year) \
                or plus(f"{year + 1}-01-06", chance.below(20))
            declare(book, household, rows, f"{year}-01-01", f"{year}-12-31", on)


def declare(book, household, rows, first, last, on, fixed=False):
    on = day(on)
    for kind, item, yuan, person in rows:
        if person is not None and not person.here(on):
            continue
        on = book.add(
            "fv.income.recorded", on,
            {"householdNumber": household.number, "idNumber": person and person.number,
             "from": first, "to": last, "kind": kind, "item": item, "amount": yuan,
             "date": str(on)}, [household], fixed=fixed)


def jobs(book, world):
    """Running jobs, loaded in January, and those that began or ended since."""
    chance = Chance("jobs")
    for household in world.households:
        for person in household.people:
            if person.worker:
                started(book, household, person, person.worker,
                        max(plus("2025-01-04", chance.below(7)),
                            plus(person.worker.since, 3)))


def started(book, household, person, worker, on, fixed=False):
    place = EMPLOYERS.get(worker.employer, (None, None))[0]
    book.add("hr.job.started", on,
             {"idNumber": person.number, "employerCode": worker.employer,
              "date": str(worker.since), "placeDivision": place, "kind": worker.kind},
             [household], fixed=fixed)


def ended(book, household, person, employer, date, on, reason="contractEnd", fixed=True):
    book.add("hr.job.ended", on,
             {"idNumber": person.number, "employerCode": employer, "date": str(date),
              "reason": reason}, [household], fixed=fixed)


def wages(book, world):
    """Every month's wages, booked 5 to 13 days after its end; a few come weeks late."""
    chance = Chance("wages")
    for household in world.households:
        for person in household.people:
            if person.worker:
                paid(book, chance, household, person, person.worker)


def paid(book, chance, household, person, worker, first="2024-12", last="2026-05"):
    for month in months(max(first, str(worker.since)[:7]), last):
        end = month_end(month)
        if worker.until and str(worker.until)[:7] < month:
            break
        if person.gone and person.gone <= end:
            break
        amount = worker.months.get(month)
        if amount is None and worker.exact:
            amount = worker.wage
        if amount is None:
            scale = chance.between(80, 88) if month.endswith("-02") else chance.between(95, 106)
            amount = worker.wage * scale / 100
            amount = int(amount) if chance.hit(70) else f"{amount:.2f}"
        if amount == 0:
            continue
        late = 26 if not household.story and chance.below(160) == 0 else 0
        book.add("hr.wage.paid", plus(end, chance.between(5, 12) + late),
                 {"idNumber": person.number, "employerCode": worker.employer, "month": month,
                  "amount": amount}, [household], batch=f"wages-{month}")


def payments(book, world):
    """One-card subsidies by person: pensions and old-age money each quarter, land each spring."""
    chance = Chance("payments")
    count = [0]

    def pay(household, person, item, amount, on):
        count[0] += 1
        if person.here(on):
            book.add("bk.subsidy.paid", plus(on, chance.below(3)),
                     {"idNumber": person.number, "paymentNumber": f"YKT{count[0]:07}",
                      "item": item, "amount": amount, "date": str(on)}, [household])

    for household in world.households:
        if household.bare:
            continue
        land = chance.between(3, 9)
        forest = chance.between(2, 30) if chance.hit(25) else 0
        soy = chance.hit(40)
        for year in (2025, 2026):
            pay(household, household.head, "landFertility", f"{land * 63.5:.2f}",
                plus(f"{year}-04-10", chance.below(18)))
            if forest and year == 2025:
                pay(household, household.head, "publicForest", forest * 16, "2025-07-22")
            if soy and year == 2025:
                pay(household, household.head, "maizeSoy", land * 12, "2025-10-16")
        for person in household.people:
            disabled = person.age("2025-01-01") >= 40 and chance.below(30) == 0
            for month in months("2025-03", "2026-06"):
                if month[5:] not in ("03", "06", "09", "12"):
                    continue
                on = f"{month}-{chance.between(16, 22)}"
                if age(person.birth, on) >= 60:
                    pay(household, person, "pension", 3 * 148, on)
                if age(person.birth, on) >= 80:
                    pay(household, person, "oldAge", 150, on)
                if disabled:
                    pay(household, person, "disability", 240, on)
        if getattr(household, "paid_by_card", False):
            for month in months("2025-01", "2026-06"):
                pay(household, household.head, "dibao", household.dibao[1],
                    f"{month}-{chance.between(10, 14)}")
