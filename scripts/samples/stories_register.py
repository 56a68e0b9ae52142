"""Stories of the register: persons known late, under a wrong number, elsewhere, or no more. See
`stories_illness` for how they run.
"""
from samples.bills import bill, settle
from samples.cast import DONGGUAN, NINGBO, NEARBY, SHENZHEN
from samples.days import plus
from samples.lives import declare, enrol, registered
from samples.people import Household, check_digit


def insured_first(world):
    """A bride from outside: the insurance knows her before the register. Her bill of 05-05 waits
    until she is registered on 05-20, in the family since 04-28."""
    h = world.story("529901100202", 30, "Shen",
                    [("head", "m", "1969-06-16"), ("spouse", "f", "1971-03-29"),
                     ("child", "m", "1998-12-01")], crops=30000, costs=9000,
                    wages=[(2, 4800, NINGBO, "2021-05-01")])
    book = yield
    bride = world.register.person("2000-05-23", "f", "other")
    bride.later = True
    h.people.append(bride)
    settle(book, h, "2026-05-06", "inpatient", bill(
        "inpatient", bride, "2026-05-05", 27000, 15200, 11800, 8900, "O14", 2, 6))
    book.add("hh.person.registered", "2026-05-20",
             registered(bride, h, "2026-04-28", "marriage"), [h], fixed=True)
    enrol(book, h, bride, 2026, "2026-05-26", "2026-05-25")
    book.expect(h, "A bill of a person known to the insurance before the register.",
                ("MED-04", "2026-05-21", "the day after the registration"))


def wrong_number(world):
    """One bill came under a mistyped number (day and month of birth exchanged, valid check
    digit). With the correction of 06-08 both bills count: 17,900 in policy."""
    h = world.story("529901101203", 11, "Jiang",
                    [("head", "m", "1974-08-05"), ("spouse", "f", "1976-11-11"),
                     ("child", "m", "2000-03-30"), ("child", "f", "2008-08-24")],
                    crops=22000, costs=7000,
                    wages=[(0, 3000, NEARBY, "2021-09-01"), (2, 3600, DONGGUAN, "2022-03-01")])
    book = yield
    head = h.people[0]
    mistyped = head.number[:6] + "19740508" + head.number[14:17]
    mistyped += check_digit(mistyped)
    settle(book, h, "2026-05-07", "inpatient", bill(
        "inpatient", mistyped, "2026-05-07", 30500, 20700, 9800, 9300, "I50", 2, 9))
    settle(book, h, "2026-05-28", "inpatient", bill(
        "inpatient", head, "2026-05-28", 28000, 18800, 9200, 8600, "I50", 2, 8))
    book.add("hh.id.corrected", "2026-06-08",
             {"oldIdNumber": mistyped, "idNumber": head.number, "date": "2026-06-08"}, [h],
             fixed=True)
    book.expect(h, "A bill under a mistyped identity number, corrected on 06-08: 9,300 + 8,600.",
                ("MED-02", "2026-06-09", "the day after the correction"))


def moved_late(world):
    """A daughter married into another family on 05-10; the register books it on 06-12. Her bill
    of 05-26 goes with her."""
    h = world.story("529901102201", 33, "Cao",
                    [("head", "m", "1972-09-09"), ("spouse", "f", "1974-04-04"),
                     ("child", "m", "1996-02-02"), ("child", "f", "1999-06-30")],
                    crops=26000, costs=8000, wages=[(2, 4700, DONGGUAN, "2020-03-01")])
    to = world.story("529901102202", 25, "Ren",
                     [("head", "m", "1968-01-15"), ("spouse", "f", "1970-10-28"),
                      ("child", "m", "1995-03-12")], crops=24000, costs=7000,
                     wages=[(2, 4900, NINGBO, "2019-04-01")])
    h.related.append(to)
    to.related.append(h)
    book = yield
    settle(book, h, "2026-05-26", "inpatient", bill(
        "inpatient", h.people[3], "2026-05-26", 31000, 18000, 13000, 9000, "O26", 3, 7))
    book.add("hh.person.moved", "2026-06-12",
             {"idNumber": h.people[3].number, "householdNumber": to.number,
              "fromHousehold": h.number, "relation": "other", "date": "2026-05-10"}, [h],
             fixed=True)
    book.expect(h, "A daughter's bill; she had married away on 05-10, which is booked on 06-12.",
                ("MED-04", "2026-05-26", "withdrawn 2026-06-13"))
    book.expect(to, "The family she married into.", ("MED-04", "2026-06-13", ""))


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


STORIES = (insured_first, wrong_number, moved_late, earner_dies, split)
