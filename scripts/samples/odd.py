"""What departments get wrong, and what only looks wrong: refused records, records sent twice,
numbers as strings, columns nobody announced, persons nobody knows."""
import json

from samples.bills import bill
from samples.book import FEED_OF
from samples.chance import Chance
from samples.people import check_digit


def refused(book, world):
    """One record for each way to be refused; the households of stories are not touched."""
    quiet = [h for h in world.households if not h.story and not h.low_since]
    head = quiet[3].head.number
    wrong = head[:17] + ("0" if head[17] != "0" else "1")
    unborn = "52990119850230001"

    def settlement(number=head, **more):
        return bill("outpatient", number, "2026-05-11", 300, 200, 100, 90, "J20", 1) | more

    def wage(**more):
        return {"idNumber": head, "employerCode": "91529901MA7H1B5N4R", "month": "2026-04",
                "amount": 3000} | more

    def without(data, field):
        return {k: v for k, v in data.items() if k != field}

    income = {"householdNumber": quiet[5].number, "from": "2026-01-01", "to": "2026-04-30",
              "kind": "business", "item": "crops", "amount": 900, "date": "2026-05-12"}
    house = {"householdNumber": quiet[6].number, "houseNumber": "FW9", "grade": "B",
             "inhabited": True, "onlyDwelling": True, "date": "2026-05-13"}
    absence = {"idNumber": head, "studentNumber": "G5299012999999", "from": "2026-05-12",
               "to": "2026-05-11", "schoolDays": 2, "excused": True}
    pension = {"idNumber": head, "paymentNumber": "YKT8000001", "item": "pension",
               "amount": 444, "date": "2026-05-20"}
    rows = (
        ("md.settlement.outpatient", settlement(wrong), "identity.checkDigit", {}),
        ("md.settlement.outpatient", settlement(unborn + check_digit(unborn)),
         "identity.birthDate", {}),
        ("md.settlement.outpatient", settlement("52990119850"), "identity.format", {}),
        ("md.settlement.outpatient", settlement(settled="2026-02-30"), "date.impossible", {}),
        ("md.settlement.outpatient", settlement(selfPaidInPolicy=-90), "amount.sign", {}),
        ("md.settlement.outpatient", settlement(selfPaidInPolicy=120), "amount.order", {}),
        ("md.settlement.dental", settlement(), "type.unknown", {}),
        ("hr.wage.paid", wage(amount="3000.125"), "amount.decimals", {}),
        ("hr.wage.paid", without(wage(), "month"), "field.missing", {}),
        ("hr.wage.paid", wage(amount=30000000), "amount.limit", {}),
        ("hr.wage.paid", wage(), "envelope.missing", {"source": None}),
        ("fv.income.recorded", income | {"kind": "lottery"}, "field.value", {}),
        ("fv.income.recorded", income | {"householdNumber": "529901 #7"}, "household.format", {}),
        ("bk.subsidy.paid", pension | {"date": "20.05.2026"}, "date.format", {}),
        ("bk.subsidy.paid", pension, "envelope.op", {"op": "delete"}),
        ("hs.appraisal.graded", house | {"inhabited": "perhaps"}, "field.type", {}),
        ("wt.supply.interrupted", {"plantCode": "WP1", "divisions": ["529999100201"],
                                   "from": "2026-05-14"}, "division.unknown", {}),
        ("ed.attendance.absent", absence, "date.order", {}),
        ("ed.attendance.absent", absence | {"to": "2026-05-13"}, "envelope.source",
         {"source": "county school office"}),
        ("hh.person.deceased", {"idNumber": wrong, "date": "2026-05-15"},
         "identity.checkDigit", {}),
    )
    chance = Chance("refused")
    for type_, data, reason, envelope in rows:
        on = f"2026-{'05' if chance.hit(60) else '06'}-{chance.between(10, 24)}"
        event = book.event(type_, book.time(on), data)
        event = {k: v for k, v in (event | envelope).items() if v is not None}
        put(book, FEED_OF[type_[:2]], event, reason)
    # A record on another department's feed, and a file cut off in the middle of a line.
    event = book.event("hr.wage.paid", book.time("2026-05-27"), wage())
    put(book, "medical", event, "type.unknown")
    event = book.event("ed.fee.charged", book.time("2026-06-15"), {"idNumber": head})
    line = json.dumps(event, separators=(",", ":"))
    book.write("education", event["time"], line[:len(line) - 31])
    book.refused.append(("education", "ed.fee.charged", event["id"], "record.json"))


def put(book, feed, event, reason):
    book.write(feed, event["time"], json.dumps(event, ensure_ascii=False,
                                               separators=(",", ":")))
    book.refused.append((feed, event["type"], event["id"], reason))


def unknown_persons(book, world):
    """Bills of people the register never names: they wait 180 days, then are refused by
    `membership`."""
    for birth, on in (("1962-04-01", "2025-06-17"), ("1990-10-30", "2025-09-02")):
        number = world.register.number(birth, "f")
        data = bill("outpatient", number, on, 410, 260, 150, 120, "J20", 1)
        book.add("md.settlement.outpatient", on, data)
        event = book.memory[-1][1]
        book.refused.append(("membership", event["type"], event["id"], "person.unknown"))


def sent_again(book):
    """A month of pensions sent a second time, file and all; and single lines doubled."""
    month = [(feed, event, households) for feed, event, households in list(book.memory)
             if event["type"] == "bk.subsidy.paid.v1" and event["data"]["item"] == "pension"
             and event["data"]["date"].startswith("2026-03")]
    for _, event, households in month[:40]:
        book.add("bk.subsidy.paid", "2026-04-21", event["data"], households[:1], same=event["id"],
                 batch="pension-2026-03")
    chance = Chance("doubled")
    memory = [entry for entry in book.memory if entry[1]["time"] > "2025-02"]
    for _ in range(14):
        feed, event, _ = chance.pick(memory)
        book.write(feed, event["time"], json.dumps(event, ensure_ascii=False,
                                                   separators=(",", ":")))


def unusual(book, world):
    """Right, though it does not look so: everything as strings, a small x, a disability
    certificate for an identity number, a column with a name."""
    quiet = [h for h in world.households if not h.story]
    household = quiet[8]
    book.add("md.settlement.outpatient", "2026-05-05", {
        k: str(v) for k, v in bill("outpatient", household.people[0], "2026-05-05", 160.5, 100.5,
                                   60, 55, "J20", 1).items() if v is not None}, [household])
    with_x = [(h, p) for h in quiet for p in h.people if p.number.endswith("X") and not p.gone]
    for household, person in with_x[:2]:
        book.add("md.settlement.outpatient", "2026-05-06",
                 bill("outpatient", person.number.lower(), "2026-05-06", 90, 60, 30, 28, "J20",
                      1), [household])
    for household, person in with_x[2:4]:
        book.add("bk.subsidy.paid", "2026-05-21",
                 {"idNumber": person.number + "43", "paymentNumber": f"CL{person.number[-5:-1]}",
                  "item": "disability", "amount": "80.00", "date": "2026-05-20"}, [household])
    for household in quiet[20:24]:
        book.add("ag.claim.paid", "2026-05-28",
                 {"householdNumber": household.number, "claimNumber": f"NB{household.number[-4:]}",
                  "item": "cropInsurance", "amount": "150.00", "date": "2026-05-27"}, [household],
                 extra={"residentName": "某某", "bankCard": "0000"})
