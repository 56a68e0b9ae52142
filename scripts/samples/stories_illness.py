"""Stories of illness. Each story is a generator: it names its household, then waits until the
county is settled and registered, and gets the book to write its records into.
"""
from samples.bills import bill, diagnosed, settle
from samples.cast import COUPLE, DONGGUAN, NEARBY, NINGBO, SHENZHEN
from samples.days import plus
from samples.lives import enrol


def worked_example(world):
    """The worked example of formats.md 5, then a correction: 42,000 yuan in policy push the
    family to 8,150 a head, under 8,700; after aid the same bill says 30,000: 11,150."""
    h = world.story("529901100201", 7, "Luo", COUPLE, crops=21900, costs=7300,
                    wages=[(0, 5000, SHENZHEN, "2023-03-01")])
    book = yield
    number = "20260616900001"
    settle(book, h, "2026-06-16", "inpatient", bill(
        "inpatient", h.people[1], "2026-06-16", 98000, 52000, 46000, 42000, "K85", 3, 16, number))
    settle(book, h, "2026-06-22", "inpatient", bill(
        "inpatient", h.people[1], "2026-06-16", 98000, 52000, 34000, 30000, "K85", 3, 16, number,
        aid=12000), op="correct")
    book.expect(
        h, "A bill of 42,000 yuan pushes the family under the line (formats 5, worked example); "
        "on 06-22 aid is booked and the same bill comes again with 30,000.",
        ("MED-07", "2026-06-16", "withdrawn 2026-06-22"),
        ("INC-01", "2026-06-16", "superseded by MED-07; withdrawn 2026-06-22"),
        ("MED-02", "2026-06-16", "superseded until 06-22, stays"),
        ("MED-04", "2026-06-16", "superseded until 06-22, stays"),
        ("INC-03", "2026-06-16", "stays: 11,150 is 60 % of last year's 18,650"))


def red_bill(world):
    """Net 45,000 for three; 30,000 in policy leave 5,000 a head, under 0.7 of the line."""
    h = world.story("529901100202", 12, "Meng",
                    [("head", "m", "1976-01-30"), ("spouse", "f", "1977-05-14"),
                     ("child", "m", "2010-11-02")], crops=21000, costs=6000,
                    wages=[(0, 2500, NEARBY, "2022-05-01")])
    book = yield
    settle(book, h, "2026-05-12", "inpatient", bill(
        "inpatient", h.people[0], "2026-05-12", 84000, 44000, 34000, 30000, "S72", 3, 21,
        major=6000))
    book.expect(h, "A bill of 30,000 yuan leaves 5,000 a head: under 0.7 × line.",
                ("MED-07", "2026-05-12", "red"),
                ("INC-01", "2026-05-12", "superseded"), ("INC-04", "2026-05-12", "superseded"),
                ("MED-02", "2026-05-12", "superseded"), ("MED-04", "2026-05-12", "superseded"),
                ("INC-03", "2026-05-12", ""))


def insurer_pays(world):
    """Under the line in September 2025; the poverty insurance pays 14,000 in October, and after
    60 days above the line the alert clears."""
    h = world.story("529901102201", 5, "Tian", COUPLE, crops=9000, costs=3000,
                    wages=[(0, 4500, DONGGUAN, "2022-02-20")])
    book = yield
    settle(book, h, "2025-09-10", "inpatient", bill(
        "inpatient", h.people[3], "2025-09-10", 71000, 40000, 31000, 28000, "D61", 3, 18))
    book.add("ag.claim.paid", "2025-10-15",
             {"householdNumber": h.number, "claimNumber": "FP000017", "item": "povertyInsurance",
              "amount": 14000, "date": "2025-10-15"}, [h], fixed=True)
    book.expect(h, "A bill in 2025, then the poverty insurance pays 14,000 yuan: 8,000 → 11,500.",
                ("MED-07", "2025-09-10", "cleared 2025-12-14, 60 days after"),
                ("INC-01", "2025-09-10", "cleared 2026-04-13, 180 days after"),
                ("MED-02", "2025-09-10", "cleared with the year"),
                ("MED-04", "2025-09-10", "cleared after 90 days"))


