"""Stories of school, work, disaster, house and income; see stories_medical for how they run."""
from samples.bills import bill, settle
from samples.days import plus
from samples.families import Worker
from samples.lives import declare, ended, paid, started
from samples.chance import Chance
from samples.people import Household
from samples.schools import absent, charge, dropout, grant, roll
from samples.stories_medical import COUPLE, DONGGUAN, NEARBY, NINGBO, SHENZHEN

FLOOD, FLOODED = "HZ2026-0609-01", "529901101"


def dropout_returned(world):
    """Suspected, confirmed for want of money, back at school: EDU-02 clears after 30 days."""
    h = world.story("529901102201", 9, "Zhong",
                    [("head", "f", "1982-07-04"), ("child", "m", "2012-03-15"),
                     ("child", "f", "2017-09-09"), ("grandparent", "f", "1951-01-01")],
                    crops=23000, costs=7000, wages=[(0, 3000, NEARBY, "2022-02-15")])
    book = yield
    boy = h.people[1]
    boy.student = world.register.student_number()
    dropout(book, h, boy, "suspected", "2026-05-06", "2026-05-06")
    dropout(book, h, boy, "confirmed", "2026-05-13", "2026-05-13", "economic")
    dropout(book, h, boy, "returned", "2026-05-27", "2026-05-27")
    book.expect(h, "A dropout: suspected 05-06, confirmed economic 05-13, returned 05-27.",
                ("EDU-01", "2026-05-06", "superseded from 05-13; over with the return"),
                ("EDU-02", "2026-05-13", "cleared 30 days after the return"))


def truant(world):
    """Three days, then two more within 30 days, all without an excuse."""
    h = world.story("529901100201", 14, "Duan", COUPLE, crops=16000, costs=5000,
                    wages=[(0, 4900, DONGGUAN, "2022-03-01")])
    book = yield
    h.people[2].student = world.register.student_number()
    absent(book, h, h.people[2], "2026-05-20", 3, False, "2026-05-23", fixed=True)
    absent(book, h, h.people[2], "2026-06-04", 2, False, "2026-06-06", fixed=True)
    book.expect(h, "Five school days missed without an excuse within 30 days.",
                ("EDU-01", "2026-06-06", ""))


def left_school(world):
    """Left the roll for another county, and arrives there six weeks later."""
    h = world.story("529901100202", 33, "Ding", COUPLE, crops=17000, costs=5000,
                    wages=[(0, 5000, NINGBO, "2022-03-01")])
    book = yield
    girl = h.people[2]
    girl.student = world.register.student_number()
    roll(book, h, girl, "junior", "left", "2025-03-10", "2025-03-11", fixed=True)
    roll(book, h, girl, "junior", "enrolled", "2025-04-21", "2025-04-22", fixed=True)
    book.expect(h, "Left the roll on 2025-03-10, on no other for 30 days.",
                ("EDU-01", "2025-04-09", "over on 2025-04-22"))


def false_alarm(world):
    """A suspicion that the teacher takes back after a week."""
    h = world.story("529901102202", 30, "Nie", COUPLE, crops=18000, costs=6000,
                    wages=[(0, 4700, SHENZHEN, "2022-03-01")])
    book = yield
    h.people[2].student = world.register.student_number()
    dropout(book, h, h.people[2], "suspected", "2025-10-16", "2025-10-16", "unwilling")
    dropout(book, h, h.people[2], "returned", "2025-10-23", "2025-10-23")
    book.expect(h, "A dropout suspected for a week.",
                ("EDU-01", "2025-10-16", "over on 2025-10-23"))


