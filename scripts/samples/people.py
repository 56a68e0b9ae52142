"""Persons, households and the register of the made-up county."""
from samples.days import age, day

# Townships and villages: how many households each village has. Shuijing is small, because an
# interruption of its water concerns everyone there.
VILLAGES = {
    "529901100201": 45, "529901100202": 40, "529901100203": 34,
    "529901101201": 28, "529901101202": 24, "529901101203": 22,
    "529901102201": 48, "529901102202": 47, "529901102203": 9,
    "529902100201": 2,
}

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_digit(first17):
    """The 18th character of a resident number (GB 11643)."""
    return "10X98765432"[sum(int(c) * w for c, w in zip(first17, WEIGHTS)) % 11]


class Person:
    def __init__(self, number, birth, sex, relation, labour=None):
        self.number = number
        self.birth = day(birth)
        self.sex = sex
        self.relation = relation
        self.labour = labour
        self.student = None
        self.worker = None
        self.gone = None  # the day of death or leaving
        self.later = False  # came after the register's first load
        self.lapsed = False  # not insured for 2026 in the autumn rush

    def age(self, on):
        return age(self.birth, on)

    def here(self, on):
        return self.gone is None or day(on) < self.gone


class Household:
    def __init__(self, village, number, family=""):
        self.village = village
        self.number = f"{village}-{number:04}"
        self.family = family
        self.people = []
        self.story = False  # a story decides its bills and jobs; chance keeps out
        self.bare = False  # nothing but what the story says
        self.low_since = None  # the day since when `low` holds, if it does
        self.yearly = {}  # year → declared rows [(kind, item, yuan, person or None)]
        self.net = 0
        self.related = []  # households that share a person with this one

    @property
    def township(self):
        return self.village[:9]

    @property
    def head(self):
        return self.people[0]

    def here(self, on):
        return [person for person in self.people if person.here(on)]


class Register:
    """Gives out numbers; the same birth date never gets the same number twice."""

    def __init__(self):
        self.given = {}
        self.students = 0

    def number(self, birth, sex):
        text = day(birth).strftime("%Y%m%d")
        count = self.given.get((text, sex), 0)
        self.given[(text, sex)] = count + 1
        sequence = 11 + 2 * count + (0 if sex == "m" else 1)
        first17 = f"529901{text}{sequence:03}"
        return first17 + check_digit(first17)

    def person(self, birth, sex, relation, labour=None):
        return Person(self.number(birth, sex), birth, sex, relation, labour)

    def student_number(self):
        self.students += 1
        return f"G5299012{self.students:06}"
