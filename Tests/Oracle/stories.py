"""What happens to the households of a made-up county: one function, one kind of story."""
import datetime

from county import ELSEWHERE, TOWNSHIPS, VILLAGES, Household, year_of

LINE_YUAN = 8700


# ---------------------------------------------------------------- register
def register(c, household, person, since, record_day, relation="other", reason=None,
             labour=None):
    c.emit("hh.person.registered", {
        "idNumber": person.number(record_day), "householdNumber": household.number,
        "relation": relation, "birthDate": person.birth, "sex": person.sex,
        "division": household.division, "from": since, "labour": labour, "reason": reason},
        record_day, vary=False)


def found(c, number):
    """A household and its people, most of them registered in the first days."""
    division = c.random.choice(VILLAGES) if not c.chance(0.04) else ELSEWHERE
    household = Household(number, division)
    shape = c.random.random()
    if shape < 0.15:
        people = [c.person(61, 80) for _ in range(c.between(1, 2))]
        if c.chance(0.4):
            people.append(c.person(5, 14))
    else:
        people = [c.person(24, 55) for _ in range(c.between(1, 3))]
        people += [c.person(0, 17) for _ in range(c.between(0, 2))]
        people += [c.person(60, 78) for _ in range(c.between(0, 1))]
    household.people, household.head = people, people[0]
    since = c.first - c.between(400, 4000)
    wrongly_named = identity_story(c, household) if c.chance(0.3) else None
    for place, person in enumerate(people):
        labour = None
        if c.chance(0.12) and c.age(person, c.first) > 16:
            labour = c.random.choice(["none", "partial", "full"])
        late = place > 0 and c.chance(0.1) and person is not wrongly_named
        start = max(since, person.birth)
        delay = c.random.choice([5, 20, 60, 120, 170, 190, 230]) if late else 0
        register(c, household, person, start, c.first + delay,
                 "head" if place == 0 else "other", "initial", labour)
        if c.chance(0.04):     # known to the register a second time, with another start
            register(c, household, person, start + c.between(-200, 200),
                     c.first + c.between(1, 200), "other", "initial", labour)
    c.households.append(household)
    return household


def identity_story(c, household):
    """Numbers written wrongly and put right, in chains, and put back."""
    person = c.random.choice(household.people)
    right = person.number(0)
    wrong = c.id_number(person.birth + c.between(-3, 3), person.sex)
    day = c.first + c.between(5, c.last - c.first)
    kind = c.random.random()
    correct = lambda old, new, when, op=None: c.emit(
        "hh.id.corrected", {"oldIdNumber": old, "idNumber": new,
                            "date": when - c.between(0, 5)}, when, op=op, vary=False)
    if kind < 0.4:             # registered under the wrong number, corrected later
        person.numbers = [(0, wrong), (day, right)]
        correct(wrong, right, day)
    elif kind < 0.6:           # a chain
        middle = c.id_number(person.birth, person.sex)
        second = day + c.between(1, 60)
        person.numbers = [(0, wrong), (day, middle), (second, right)]
        pairs = [(wrong, middle, day), (middle, right, second)]
        for old, new, when in pairs if c.chance(0.5) else reversed(pairs):
            correct(old, new, when)
    elif kind < 0.8:           # facts come under an unknown number for a while
        start = max(c.first, day - c.between(20, 170))
        person.numbers = [(0, right), (start, wrong), (day, right)]
        correct(wrong, right, day)
    else:                      # a correction that is undone
        back = day + c.between(1, 90)
        person.numbers = [(0, wrong), (day, right), (back, wrong)]
        correct(wrong, right, day)
        correct(wrong, right, back, op="reverse")
    return person


def changes(c):
    """Births, deaths, moves, leaving, splits over the whole county."""
    for household in list(c.households):
        for _ in range(c.random.choice([0, 0, 1, 1, 2, 3])):
            change(c, household)