def wrong_patient(world):
    """A clerk books a neighbour's bill; six days later it is reversed and booked on the right
    person, in a family that can bear it."""
    h = world.story("529901100203", 3, "Pan",
                    [("head", "m", "1979-03-08"), ("spouse", "f", "1981-12-25"),
                     ("child", "f", "2011-08-17")], crops=6000, costs=1200,
                    wages=[(0, 3600, NINGBO, "2021-08-01")])
    right = world.story("529901100203", 4, "Qin", COUPLE, crops=20000, costs=6000,
                        wages=[(0, 5400, SHENZHEN, "2020-02-10"), (1, 3200, NEARBY, "2022-09-01")])
    book = yield
    data = bill("inpatient", h.people[0], "2026-03-11", 66000, 37000, 29000, 26000, "M51", 3, 12)
    settle(book, h, "2026-03-11", "inpatient", data)
    book.add("md.settlement.reversed", "2026-03-17",
             {"idNumber": h.people[0].number, "settlementNumber": data["settlementNumber"],
              "date": "2026-03-17"}, [h], fixed=True, op="reverse")
    settle(book, right, "2026-03-18", "inpatient",
           data | {"idNumber": right.people[1].number})
    book.expect(h, "A bill booked on the wrong person, reversed on 03-17.",
                *((rule, "2026-03-11", "withdrawn 2026-03-17")
                  for rule in ("MED-07", "INC-01", "MED-02", "MED-04", "INC-03")))
    book.expect(right, "The same bill on the right person: nearly twice the line is left.",
                ("MED-02", "2026-03-18", "lowered one step (N1)"),
                ("MED-04", "2026-03-18", "lowered one step (N1); cleared after 90 days"))


def dialysis(world):
    """Ex-poor; kidney failure is reported in January, dialysis costs 640 yuan in policy every
    nine days; the fourteenth bill passes half of the disposable income (8,750)."""
    h = world.story("529901102202", 10, "Xie",
                    [("head", "m", "1970-10-05"), ("spouse", "f", "1973-01-19"),
                     ("child", "m", "1997-07-30"), ("parent", "f", "1947-05-02")],
                    crops=16000, costs=4000, wages=[(2, 4600, DONGGUAN, "2021-03-01")])
    book = yield
    book.add("rb.class.changed", "2025-01-06",
             {"householdNumber": h.number, "class": "none", "exPoor": True, "from": "2020-06-30"},
             [h], op="snapshot")
    diagnosed(book, h, h.people[0], "N18.5", "2026-01-12", "2026-01-14")
    for number in range(18):
        on = plus("2026-01-20", 9 * number)
        settle(book, h, on, "special", bill("special", h.people[0], on, 2400, 1700, 700, 640,
                                            "N18.5", 2))
    book.expect(h, "Kidney failure in an ex-poor family; dialysis adds up over the year.",
                ("MED-06", "2026-01-14", ""), ("MED-01", "2026-05-17", "14 × 640 = 8,960"))


def netted(world):
    """19,600 in policy, above the disposable income; but 24,600 a head are left, more than twice
    the line: one level lower."""
    h = world.story("529901100201", 20, "Deng", COUPLE, crops=24000, costs=8000,
                    wages=[(0, 5300, SHENZHEN, "2019-03-01"), (1, 3200, NEARBY, "2021-03-15")])
    book = yield
    settle(book, h, "2026-05-25", "inpatient", bill(
        "inpatient", h.people[0], "2026-05-25", 61000, 38500, 22500, 19600, "K80", 3, 11))
    book.expect(h, "A great bill in a family that can bear it: lowered one step (N1).",
                ("MED-02", "2026-05-25", "yellow"), ("MED-04", "2026-05-25", "blue"))


def low_stay(world):
    """6,800 yuan for one stay: too little to ask elsewhere, not in a family under watch."""
    h = world.story("529901102201", 21, "Fu",
                    [("head", "f", "1978-02-11"), ("child", "m", "2009-10-10"),
                     ("child", "f", "2014-01-05"), ("parent", "m", "1952-03-03"),
                     ("parent", "f", "1954-07-07")], crops=27000, costs=9000,
                    wages=[(0, 3500, NEARBY, "2020-04-01")])
    h.low_since = "2024-11-01"
    book = yield
    book.add("rb.class.changed", "2025-01-06",
             {"householdNumber": h.number, "class": "unstable", "exPoor": False,
              "from": "2024-11-01"}, [h], op="snapshot")
    settle(book, h, "2026-06-03", "inpatient", bill(
        "inpatient", h.people[3], "2026-06-03", 21500, 14700, 6800, 5200, "J18", 2, 10))
    book.expect(h, "A stay of 6,800 yuan in a family under watch.", ("MED-04", "2026-06-03", ""))


def late_bill(world):
    """Settled outside the county on 03-20, booked here on 05-22."""
    h = world.story("529901102202", 19, "Yao", COUPLE, crops=15000, costs=4000,
                    wages=[(0, 5200, SHENZHEN, "2022-03-01")])
    book = yield
    settle(book, h, "2026-05-22", "inpatient", bill(
        "inpatient", h.people[0], "2026-03-20", 33000, 20800, 12200, 9100, "S82", 3, 14)
           | {"hospitalDivision": "440300"})
    book.expect(h, "A bill from another province, nine weeks late.",
                ("MED-04", "2026-05-22", "cleared 90 days after the stay"))


