#!/usr/bin/env python3
"""The worked example of formats.md 5, and a few facts of the calendar, against the oracle."""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import oracle
from income import m12, months_back
from intake import check_digit, day, iso, pseudonym


def number(birth, order):
    first = f"529901{birth}{order:03d}"
    return first + check_digit(first)


def event(count, name, time, **data):
    return {"specversion": "1.0", "id": f"e{count}", "source": "urn:gov:529901:office:books",
            "type": name + ".v1", "time": time, "data": data}


def worked_example(folder):
    people = [number("19800101", n) for n in range(4)]
    feeds = {name: [] for name in ("household", "employment", "medical", "livelihood")}
    for n, person in enumerate(people):
        feeds["household"].append(event(
            n, "hh.person.registered", "2024-01-02T08:00:00+08:00", idNumber=person,
            householdNumber="SH-1", relation="head" if n == 0 else "other",
            birthDate="1980-01-01", sex="m", division="529901100201",
            **{"from": "2020-01-01"}))
    for kind, amount in (("business", "21900"), ("expense", 7300)):
        feeds["livelihood"].append(event(
            kind, "fv.income.recorded", "2026-01-10T10:00:00+08:00", householdNumber="SH-1",
            to="2025-12-31", kind=kind, item="crops", amount=amount, date="2026-01-10",
            **{"from": "2025-01-01"}))
    for year, month in [(2025, m) for m in range(6, 13)] + [(2026, m) for m in range(1, 6)]:
        feeds["employment"].append(event(
            f"w{year}{month}", "hr.wage.paid", f"{year + month // 12}-{month % 12 + 1:02d}-05"
            "T09:00:00+08:00", idNumber=people[0], employerCode="E1",
            month=f"{year}-{month:02d}", amount=5000))
    for n, (time, amount) in enumerate((("2026-06-15T09:30:00+08:00", 42000),
                                        ("2026-06-20T09:30:00+08:00", 30000))):
        feeds["medical"].append(event(
            f"s{n}", "md.settlement.inpatient", time, idNumber=people[1], settlementNumber="S1",
            settled="2026-06-15", admitted="2026-06-01", discharged="2026-06-14",
            total=90000, fund=40000, selfPaid=amount, selfPaidInPolicy=amount, hospitalLevel=2))
    for name, events in feeds.items():
        with open(os.path.join(folder, name + ".jsonl"), "w") as file:
            file.writelines(json.dumps(e) + "\n" for e in events)
    with open(os.path.join(folder, "lines.yaml"), "w") as file:
        file.write('- {division: "529901", year: 2026, yuan: 8700}\n')
    with open(os.path.join(folder, "disposable.yaml"), "w") as file:
        file.write('- division: "52"\n  year: 2025\n  yuan: 60000\n')
    with open(os.path.join(folder, "divisions.yaml"), "w") as file:
        file.write('- {code: "529901100201", name: {zh: "甲", en: "A"}}\n')


def main():
    assert (iso(m12(day("2026-06-15"))[0]), iso(m12(day("2026-06-15"))[1])) \
        == ("2025-06-01", "2026-05-31")
    assert iso(m12(day("2026-06-14"))[1]) == "2026-04-30"
    assert [iso(d) for d in months_back(day("2026-05-31"), 12)] == ["2025-03-01", "2025-05-31"]
    assert check_digit("11010519491231002") == "X" and check_digit("44052418800101001") == "4"
    assert len(pseudonym(b"key", "person:x")) == 26
    with tempfile.TemporaryDirectory() as folder:
        worked_example(folder)
        out, dead = oracle.run(folder, folder, b"key", "2026-06-25")
    assert not dead, dead
    told = [o for o in out if o["rule"] == "MED-07"]
    assert [(o["state"], o["day"]) for o in told] == [("open", "2026-06-15"),
                                                      ("withdrawn", "2026-06-20")], told
    opened, withdrawn = told[0]["computation"], told[1]["computation"]
    expected = {"businessFen": 2190000, "expenseFen": 730000, "wageFen": 6000000,
                "netFen": 7460000, "withoutSelfPaidPerCapitaFen": 1865000,
                "referencePerCapitaFen": 815000, "lineFen": 870000, "members": 4}
    assert {k: opened[k] for k in expected} == expected, opened
    assert withdrawn["referencePerCapitaFen"] == 1115000
    assert told[0]["baseLevel"] == "orange"
    print("oracle: the worked example holds")


if __name__ == "__main__":
    main()
