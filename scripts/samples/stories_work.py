"""Stories of school and work. See `stories_illness` for how they run.
"""
from samples.cast import COUPLE, DONGGUAN, NEARBY, NINGBO, SHENZHEN
from samples.chance import Chance
from samples.days import plus
from samples.families import Worker
from samples.lives import ended, paid, started
from samples.schools import absent, dropout, roll


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
                ("EDU-02", "2026-05-13", "cleared 2026-06-26, 30 days after the return"))


def truant(world):
    """Three days, then two more within 30 days, all without an excuse."""
    h = world.story("529901100201", 14, "Duan", COUPLE, crops=16000, costs=5000,
                    wages=[(0, 4900, DONGGUAN, "2022-03-01")])
    book = yield
    h.people[2].student = world.register.student_number()
    absent(book, h, h.people[2], "2026-05-20", 3, False, "2026-05-23", fixed=True)
    absent(book, h, h.people[2], "2026-06-04", 2, False, "2026-06-06", fixed=True)
    book.expect(h, "Five school days missed without an excuse within 30 days.",
                ("EDU-01", "2026-06-06", "over on 2026-06-21"))


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
                ("EMP-01", "2025-06-30", "cleared 2025-08-20, 30 days after"))


def wage_drop(world):
    """Short time since February: 2,200 instead of 5,000 a month."""
    h = world.story("529901102202", 33, "Jin", COUPLE, crops=14000, costs=4000,
                    wages=[(0, 5000, SHENZHEN, "2019-03-01")])
    for month in ("2026-02", "2026-03", "2026-04", "2026-05"):
        h.head.worker.months[month] = 2200
    book = yield
    book.expect(h, "Short time: 6,600 yuan in three months, 15,000 a year before.",
                ("EMP-08", "2026-05-15", "forecast 9,100 a head < 1.2 × line"))


STORIES = (dropout_returned, truant, left_school, false_alarm, jobs_lost, wage_drop)