def jobs_lost(world):
    """Three main earners lose their jobs: in April 2026, in February 2026 (90 days pass), and
    in 2025 with a new job after seven weeks."""
    april = world.story("529901100203", 11, "Shao", COUPLE, crops=21000, costs=6000,
                        wages=[(0, 4500, SHENZHEN, "2021-03-01")])
    february = world.story("529901102201", 30, "Su", COUPLE, crops=21000, costs=6000,
                           wages=[(0, 4500, DONGGUAN, "2021-03-01")])
    found = world.story("529901100202", 25, "Tan", COUPLE, crops=20000, costs=5000,
                        wages=[(0, 4800, NINGBO, "2020-03-01")])
    for h, until, month, yuan in ((april, "2026-04-20", "2026-04", 3000),
                                  (february, "2026-02-28", "", 0), (found, "2025-05-31", "", 0)):
        worker = h.head.worker
        worker.until = plus(until, 0)
        if month:
            worker.months[month] = yuan
    book = yield
    ended(book, april, april.head, SHENZHEN, "2026-04-20", "2026-04-22", "dismissed")
    ended(book, february, february.head, DONGGUAN, "2026-02-28", "2026-03-02", "dismissed")
    ended(book, found, found.head, NINGBO, "2025-05-31", "2025-06-03")
    new = Worker(found.head, 4900, NEARBY, "2025-07-21")
    new.exact = True
    new.months["2025-07"] = 1700
    started(book, found, found.head, new, "2025-07-22", fixed=True)
    paid(book, Chance("a job found"), found, found.head, new)
    book.expect(april, "The main earner's job ended on 2026-04-20.",
                ("EMP-01", "2026-05-20", "yellow"))
    book.expect(february, "The main earner's job ended on 2026-02-28.",
                ("EMP-01", "2026-03-30", "yellow, orange from 2026-05-29"),
                ("EMP-08", "2026-05-15", "4,500 of 13,500 in three months"))
    book.expect(found, "The main earner's job ended on 2025-05-31, a new one began 07-21.",
                ("EMP-01", "2025-06-30", "cleared 30 days after 07-21"))


def wage_drop(world):
    """Short time since February: 2,200 instead of 5,000 a month."""
    h = world.story("529901102202", 33, "Jin", COUPLE, crops=14000, costs=4000,
                    wages=[(0, 5000, SHENZHEN, "2019-03-01")])
    for month in ("2026-02", "2026-03", "2026-04", "2026-05"):
        h.head.worker.months[month] = 2200
    book = yield
    book.expect(h, "Short time: 6,600 yuan in three months, 15,000 a year before.",
                ("EMP-08", "2026-05-15", "forecast 9,100 a head < 1.2 × line"))


