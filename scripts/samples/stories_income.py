"""Stories of income. See `stories_illness` for how they run.
"""
from samples.bills import bill, settle
from samples.cast import COUPLE, NEARBY
from samples.days import plus
from samples.lives import declare
from samples.schools import charge, grant


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
    h.declares = {2024: plus("2025-01-14", 0)}
    book = yield
    book.add("ca.dibao.granted", "2025-03-12",
             {"householdNumber": h.number, "caseNumber": "DB90001", "yuanPerMonth": 420,
              "from": "2025-03-01"}, [h], fixed=True)
    book.expect(h, "Under the line from the first declaration; the allowance lifts them.",
                ("INC-01", "2025-01-15",
                 "cleared 2026-02-11, after 180 days above"))


def bad_year(world):
    """Declares 33,000 for 2025 after 52,000 for 2024, on 2026-01-14."""
    h = world.story("529901101203", 15, "Niu", COUPLE, crops=68000, costs=16000)
    h.yearly[2025] = [("business", "crops", 50000, None), ("expense", "crops", 17000, None)]
    h.declares = {2025: plus("2026-01-14", 0)}
    book = yield
    book.expect(h, "A bad year: 13,000 a head in 2024, 8,250 in 2025.",
                ("INC-01", "2026-01-15", ""), ("INC-03", "2026-01-15", ""))


STORIES = (pigs_die, rigid, poor_from_start, bad_year)
