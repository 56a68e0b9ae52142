#!/usr/bin/env python3
"""Officers' answers to alerts that a first replay opened: dismissals and visits.

Usage: answers.py --seed N --alerts alerts.jsonl --actions IN --out OUT --ids FILE

At most one day of answers a household, about alerts opened before it, so that the alert ids of the
first replay are still those of the second. OUT is IN with the new answers; FILE holds
{alert, household, rule, episode} for the oracle.
"""
import argparse
import json
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from compare import replayed
from intake import day, iso


def number_episodes(events):
    ids, counts = {}, {}
    for event in events:
        if event["state"] == "open":
            key = (event["household"], event["rule"])
            counts[key] = counts.get(key, 0) + 1
            ids[event["alert"]] = {"alert": event["alert"], "household": event["household"],
                                   "rule": event["rule"], "episode": counts[key]}
    return ids


def answers(events, dice):
    lines, count = [], 0
    for household in sorted({event["household"] for event in events}):
        own = [e for e in events if e["household"] == household and e["state"] == "open"]
        if not own or dice.random() < 0.3:
            continue
        on = day(dice.choice(own)["openedOn"]) + dice.randint(1, 45)
        known = [e["alert"] for e in own if day(e["openedOn"]) < on]
        for alert in known[-3:]:
            kind = dice.choice(["dismissed", "dismissed", "visited", "acknowledged"])
            count += 1
            time = f"{iso(on)}T{dice.randint(8, 17):02d}:{dice.randint(0, 59):02d}:00+08:00"
            data = {"action": f"answer-{count}", "household": household, "alerts": [alert],
                    "officer": "officer-9", "at": time}
            if kind == "dismissed":
                data["reason"] = "noRisk"
            lines.append({"specversion": "1.0", "id": f"answer-{count}",
                          "source": "urn:gov:529901:township:app",
                          "type": f"shouwang.action.{kind}.v1", "time": time,
                          "datacontenttype": "application/json", "data": data})
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, required=True)
    for name in ("--alerts", "--actions", "--out", "--ids"):
        parser.add_argument(name, required=True)
    args = parser.parse_args()
    events = replayed(args.alerts)
    with open(args.ids, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in number_episodes(events).values())
    with open(args.actions, encoding="utf-8") as file:
        lines = [line for line in file if line.strip()]
    lines += [json.dumps(a) + "\n" for a in answers(events, random.Random(args.seed))]
    with open(args.out, "w", encoding="utf-8") as file:
        file.writelines(lines)


if __name__ == "__main__":
    main()
