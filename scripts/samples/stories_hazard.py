"""Stories of flood, hail, houses and water. See `stories_illness` for how they run.
"""
from samples.cast import COUPLE, DONGGUAN, NEARBY, NINGBO, SHENZHEN
from samples.chance import Chance
from samples.days import plus

FLOOD, FLOODED = "HZ2026-0609-01", "529901101"


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


STORIES = (flood, hail, houses, water)