def lapsed(world):
    """An ex-poor family; the son is reported not insured for 2026, and joins in February."""
    h = world.story("529901100203", 18, "Lei",
                    [("head", "m", "1971-07-01"), ("spouse", "f", "1972-08-18"),
                     ("child", "m", "1999-09-19")], crops=14000, costs=3500,
                    wages=[(2, 3300, SHENZHEN, "2021-03-01")])
    h.low_since, h.people[2].lapsed = "2019-12-31", True
    book = yield
    book.add("rb.class.changed", "2025-01-06",
             {"householdNumber": h.number, "class": "none", "exPoor": True, "from": "2019-12-31"},
             [h], op="snapshot")
    enrol(book, h, h.people[2], 2026, "2025-12-12", "2025-12-12", enrolled=False)
    enrol(book, h, h.people[2], 2026, "2026-02-20", "2026-02-20")
    book.expect(h, "A member of an ex-poor family without health insurance for 2026.",
                ("MED-09", "2026-01-15", "cleared 2026-02-20"))


def edge_lapsed(world):
    """Nobody asks about insurance until the family comes under watch on 05-14."""
    h = world.story("529901102201", 40, "Hou",
                    [("head", "f", "1980-03-03"), ("child", "m", "2007-05-05"),
                     ("parent", "f", "1955-12-12")], crops=18000, costs=5000,
                    wages=[(0, 2200, NEARBY, "2021-03-01")])
    h.people[0].lapsed = True
    book = yield
    book.add("rb.class.changed", "2026-05-14",
             {"householdNumber": h.number, "class": "edge", "exPoor": False,
              "from": "2026-05-14"}, [h], fixed=True)
    book.expect(h, "A family put under watch whose earner let the insurance lapse.",
                ("MED-09", "2026-05-14", ""))


def cannot_judge(world):
    """Lives over the county border, where 2026 has no line: nothing that asks for income can be
    said, and the alert of the bill says so."""
    h = world.story("529902100201", 1, "Bai",
                    [("head", "m", "1981-05-15"), ("spouse", "f", "1983-10-01"),
                     ("child", "m", "2013-04-04")], crops=9000, costs=3000,
                    wages=[(0, 3000, NEARBY, "2022-06-01")])
    book = yield
    settle(book, h, "2026-05-14", "inpatient", bill(
        "inpatient", h.people[1], "2026-05-14", 52000, 30000, 22000, 19000, "K56", 3, 13))
    book.expect(h, "A great bill in a division without a line for 2026: cannot judge "
                "(7,667 a head would be under the county's line).",
                ("MED-04", "2026-05-14", "judgeable: false"))


def stays(world):
    """Ordinary great stays over 18 months, each in a family that can bear it."""
    told = []
    for number, (village, place, family, on, self_paid) in enumerate((
            ("529901100201", 31, "Gu", "2025-02-27", 10800),
            ("529901102201", 12, "Hao", "2025-07-08", 12600),
            ("529901100202", 5, "Kang", "2025-11-19", 11150),
            ("529901101201", 17, "Long", "2026-02-03", 13400),
            ("529901102202", 41, "Mo", "2026-05-19", 10250))):
        h = world.story(village, place, family, COUPLE, crops=17000 + 500 * number, costs=5000,
                        wages=[(0, 4600 + 150 * number, SHENZHEN, "2022-03-01")], bare=False)
        told.append((h, on, self_paid))
    book = yield
    for number, (h, on, self_paid) in enumerate(told):
        settle(book, h, on, "inpatient", bill(
            "inpatient", h.people[number % 4], on, self_paid * 3, self_paid * 2, self_paid,
            self_paid * 3 // 4, "S82", 2 + number % 2, 9))
        book.expect(h, f"A stay of {self_paid:,} yuan.", ("MED-04", on, ""))


def diagnoses(world):
    """Major diagnoses, reported by hospitals a few days later."""
    told = []
    for number, (village, place, family, group, date) in enumerate((
            ("529901102201", 17, "Wan", "I63", "2025-05-12"),
            ("529901100202", 21, "Qian", "C50", "2025-10-20"),
            ("529901101203", 6, "Xiong", "C34", "2026-05-18"),
            ("529901100201", 38, "Yin", "I21", "2026-06-11"))):
        h = world.story(village, place, family, COUPLE, crops=18000, costs=5000,
                        wages=[(0, 4700 + 100 * number, NINGBO, "2021-03-01")], bare=False)
        told.append((h, group, date))
    book = yield
    for number, (h, group, date) in enumerate(told):
        on = plus(date, 2)
        diagnosed(book, h, h.people[number % 2], group, date, on)
        book.expect(h, f"A diagnosis of {group}.", ("MED-06", str(on), ""))


STORIES = (worked_example, red_bill, insurer_pays, wrong_patient, dialysis, netted, low_stay,
           late_bill, lapsed, edge_lapsed, cannot_judge, stays, diagnoses)
