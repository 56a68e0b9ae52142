"""What happens in quiet households: births, deaths, changed jobs, safe houses, small losses."""
from samples.chance import Chance
from samples.days import plus
from samples.families import AWAY, Worker
from samples.lives import ended, enrol, paid, registered, started


def quiet(world):
    return [h for h in world.households if not h.story]


def register_changes(book, world):
    """Births into families that can carry a child, deaths of the old, marriages elsewhere."""
    chance = Chance("changes")
    births = deaths = gone = 0
    for household in quiet(world):
        if household.low_since or household.village.startswith("529902"):
            continue
        head = household.head
        if births < 11 and household.net > 75000 and head.age("2025-01-01") < 45 \
                and chance.hit(30):
            births += 1
            birth = plus("2025-02-10", chance.below(480))
            child = world.register.person(birth, chance.pick("mf"), "child")
            household.people.append(child)
            child.later = True
            book.add("hh.person.registered", plus(birth, chance.between(6, 30)),
                     registered(child, household, birth, "birth"), [household])
            enrol(book, household, child, birth.year, plus(birth, 45), plus(birth, 40))
        old = [p for p in household.people[1:] if p.relation == "parent" and p.worker is None]
        if deaths < 10 and old and len(household.people) > 3 and chance.hit(12):
            deaths += 1
            leave(book, household, chance.pick(old), plus("2025-02-01", chance.below(490)),
                  chance.between(2, 25), None)
            continue
        grown = [p for p in household.people[1:] if p.relation == "child" and not p.worker
                 and p.sex == "f" and 19 <= p.age("2025-01-01") <= 29]
        if gone < 6 and grown and chance.hit(60):
            gone += 1
            leave(book, household, grown[0], plus("2025-04-01", chance.below(400)),
                  chance.between(4, 30), chance.pick(("married", "outOfArea")))


def leave(book, household, person, date, late, reason):
    person.gone = date
    data = {"idNumber": person.number}
    if reason is None:
        book.add("hh.person.deceased", plus(date, late), data | {"date": str(date)}, [household])
    else:
        book.add("hh.person.left", plus(date, late),
                 data | {"householdNumber": household.number, "date": str(date),
                         "reason": reason}, [household])


def new_jobs(book, world):
    """One in ten changes the employer, two or three weeks after the old job's end."""
    chance = Chance("new jobs")
    for household in quiet(world):
        for person in household.people:
            worker = person.worker
            if worker is None or person.gone or household.low_since or not chance.hit(8):
                continue
            worker.until = plus("2025-03-20", chance.below(380))
            following = Worker(person, worker.wage + 100, chance.pick(
                [code for code in AWAY if code != worker.employer]),
                plus(worker.until, chance.between(9, 19)), "migrant")
            ended(book, household, person, worker.employer, worker.until,
                  plus(worker.until, chance.between(1, 3)), fixed=False)
            on = plus(following.since, chance.between(1, 3))
            started(book, household, person, following, on)
            month = str(worker.until)[:7]
            worker.months[month] = worker.wage * worker.until.day // 30
            begun = following.since.day
            following.months[str(following.since)[:7]] = following.wage * (31 - begun) // 30
            paid(book, chance, household, person, following)


def houses(book, world):
    """Appraisals of houses that stand well; C and D where nobody lives or another house is."""
    chance = Chance("houses")
    for household in quiet(world):
        if not chance.hit(26):
            continue
        on = plus("2025-02-10", chance.below(440))
        grade, lived, only = ("A" if chance.hit(45) else "B"), True, True
        if chance.hit(5):
            grade, lived, only = "D", False, False
        book.add("hs.appraisal.graded", plus(on, chance.between(1, 9)),
                 {"householdNumber": household.number,
                  "houseNumber": f"FW{household.number[3:12]}{household.number[-4:]}",
                  "grade": grade, "inhabited": lived, "onlyDwelling": only, "date": str(on)},
                 [household])


def stock_and_claims(book, world):
    """Sick animals, and what insurers pay."""
    chance = Chance("claims")
    count = 0
    for household in quiet(world):
        if not chance.hit(7):
            continue
        count += 1
        on = plus("2025-03-01", chance.below(450))
        head, lost = chance.between(8, 60), chance.between(1, 6)
        book.add("ag.stock.lost", plus(on, 2),
                 {"householdNumber": household.number, "reportNumber": f"XQ{count:05}",
                  "species": chance.pick(("pig", "sheep", "chicken")), "head": head,
                  "headLost": lost, "loss": lost * 350, "insured": chance.hit(50),
                  "date": str(on)}, [household])
        by_person = chance.hit(30)  # some insurers know the head only
        book.add("ag.claim.paid", plus(on, chance.between(20, 40)),
                 {("idNumber" if by_person else "householdNumber"):
                  household.head.number if by_person else household.number,
                  "claimNumber": f"LP{count:06}", "item": "livestockInsurance",
                  "amount": lost * 210, "date": str(plus(on, 18))}, [household])


def short_cut(book, world):
    """Two days without water in Gaoping: too short for an alert."""
    area = world.in_area("529901102202")
    for on in ("2025-07-15", "2025-07-17"):
        for household in area:
            book.reserve(household, on, "hazard:household")
    book.add("wt.supply.interrupted", "2025-07-15",
             {"plantCode": "WP529901102202", "divisions": ["529901102202"],
              "from": "2025-07-15"}, area, fixed=True)
    book.add("wt.supply.restored", "2025-07-17",
             {"plantCode": "WP529901102202", "from": "2025-07-15", "to": "2025-07-17"}, area,
             fixed=True)
