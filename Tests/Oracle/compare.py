#!/usr/bin/env python3
"""Differences between what `shouwang replay` wrote and what the oracle expects.

Usage: compare.py --replay DIR --oracle FILE [--dead FILE] [--limit N]

DIR holds alerts.jsonl and dead.jsonl of a replay. Prints one line a difference, in the order of
time: household (its made-up number), rule, day, event, field, both values. Exit code 1 on any.
"""
import argparse
import collections
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from intake import instant

ENDS = ("cleared", "dismissed", "withdrawn")
FIELDS = ("instant", "day", "division", "openedOn", "baseLevel", "level", "subject",
          "supersededBy")
END_FIELDS = ("instant", "day", "division")
FALSE_WHEN_ABSENT = ("provisional",)
NOWHERE = "000000000000"     # the division of a household no start gives one for


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def replayed(path):
    """Openings and ends of alerts.jsonl in the oracle's terms."""
    lines = read_lines(path)
    rule_of = {line["value"]["alert"]: line["value"]["rule"] for line in lines}
    found, opened = [], {}
    for line in lines:
        value, state = line["value"], line["headers"]["ce_type"].split(".")[2]
        if state == "updated":
            continue
        if state == "opened":
            state = "open"
            opened[value["alert"]] = value["openedOn"]
        speaker = value.get("supersededBy")
        found.append({
            "household": line["key"], "rule": value["rule"], "state": state,
            "day": value["asOf"], "openedOn": value["openedOn"], "alert": value["alert"],
            "instant": instant(line["headers"]["ce_time"]),
            "division": None if value.get("division") == NOWHERE else value.get("division"),
            "baseLevel": value["baseLevel"], "level": value["level"],
            "subject": value.get("subject") is not None,
            "supersededBy": rule_of.get(speaker, speaker), "computation": value["computation"]})
    return found


def episodes(events):
    """(household, rule, openedOn) -> {"open": event, "end": event}."""
    found = {}
    for event in events:
        episode = found.setdefault((event["household"], event["rule"], event["openedOn"]), {})
        episode["open" if event["state"] == "open" else "end"] = event
    return found


def differences(expected, actual, numbers):
    """(instant, text) for every difference."""
    found = []
    wanted, given = episodes(expected), episodes(actual)

    def tell(key, moment, text):
        household, rule, opened = key
        name = numbers.get(household, household)
        found.append((moment, f"{name} {rule} opened {opened}: {text}"))

    for key in sorted(set(wanted) | set(given)):
        want, give = wanted.get(key, {}), given.get(key, {})
        for part in ("open", "end"):
            one, other = want.get(part), give.get(part)
            if one and not other:
                tell(key, one["instant"], f"{one['state']} on {one['day']} expected, replay has "
                     "none")
            elif other and not one:
                tell(key, other["instant"], f"{other['state']} on {other['day']} by replay, not "
                     "expected")
            elif one and other:
                for field, expected_value, value in fields(part, one, other):
                    tell(key, one["instant"], f"{one['state']} on {one['day']}: {field} "
                         f"{value!r} by replay, {expected_value!r} expected")
    return [text for _, text in sorted(found)]


def fields(part, want, give):
    names = FIELDS if part == "open" else ("state",) + END_FIELDS
    for name in names:
        if want[name] != give[name] and not (name == "division" and want["computation"] is None):
            yield name, want[name], give[name]
    for name, value in (want["computation"] or {}).items():
        other = give["computation"].get(name)
        if name in FALSE_WHEN_ABSENT:
            other = bool(other)
        if value != other:
            yield "computation." + name, value, other


def dead_letters(path, expected):
    """Counts by (pipeline, reason) that differ."""
    wanted = collections.Counter((letter["feed"], letter["reason"]) for letter in expected)
    given = collections.Counter()
    for line in read_lines(path):
        headers = line["headers"]
        topic = headers.get("kafka_dlt-original-topic", "")
        pipeline = topic.removeprefix("feed.") if topic.startswith("feed.") else "membership"
        if topic not in ("actions", "case.events"):
            given[(pipeline, headers.get("shouwang-reason"))] += 1
    return [f"dead letters {pipeline} {reason}: {given[(pipeline, reason)]} by replay, "
            f"{wanted[(pipeline, reason)]} expected"
            for pipeline, reason in sorted(set(wanted) | set(given), key=str)
            if given[(pipeline, reason)] != wanted[(pipeline, reason)]]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replay", required=True)
    parser.add_argument("--oracle", required=True)
    parser.add_argument("--dead")
    parser.add_argument("--limit", type=int, default=40)
    args = parser.parse_args()
    expected = read_lines(args.oracle)
    numbers = {event["household"]: event["number"] for event in expected}
    actual = replayed(os.path.join(args.replay, "alerts.jsonl"))
    found = differences(expected, actual, numbers)
    if args.dead:
        found += dead_letters(os.path.join(args.replay, "dead.jsonl"), read_lines(args.dead))
    for text in found[:args.limit]:
        print(text)
    if len(found) > args.limit:
        print(f"... and {len(found) - args.limit} more")
    opened = sum(event["state"] == "open" for event in expected)
    print(f"{opened} openings, {len(expected) - opened} ends expected; {len(found)} differences")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