def flood(world):
    """The Liu river floods Liulin township on 2026-06-09. Everyone of low income, in a house
    graded C or D, or old and alone gets DSR-03; losses are reported from 06-11 on."""
    ruined = world.story("529901101201", 4, "Ou", COUPLE + [("parent", "f", "1956-02-02")],
                         crops=22000, costs=7000, wages=[(0, 4800, DONGGUAN, "2021-03-01")])
    checked = world.story("529901101202", 9, "Pei", COUPLE, crops=20000, costs=6000,
                          wages=[(0, 4800, NINGBO, "2021-03-01")])
    worse = world.story("529901101202", 15, "Tu", COUPLE, crops=38000, costs=11000,
                        wages=[(0, 3800, SHENZHEN, "2021-03-01")])
    fields = world.story("529901101203", 2, "Wei",
                         [("head", "m", "1967-04-04"), ("spouse", "f", "1969-05-05")],
                         crops=52000, costs=17000)
    shaky = world.story("529901101201", 22, "Xiang",
                        [("head", "m", "1949-09-09"), ("spouse", "f", "1953-03-13")],
                        crops=9000, costs=2000, other=[("transfer", "childrenSupport", 18000)],
                        bare=False)
    book = yield
    book.add("em.disaster.declared", "2026-06-09",
             {"eventNumber": FLOOD, "kind": "0201", "level": 2, "divisions": [FLOODED],
              "date": "2026-06-09"}, world.in_area(FLOODED), fixed=True)
    loss(book, ruined, "reported", "2026-06-11", 3, 1, True, 40, 6, 62000)
    loss(book, ruined, "verified", "2026-06-18", 3, 1, True, 45, 6, 58000)
    loss(book, checked, "reported", "2026-06-12", 0, 2, False, None, None, 15000)
    loss(book, checked, "verified", "2026-06-17", 0, 0, False, None, None, 1200)
    loss(book, worse, "reported", "2026-06-12", 0, 0, False, 35, 8, 5200)
    loss(book, worse, "verified", "2026-06-16", 0, 0, False, 55, 8, 8100)
    loss(book, fields, "reported", "2026-06-13", 0, 0, False, 85, 18, 21000, True)
    book.add("ag.claim.paid", "2026-06-26",
             {"householdNumber": fields.number, "claimNumber": "LP900001",
              "item": "cropInsurance", "amount": 9000, "date": "2026-06-25"}, [fields],
             fixed=True)
    book.add("bk.subsidy.paid", "2026-06-25",
             {"idNumber": ruined.head.number, "paymentNumber": "YKT9000001",
              "item": "disasterRelief", "amount": 3000, "date": "2026-06-24"}, [ruined],
             fixed=True)
    appraise(book, shaky, "C", "2026-03-18", "2026-03-20")
    book.expect(ruined, "A house collapsed in the flood, and 40 % of the crop lost.",
                ("DSR-01", "2026-06-11", "red"),
                ("DSR-02", "2026-06-11", "superseded by DSR-01"))
    book.expect(checked, "Damage reported, not found on inspection.",
                ("DSR-01", "2026-06-12", "withdrawn 2026-06-17"))
    book.expect(worse, "Crop loss of 35 %, verified as 55 %.",
                ("DSR-02", "2026-06-12", "yellow, orange from 06-16"))
    book.expect(fields, "85 % of the crop lost.", ("DSR-02", "2026-06-13", "red"))
    book.expect(shaky, "Two old people in a C-grade house, then the flood.",
                ("HSG-01", "2026-03-20", ""), ("DSR-03", "2026-06-09", ""))
    chance = Chance("flood")
    lost = 0
    for h in world.in_area(FLOODED):
        if not h.story and chance.hit(14):
            lost += 1
            share = chance.between(4, 26)
            loss(book, h, "reported", plus("2026-06-11", chance.below(6)), 0, 0, False, share,
                 chance.between(2, 8), share * 110, fixed=False)


def loss(book, h, what, on, collapsed, severe, unfit, crops, mu, yuan, insured=None,
         event=FLOOD, fixed=True):
    book.add(f"em.household.loss.{what}", on,
             {"eventNumber": event, "householdNumber": h.number, "roomsCollapsed": collapsed,
              "roomsSeverelyDamaged": severe, "unfitToLive": unfit, "cropLossPercent": crops,
              "sownMu": mu, "loss": yuan, "insured": insured, "date": str(on)}, [h],
             fixed=fixed)


def appraise(book, h, grade, date, on):
    book.add("hs.appraisal.graded", on,
             {"householdNumber": h.number, "houseNumber": f"FW{h.number[3:12]}{h.number[-4:]}",
              "grade": grade, "inhabited": True, "onlyDwelling": True, "date": date}, [h],
             fixed=True)


def hail(world):
    """Hail over Shiqiao village in August 2025."""
    h = world.story("529901100203", 25, "Mi", COUPLE, crops=30000, costs=9000,
                    wages=[(0, 3900, NEARBY, "2022-03-01")])
    book = yield
    book.add("em.disaster.declared", "2025-08-06",
             {"eventNumber": "HZ2025-0806-01", "kind": "0205", "level": 3,
              "divisions": ["529901100203"], "date": "2025-08-06", "until": "2025-08-12"},
             world.in_area("529901100203"), fixed=True)
    loss(book, h, "reported", "2025-08-08", 0, 0, False, 45, 7, 6300, event="HZ2025-0806-01")
    book.expect(h, "Hail: 45 % of the crop lost.", ("DSR-02", "2025-08-08", "yellow"))