def change(c, household):
    alive = [p for p in household.people if p.gone is None]
    if not alive:
        return
    day = c.some_day()
    lag = c.random.choice([0, 0, 1, 2, 7, 30, 75, 150, -5, -20])
    record = max(c.first, day + lag)
    person = c.random.choice(alive)
    number = person.number(record)
    kind = c.random.random()
    if kind < 0.2:
        child = c.person(0, 0)
        child.birth = day
        child.numbers = [(0, c.id_number(day, child.sex))]
        if (datetime.date.fromordinal(day).month, datetime.date.fromordinal(day).day) == (2, 29):
            return
        household.people.append(child)
        register(c, household, child, day, max(record, day), "child", "birth")
    elif kind < 0.4:
        data = {"idNumber": number, "date": day}
        record = max(record, day)
        c.emit("hh.person.deceased", data, record, vary=False)
        if c.chance(0.2):
            c.emit("hh.person.deceased", data, record + c.between(1, 40), op="reverse",
                   vary=False)
        else:
            person.gone = day
    elif kind < 0.55:
        data = {"idNumber": number, "householdNumber": household.number, "date": day,
                "reason": c.random.choice(["married", "outOfArea", "army", "custody", "other"])}
        c.emit("hh.person.left", data, record, vary=False)
        if c.chance(0.3):
            c.emit("hh.person.left", data, record + c.between(1, 60), op="reverse", vary=False)
        elif c.chance(0.3):
            register(c, household, person, day + c.between(10, 90), record + c.between(10, 120),
                     "other", "inMove")
        else:
            person.gone = day
    elif kind < 0.8 and len(c.households) > 1:
        target = c.random.choice([h for h in c.households if h is not household])
        data = {"idNumber": number, "householdNumber": target.number, "date": day,
                "relation": "other"}
        if c.chance(0.5):
            data["fromHousehold"] = household.number
        if c.chance(0.5):
            data["division"] = target.division
        c.emit("hh.person.moved", data, record, vary=False)
        if c.chance(0.25):
            c.emit("hh.person.moved", data, record + c.between(1, 60), op="reverse", vary=False)
        elif c.chance(0.2):
            changed = dict(data, householdNumber=c.random.choice(c.households).number)
            c.emit("hh.person.moved", changed, record + c.between(1, 60), op="correct",
                   vary=False)
        else:
            household.people.remove(person)
            target.people.append(person)
    elif len(alive) > 1:
        split(c, household, alive, day, record)


def split(c, household, alive, day, record):
    number = c.serial("SH-9")
    new = Household(number, c.random.choice(VILLAGES) if c.chance(0.3) else household.division)
    going = c.random.sample(alive, c.between(1, len(alive) - 1))
    for person in going:
        data = {"idNumber": person.number(record), "householdNumber": household.number,
                "newHousehold": number, "division": new.division, "date": day}
        c.emit("hh.household.split", data, record + c.random.choice([0, 0, 0, 1]), vary=False)
        household.people.remove(person)
        new.people.append(person)
    new.head = going[0]
    c.households.append(new)


def who(c, household, day):
    """`householdNumber`, or the head's idNumber in its place."""
    if c.chance(0.3) and household.head:
        return {"idNumber": household.head.number(day)}
    return {"householdNumber": household.number}


# ---------------------------------------------------------------- income
def declarations(c, household):
    """Income declared by the year, with gaps, overlaps, corrections, zeros."""
    people = max(1, len(household.people))
    wealth = c.random.choice([0.4, 0.8, 1.0, 1.1, 1.3, 1.8, 2.5, 4.0])
    level = int(wealth * LINE_YUAN * 100 * people)
    adults = [p for p in household.people if 18 <= c.age(p, c.first) < 65]
    entries = [("business", "crops", 40), ("expense", "crops", 10)]
    for entry, likely in ((("business", "livestock", 25), 0.4), (("business", "other", 8), 0.15),
                          (("property", "landLease", 6), 0.25), (("business", "bees", 4), 0.06),
                          (("transfer", "landFertility", 5), 0.5), (("property", "other", 3), 0.1),
                          (("transfer", "pension", 8), 0.3), (("transfer", "dibao", 12), 0.2),
                          (("transfer", "povertyInsurance", 9), 0.15),
                          (("transfer", "other", 4), 0.1), (("expense", "livestock", 7), 0.2)):
        if c.chance(likely):
            entries.append(entry)
    if adults and c.chance(0.45):
        entries.append(("wage", "work", 45, c.random.choice(adults)))
    if c.chance(0.2):
        entries.append(("wage", "gathering", 12))
    named = who(c, household, c.first) if c.chance(0.15) else {
        "householdNumber": household.number}
    for year in range(year_of(c.first) - 2, year_of(c.last) + 1):
        if c.chance(0.15):
            continue
        level = level * c.random.choice([100, 100, 105, 90, 60, 45, 130]) // 100
        declare_year(c, named, entries, year, level)


