"""Who lives in the households that no story is told about, and what they live on."""
from samples.chance import Chance
from samples.days import day, plus
from samples.people import VILLAGES, Household

EMPLOYERS = {
    # code: (place, kind)
    "91440300MA5F2K7L3X": ("440300", "migrant"), "91441900MA4W8P1T2D": ("441900", "migrant"),
    "91330200MA2G6R9Y5B": ("330200", "migrant"), "91350500MA8N3C4H7K": ("350500", "migrant"),
    "91320500MA1X5T8Q6E": ("320500", "migrant"), "91520100MA6D7J2W9P": ("520100", "migrant"),
    "91529901MA7H1B5N4R": ("529901", "local"), "91529901MA6L9U3F8G": ("529901", "local"),
    "93529901MA6C2E6A1Y": ("529901", "local"),
}
AWAY = [code for code, (_, kind) in EMPLOYERS.items() if kind == "migrant"]
NEAR = [code for code, (_, kind) in EMPLOYERS.items() if kind == "local"]
VILLAGE_POSTS = "12529901MB0Q4V7S2H"


class Worker:
    """A member whose wage the labour bureau reports every month."""

    def __init__(self, person, wage, employer, since, kind=None):
        self.person = person
        self.wage = wage
        self.employer = employer
        self.since = day(since)
        self.until = None  # the day the job ends
        self.kind = kind or EMPLOYERS.get(employer, ("", "migrant"))[1]
        self.months = {}  # month → yuan, where the story says so
        self.exact = False  # the same wage every month


def born(chance, year):
    """Some day of the year."""
    return plus(f"{year}-01-01", chance.below(365))


def compose(register, chance, household, kind):
    """Gives the household its members and returns those who earn a wage."""
    add = household.people.append
    person = register.person
    earners = []
    if kind == "elderly":
        year = chance.between(1945, 1958)
        add(person(born(chance, year), "m" if chance.hit(60) else "f", "head"))
        if chance.hit(65):
            sex = "f" if household.head.sex == "m" else "m"
            add(person(born(chance, year + chance.between(0, 4)), sex, "spouse"))
        return earners
    if kind == "farm":
        year = chance.between(1966, 1976)
        add(person(born(chance, year), "m", "head"))
        add(person(born(chance, year + chance.between(0, 3)), "f", "spouse"))
        if chance.hit(60):
            child = person(born(chance, year + 26), "m" if chance.hit(60) else "f", "child")
            add(child)
            earners.append(child)
        if chance.hit(35):
            add(person(born(chance, year - 24), "f", "parent"))
        return earners
    year = chance.between(1977, 1992)
    single = kind == "single"
    add(person(born(chance, year), "f" if single and chance.hit(60) else "m", "head"))
    earners.append(household.head)
    if not single:
        spouse = person(born(chance, year + chance.between(0, 3)), "f", "spouse")
        add(spouse)
        if chance.hit(35):
            earners.append(spouse)
    first = year + chance.between(23, 27)
    for number in range(1 if chance.hit(40) else 2):
        birth = first + number * chance.between(2, 4)
        if birth <= 2023:
            add(person(born(chance, birth), "m" if chance.hit(52) else "f", "child"))
    if chance.hit(45):
        add(person(born(chance, year - 25), "m", "parent"))
    if chance.hit(50):
        add(person(born(chance, year - 24), "f", "parent"))
    return earners


def provide(chance, household, earners, per_head):
    """Wages and yearly rows so that the household has about `per_head` yuan a year a head."""
    target = per_head * len(household.people)
    wages = 0
    for person in earners:
        near = person.relation == "spouse" or chance.hit(15)
        room = target / 12 / len(earners) * 0.92
        wage = min(chance.between(34, 58) * 100, max(1900, int(room / 100) * 100))
        person.worker = Worker(
            person, wage, chance.pick(NEAR if near else AWAY),
            plus("2021-03-01", chance.below(1200)))
        wages += wage * 12
    kept = sum(person.age("2025-01-01") >= 60 for person in household.people)
    support = 6000 * kept if not earners and kept == len(household.people) else 0
    rent = 800 + 100 * chance.below(9) if chance.hit(30) else 0
    rest = max(3000, target - wages - support - rent)
    stock = int(rest * chance.between(20, 60) / 100) if chance.hit(55) else 0
    household.net = wages + support + rent + rest
    for year in (2024, 2025):
        scale = chance.between(96, 106) / 100 if year == 2025 else 1
        rows = household.yearly[year] = []
        crops = int((rest - stock) * scale)
        rows.append(("business", "crops", round(crops * 1.4), None))
        rows.append(("expense", "crops", round(crops * 0.4), None))
        if stock:
            rows.append(("business", "livestock", round(stock * scale * 1.6), None))
            rows.append(("expense", "livestock", round(stock * scale * 0.6), None))
        if rent:
            rows.append(("property", "landLease", rent, None))
        if support:
            rows.append(("transfer", "childrenSupport", support, None))
        for person in earners:
            rows.append(("wage", "work", person.worker.wage * 12, person))


def settle(world):
    """Fills the villages up around the households of the stories."""
    chance = Chance("families")
    for village, size in VILLAGES.items():
        for number in range(1, size + 1):
            if f"{village}-{number:04}" in world.by_number:
                continue
            household = Household(village, number)
            roll = chance.below(100)
            kind = ("elderly" if roll < 7 else "farm" if roll < 30 else
                    "single" if roll < 36 else "migrant")
            earners = compose(world.register, chance, household, kind)
            low = chance.hit(9)
            per_head = (
                chance.between(10400, 12800) if low
                else chance.between(11500, 14500) if kind == "elderly"
                else chance.between(13000, 17500) if kind == "farm" and not earners
                else chance.between(14000, 24000))
            provide(chance, household, earners, per_head)
            if low:
                household.low_since = day("2025-01-01")
            world.put(household)