def houses(world):
    """A D-grade house in use; a C-grade one of 2025, repaired in autumn."""
    bad = world.story("529901102202", 4, "Chai", COUPLE, crops=19000, costs=6000,
                      wages=[(0, 4600, SHENZHEN, "2022-03-01")])
    repaired = world.story("529901102201", 26, "Fang", COUPLE, crops=18000, costs=5000,
                           wages=[(0, 4700, DONGGUAN, "2022-03-01")])
    book = yield
    appraise(book, bad, "D", "2026-05-19", "2026-05-21")
    appraise(book, repaired, "C", "2025-04-14", "2025-04-16")
    appraise(book, repaired, "B", "2025-11-18", "2025-11-20")
    book.expect(bad, "The only house, lived in, is graded D.", ("HSG-01", "2026-05-21", ""))
    book.expect(repaired, "The only house is graded C, and B after the repair.",
                ("HSG-01", "2025-04-16", "over on 2025-11-20"))


def water(world):
    """Eight days without water in Shuijing: 05-25 to 06-01."""
    book = yield
    area = world.in_area("529901102203")
    plant = {"plantCode": "WP529901102203"}
    book.add("wt.supply.interrupted", "2026-05-25",
             plant | {"divisions": ["529901102203"], "from": "2026-05-25"}, area, fixed=True)
    book.add("wt.supply.restored", "2026-06-02",
             plant | {"from": "2026-05-25", "to": "2026-06-02"}, area, fixed=True)
    for h in area:
        book.expect(h, "No water from 2026-05-25 to 06-01.",
                    ("WTR-01", "2026-05-28", "yellow, orange from 06-01; over on 06-02"))


def earner_dies(world):
    """The earner of four dies on 05-19: his wage counts no more, three remain with 14,000."""
    h = world.story("529901102201", 44, "Geng",
                    [("head", "m", "1981-02-20"), ("spouse", "f", "1984-06-06"),
                     ("child", "f", "2014-10-10"), ("parent", "f", "1951-11-30")],
                    crops=20000, costs=6000, wages=[(0, 4800, SHENZHEN, "2018-03-01")])
    h.head.gone = plus("2026-05-19", 0)
    book = yield
    book.add("hh.person.deceased", "2026-05-21",
             {"idNumber": h.head.number, "date": "2026-05-19"}, [h], fixed=True)
    book.expect(h, "The main earner dies.", ("INC-01", "2026-05-22", ""),
                ("INC-03", "2026-05-22", ""))


def pigs_die(world):
    """All pigs die in May; the survey of 06-04 declares no more livestock income. The year's
    window loses it month by month: under 70 % of last year from 06-15."""
    h = world.story("529901100201", 41, "Hui",
                    [("head", "m", "1973-05-05"), ("spouse", "f", "1975-06-06"),
                     ("child", "f", "2009-02-27")],
                    other=[("business", "livestock", 45000), ("expense", "livestock", 15000),
                           ("wage", "work", 10500)])
    book = yield
    book.add("ag.stock.lost", "2026-05-07",
             {"householdNumber": h.number, "reportNumber": "XQ90001", "species": "pig",
              "head": 64, "headLost": 64, "loss": 70400, "insured": False,
              "date": "2026-05-06"}, [h], fixed=True)
    declare(book, h, [("business", "livestock", 0, None), ("expense", "livestock", 0, None)],
            "2026-01-01", "2026-05-31", "2026-06-04", fixed=True)
    book.expect(h, "All pigs die; a survey on 06-04 declares no livestock income for 2026.",
                ("INC-03", "2026-06-15", "9,363 of 13,500 a head"))