def declare_year(c, named, entries, year, level):
    first = datetime.date(year, 1, 1).toordinal()
    last = datetime.date(year, 12, 31).toordinal()
    record = last + c.between(3, 45)
    for kind, item, share, *person in entries:
        if c.chance(0.08):
            continue
        amount = level * share // 100 * c.between(80, 120) // 100
        amount = 0 if c.chance(0.03) else amount - amount % c.random.choice([1, 100, 10000])
        spans = [(first, last, amount)]
        if c.chance(0.15):
            middle = first + c.between(60, 300)
            spans = [(first, middle, amount // 2), (middle + 1, last, amount // 2)]
        if c.chance(0.12):     # a later questioning about part of the same days
            start = first + c.between(0, 250)
            spans.append((start, min(start + c.between(20, 200), last + 40),
                          c.fen(500, 9000)))
        for n, (start, end, fen) in enumerate(spans):
            data = dict(named, kind=kind, item=item, amount=fen, to=end,
                        date=record + n * c.between(0, 9))
            data["from"] = start
            day = max(record + n, end - 3)
            if person:
                if "idNumber" in data:
                    continue
                data["idNumber"] = person[0].number(max(day, c.first))
            c.emit("fv.income.recorded", data, day + c.random.choice([0, 0, 1, 5]))


def wages(c, household):
    """Monthly wages with gaps, late bookings, a lost job, half pay."""
    adults = [p for p in household.people if 18 <= c.age(p, c.first) < 62]
    for person in adults[:2]:
        if not c.chance(0.6):
            continue
        employer = c.random.choice(["E01", "E02", "E03", "none"])
        start = c.first - c.between(-100, 700)
        job(c, person, "started", employer, start)
        pay = c.fen(800, 4200)
        ends = c.some_day(40) if c.chance(0.65) else c.last + 60
        drop = (c.some_day(), c.between(60, 240)) if c.chance(0.4) else None
        month = datetime.date.fromordinal(start).replace(day=1)
        while month.toordinal() <= min(c.last, ends):
            following = (month + datetime.timedelta(days=32)).replace(day=1)
            close = following.toordinal() - 1
            amount = pay * c.between(90, 110) // 100
            if drop and drop[0] <= close < drop[0] + drop[1]:
                amount = amount * c.between(15, 55) // 100
            if not c.chance(0.08):
                lag = c.random.choice([2, 5, 9, 10, 13, 14, 15, 20, 28, 70])
                wage(c, person, employer, month, amount, close + lag)
            month = following
        if ends <= c.last:
            job(c, person, "ended", employer, ends)
            if c.chance(0.4):
                job(c, person, "started", c.random.choice(["E04", employer]),
                    ends + c.between(0, 200))
        if c.chance(0.1):
            day = c.some_day()
            c.emit("hr.wage.arrears", {
                "idNumber": person.number(day), "employerCode": employer, "months": 2,
                "amount": c.fen(1000, 8000), "date": day}, day)


def wage(c, person, employer, month, amount, record):
    c.emit("hr.wage.paid", {
        "idNumber": person.number(max(record, c.first)), "employerCode": employer,
        "month": month.strftime("%Y-%m"), "amount": amount}, record)


def job(c, person, what, employer, day):
    record = day + c.random.choice([0, 1, 3, 10, 40, -4])
    data = {"idNumber": person.number(max(record, c.first)), "employerCode": employer,
            "date": day, "kind": c.random.choice(["migrant", "local", "welfarePost", None])}
    c.emit(f"hr.job.{what}", data, record)


def payments(c, household):
    """Subsidies, claims, the monthly allowance, the class."""
    for _ in range(c.between(0, 5)):
        person = c.random.choice(household.people)
        day = c.some_day() - c.between(0, 200)
        record = day + c.random.choice([0, 1, 5, 30])
        item = c.random.choice(["dibao", "pension", "landFertility", "heating", "socialRelief",
                                "povertyInsurance", "other", "cropInsurance", "bees"])
        c.emit("bk.subsidy.paid", {
            "idNumber": person.number(max(record, c.first)), "paymentNumber": c.serial("P"),
            "item": item, "amount": c.fen(100, 4000), "date": day}, record)
    for _ in range(c.random.choice([0, 0, 1, 2])):
        day = c.some_day() - c.between(0, 100)
        record = day + c.between(0, 20)
        c.emit("ag.claim.paid", dict(
            who(c, household, max(record, c.first)), claimNumber=c.serial("C"),
            item=c.random.choice(["cropInsurance", "povertyInsurance", "accidentInsurance",
                                  "other", "landFertility"]),
            amount=c.fen(300, 20000), date=day), record)
    if c.chance(0.2):
        day = c.some_day()
        c.emit("ag.stock.lost", dict(
            who(c, household, day), reportNumber=c.serial("R"), species="pig", head=20,
            headLost=c.between(1, 20), loss=c.fen(500, 9000), insured=c.chance(0.5),
            date=day - c.between(0, 5)), day)
    if c.chance(0.35):
        allowance(c, household)
    if c.chance(0.45):
        classes(c, household)


def allowance(c, household):
    case = c.serial("D")
    named = who(c, household, c.first)
    day = c.first + c.between(-600, c.last - c.first)
    for name in ("granted", "changed", "stopped", "granted"):
        data = dict(named, caseNumber=case)
        data["from"] = day
        if name != "stopped":
            data["yuanPerMonth"] = c.fen(150, 900)
        c.emit(f"ca.dibao.{name}", data, day + c.random.choice([0, 2, 10, -15, 60]))
        day += c.between(30, 300)
        if c.chance(0.35):
            return


def classes(c, household):
    day = c.first + c.between(-500, (c.last - c.first) // 2)
    ex_poor = c.chance(0.25)
    for _ in range(c.between(1, 4)):
        data = dict(who(c, household, max(day, c.first)), exPoor=ex_poor)
        data["class"] = c.random.choice(["unstable", "edge", "sudden", "eliminated", "none"])
        data["from"] = day
        c.emit("rb.class.changed", data, day + c.random.choice([0, 3, 30, -10]))
        day += c.between(20, 250)


# ---------------------------------------------------------------- illness
CODES = ["C34", "C34.9", "N18.5", "N18.6", "N18.4", "N18", "J44.1", "I64", "I65", "F30", "F31.2",
         "C74.9", "C74.1", "K35", "H27", "H28", "Q28", "A19.0", "Z00"]


def illness(c, household):
    ill = c.random.choice(household.people)
    serious = c.chance(0.5)
    for _ in range(c.between(1, 4) + (c.between(1, 4) if serious else 0)):
        person = ill if serious and c.chance(0.8) else c.random.choice(household.people)
        bill(c, person, serious, c.random.choice(household.people))
    if c.chance(0.3):
        day = c.some_day() + c.random.choice([0, 0, 0, 12])
        record = day - c.random.choice([0, 12]) + c.between(0, 40)
        c.emit("hc.diagnosis.major", {
            "idNumber": ill.number(max(record, c.first)), "diseaseGroup": c.random.choice(CODES),
            "date": day}, record)
    for person in household.people:
        for year in range(year_of(c.first) - 1, year_of(c.last) + 1):
            if c.chance(0.75):
                day = datetime.date(year - 1, 11, 1).toordinal() + c.between(0, 150)
                record = day + c.between(0, 20)
                c.emit("md.enrol.changed", {
                    "idNumber": person.number(max(record, c.first)), "year": year,
                    "enrolled": not c.chance(0.1), "date": day}, record)


def bill(c, person, serious, other):
    day = c.some_day() - c.random.choice([0, 0, 0, 0, 200])
    record = day + c.random.choice([0, 0, 1, 2, 8, 40, -6])
    record = max(record, c.first)
    kind = c.random.choice(["inpatient", "inpatient", "outpatient", "special"])
    self_paid = c.random.choice([600000, 1000000, 599900, 999999]) if c.chance(0.15) else (
        c.fen(4000, 48000) if serious and c.chance(0.6) else c.fen(50, 7000))
    in_policy = self_paid * c.random.choice([100, 100, 95, 80, 60]) // 100
    data = {"idNumber": person.number(record), "settlementNumber": c.serial("S"), "settled": day,
            "total": self_paid * 2 + c.fen(0, 9000), "fund": self_paid,
            "selfPaid": self_paid, "selfPaidInPolicy": in_policy,
            "hospitalLevel": c.between(1, 3)}
    if kind == "inpatient":
        data.update(admitted=day - c.between(1, 30), discharged=day)
    name = "md.settlement." + kind
    c.emit(name, data, record, vary=c.chance(0.7))
    if c.chance(0.3):          # aid is booked and the bill comes again
        less = self_paid * c.between(5, 80) // 100
        c.emit(name, dict(data, selfPaid=less, selfPaidInPolicy=min(less, in_policy)),
               record + c.between(1, 70), op=c.random.choice(["correct", None]), vary=False)
    elif c.chance(0.1):        # booked on the wrong person
        later = record + c.between(1, 40)
        c.reverse(name, data, later)
        c.emit(name, dict(data, idNumber=other.number(later)), later, vary=False)


# ---------------------------------------------------------------- school
def school(c, household):
    for person in household.people:
        age = c.age(person, c.first)
        if not 4 <= age <= 21:
            continue
        student = c.serial("G")
        stage = "primary" if age < 12 else "junior" if age < 16 else "university"
        simple = lambda name, day, lag, **data: c.emit(
            name, dict({"idNumber": person.number(max(day + lag, c.first)),
                        "studentNumber": student}, **data), day + lag)
        if c.chance(0.7):
            simple("ed.enrolment.changed", c.first - 200, 0, stage=stage, status="enrolled",
                   schoolCode="school-1", date=c.first - 200)
        if c.chance(0.15):
            day = c.some_day()
            simple("ed.enrolment.changed", day, c.between(0, 20), stage=stage, status="left",
                   schoolCode="school-1", date=day)
            if c.chance(0.5):
                back = day + c.between(20, 120)
                simple("ed.enrolment.changed", back, 2, stage=stage, status="enrolled",
                       schoolCode="school-2", date=back)
        for _ in range(c.random.choice([0, 0, 1, 3])):
            day = c.some_day()
            simple("ed.attendance.absent", day, c.between(0, 9), **{
                "from": day - c.between(0, 6), "to": day, "schoolDays": c.between(1, 6),
                "excused": c.chance(0.3)})
        if c.chance(0.4):
            dropout(c, simple)
        for term in ("1", "2"):
            if c.chance(0.4):
                day = c.some_day() - c.between(0, 120)
                item = c.random.choice(["tuition", "boarding", "meals", "books"])
                which = f"{year_of(day)}-{term}"
                simple("ed.fee.charged", day, 3, term=which, item=item, date=day,
                       amount=c.fen(200, 12000))
                if c.chance(0.5):
                    simple("ed.aid.granted", day + 20, 3, term=which,
                           item=c.random.choice(["boarderAllowance", "grant", "rainDew"]),
                           date=day + 20, amount=c.fen(200, 4000))


def dropout(c, simple):
    day = c.some_day()
    reason = c.random.choice(["economic"] * 4 + ["illness", "unwilling", "other", None])
    for name in ("suspected", "confirmed", "returned"):
        if c.chance(0.75):
            simple(f"ed.dropout.{name}", day, c.random.choice([0, 1, 5, 15]), date=day,
                   reason=reason if name != "returned" else None)
        day += c.between(0, 60)


# ---------------------------------------------------------------- hazards
def hazards(c):
    """Disasters and dry taps by area, losses and appraisals by household."""
    codes = ["529901"] + TOWNSHIPS * 2 + VILLAGES
    for _ in range(c.between(1, 4)):
        event = c.serial("F")
        day = c.some_day()
        divisions = c.random.sample(codes, c.between(1, 2))
        data = {"eventNumber": event, "kind": c.random.choice(["0201", "0203", "0206"]),
                "level": c.between(1, 4), "divisions": divisions, "date": day}
        if c.chance(0.4):
            data["until"] = day + c.between(0, 60)
        record = day + c.random.choice([0, 0, 1, 4, -2])
        c.emit("em.disaster.declared", data, record)
        if c.chance(0.3):
            changed = dict(data, divisions=c.random.sample(codes, c.between(1, 3)))
            c.emit("em.disaster.declared", changed, record + c.between(1, 20), op="correct")
        for household in c.households:
            if c.chance(0.15):
                loss(c, household, event, day)
    for _ in range(c.between(1, 4)):
        plant, day = c.serial("W"), c.some_day()
        data = {"plantCode": plant, "divisions": c.random.sample(codes, c.between(1, 2))}
        data["from"] = day
        c.emit("wt.supply.interrupted", data, day + c.random.choice([0, 1, 2, 5, 12]))
        if c.chance(0.85):
            back = day + c.random.choice([0, 1, 2, 3, 4, 6, 7, 8, 20])
            data = {"plantCode": plant, "to": back}
            data["from"] = day
            c.emit("wt.supply.restored", data, back + c.random.choice([0, 1, 3, -2]))
    for household in c.households:
        if c.chance(0.4):
            appraisals(c, household)


def loss(c, household, event, day):
    happened = day + c.between(0, 5)
    data = dict(who(c, household, happened), eventNumber=event,
                roomsCollapsed=c.random.choice([0, 0, 0, 1, 2]),
                roomsSeverelyDamaged=c.random.choice([0, 0, 0, 1]),
                unfitToLive=c.chance(0.1), loss=c.fen(100, 30000), date=happened)
    if c.chance(0.7):
        data["cropLossPercent"] = c.random.choice([5, 20, 29, 30, 45, 50, 70, 80, 95])
        data["insured"] = c.random.choice([True, False, None])
    record = happened + c.between(0, 10)
    c.emit("em.household.loss.reported", data, record)
    if c.chance(0.5):
        verified = dict(data, roomsCollapsed=c.random.choice([0, data["roomsCollapsed"]]),
                        loss=data["loss"] // 2)
        if "cropLossPercent" in data:
            verified["cropLossPercent"] = c.random.choice([10, 30, 60, 85])
        c.emit("em.household.loss.verified", verified, record + c.between(1, 30))
    if c.chance(0.4):
        paid = record + c.between(5, 90)
        c.emit("ag.claim.paid", dict(
            who(c, household, paid), claimNumber=c.serial("C"), item="cropInsurance",
            amount=c.fen(200, 9000), date=paid), paid + c.between(0, 5))


def appraisals(c, household):
    named = {"householdNumber": household.number} if c.chance(0.8) else who(
        c, household, c.first)
    for house in [c.serial("H") for _ in range(c.between(1, 2))]:
        day = c.first + c.between(-300, c.last - c.first)
        for _ in range(c.between(1, 3)):
            data = dict(named, houseNumber=house, grade=c.random.choice("ABCD"),
                        inhabited=not c.chance(0.2), onlyDwelling=not c.chance(0.3), date=day)
            c.emit("hs.appraisal.graded", data, day + c.random.choice([0, 2, 15, -3]))
            day += c.between(20, 200)


# ---------------------------------------------------------------- what is wrong
def unknown_people(c):
    """Facts of people nobody registers, or registers far too late."""
    for _ in range(c.between(0, 3)):
        stranger = c.person(20, 60)
        for _ in range(c.between(1, 3)):
            bill(c, stranger, True, stranger)


def malformed(c):
    """Records that must be refused, one fault each."""
    good = c.person(30, 50).number(0)
    day = c.some_day()
    base = {"idNumber": good, "settlementNumber": c.serial("S"), "settled": day, "total": 90000,
            "fund": 10000, "selfPaid": 30000, "selfPaidInPolicy": 20000, "hospitalLevel": 2}
    name = "md.settlement.outpatient"
    wrong_digit = good[:17] + ("0" if good[17] != "0" else "1")
    faults = [dict(base, idNumber=wrong_digit), dict(base, idNumber=good[:16]),
              dict(base, selfPaid=10000), dict(base, hospitalLevel=4),
              {k: v for k, v in base.items() if k != "settled"}]
    for fault in c.random.sample(faults, c.between(0, 3)):
        c.emit(name, fault, day, vary=False)
    for change in ("amount", "time", "source", "type", "op", "id", "date", "json"):
        if not c.chance(0.2):
            continue
        event = c.emit(name, base, day, vary=False)
        if change == "amount":
            event["data"]["total"] = c.random.choice([-5, "12.345", 20000000])
        elif change == "date":
            event["data"]["settled"] = c.random.choice(["2026-02-30", "2026/01/05"])
        elif change == "json":
            c.lines["medical"][-1] = '{"id": "broken",'
        elif change == "time":
            del event["time"]
        elif change == "source":
            event["source"] = "urn:gov:52990:insurance:books"
        elif change == "type":
            event["type"] = c.random.choice(["hh.person.left.v1", "md.unknown.v1"])
        elif change == "op":
            event["op"] = "delete"
        else:
            del event["id"]


def tell(c):
    """All stories of a county whose households are founded; some households have quiet years."""
    for household in list(c.households):
        declarations(c, household)
    changes(c)
    for household in list(c.households):
        if household.number.startswith("SH-9") and c.chance(0.6):
            declarations(c, household)
        likely = c.random.choice([1, 0.8, 0.5, 0.25])
        for story in (wages, payments, illness, school):
            if household.people and c.chance(likely):
                story(c, household)
    hazards(c)
    unknown_people(c)
    malformed(c)