def rigid(world):
    """A student's fees of 12,000 and bills of 7,100 in policy take 64 % of 30,000; aid booked on
    06-18 brings it to 57 %."""
    h = world.story("529901100202", 38, "Kong",
                    [("head", "f", "1968-12-12"), ("child", "f", "2005-04-19")],
                    crops=12000, costs=3600, wages=[(0, 1800, NEARBY, "2021-09-01")])
    book = yield
    girl = h.people[1]
    girl.student = world.register.student_number()
    charge(book, h, girl, "2025-2", "tuition", 10500, "2025-09-11", fixed=True)
    charge(book, h, girl, "2025-2", "boarding", 1500, "2025-09-12", fixed=True)
    settle(book, h, "2026-02-25", "outpatient", bill(
        "outpatient", h.head, "2026-02-25", 900, 500, 400, 300, "E11", 1))
    settle(book, h, "2026-05-28", "inpatient", bill(
        "inpatient", h.head, "2026-05-28", 22000, 13800, 8200, 6800, "E11", 2, 12))
    grant(book, h, girl, "2025-2", "grant", 2000, "2026-06-18", fixed=True)
    book.expect(h, "Fees and bills take 64 % of the income, after aid 57 %.",
                ("INC-04", "2026-05-28", "cleared 2026-06-18"))


def poor_from_start(world):
    """7,900 a head when the county starts; granted the allowance in March 2025."""
    h = world.story("529901102202", 44, "Ma",
                    [("head", "m", "1969-10-10"), ("child", "m", "2010-12-24"),
                     ("parent", "f", "1946-03-21")], crops=10000, costs=2500,
                    other=[("wage", "work", 16200)])
    book = yield
    book.add("ca.dibao.granted", "2025-03-12",
             {"householdNumber": h.number, "caseNumber": "DB90001", "yuanPerMonth": 420,
              "from": "2025-03-01"}, [h], fixed=True)
    book.expect(h, "Under the line from the first declaration; the allowance lifts them.",
                ("INC-01", "the day after the declaration of January 2025",
                 "cleared after 180 days above"))


def bad_year(world):
    """Declares 33,000 for 2025 after 52,000 for 2024, on 2026-01-14."""
    h = world.story("529901101203", 15, "Niu", COUPLE, crops=68000, costs=16000)
    h.yearly[2025] = [("business", "crops", 50000, None), ("expense", "crops", 17000, None)]
    h.declares = {2025: plus("2026-01-14", 0)}
    book = yield
    book.expect(h, "A bad year: 13,000 a head in 2024, 8,250 in 2025.",
                ("INC-01", "2026-01-15", ""), ("INC-03", "2026-01-15", ""))


def split(world):
    """The son, his wife and child leave with his wage: the old stay with 4,500 a head; the new
    household cannot be judged until it declares on 05-27."""
    h = world.story("529901102201", 37, "Qu",
                    [("head", "m", "1958-08-08"), ("spouse", "f", "1960-01-23"),
                     ("child", "m", "1988-04-04"), ("other", "f", "1990-09-27"),
                     ("grandchild", "f", "2016-11-15")],
                    crops=12000, costs=3000, wages=[(2, 5000, DONGGUAN, "2018-03-01")])
    new = Household("529901102201", 101, "Qu (young)")
    h.related.append(new)
    book = yield
    for person, relation in zip(h.people[2:], ("head", "spouse", "child")):
        book.add("hh.household.split", "2026-05-18",
                 {"idNumber": person.number, "householdNumber": h.number,
                  "newHousehold": new.number, "relation": relation, "division": new.village,
                  "date": "2026-05-16"}, [h], fixed=True)
    new.related.append(h)
    declare(book, new, [("business", "crops", 6000, None), ("wage", "work", 60000, h.people[2])],
            "2025-01-01", "2025-12-31", "2026-05-27", fixed=True)
    book.expect(h, "The young split off with the wage.", ("INC-01", "2026-05-19", ""),
                ("INC-03", "2026-05-19", ""))
    book.expect(new, "The new household: not judged before its declaration, then quiet.")


STORIES = (dropout_returned, truant, left_school, false_alarm, jobs_lost, wage_drop, flood, hail,
           houses, water, earner_dies, pigs_die, rigid, poor_from_start, bad_year, split)
