#!/usr/bin/env python3
"""The smallest history that still shows a difference.

Usage: shrink.py --case DIR --household NUMBER [--rule RULE] --out DIR
       (DIR is a seed's folder of `run`; environment SHOUWANG names the command)

Removes events and officers' answers as long as replay and oracle still differ for the household
(and rule), then prints the events left, by time.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import oracle
from compare import differences, replayed
from intake import FEEDS, instant, pseudonym, read_feeds, read_key
from policy import Policy


def load(case):
    """(feed, line) of every line of the feeds, the answers as ("actions", line)."""
    lines = []
    for name, path in [(feed, f"feeds/{feed}.jsonl") for feed in FEEDS] + [
            ("actions", "actions.jsonl")]:
        path = os.path.join(case, path)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                lines += [(name, line) for line in file if line.strip()]
    return lines


def differing(case, lines, args):
    """The differences of a history that concern the household asked for."""
    folder = tempfile.mkdtemp()
    try:
        feeds = os.path.join(folder, "feeds")
        os.mkdir(feeds)
        for name in FEEDS + ["actions"]:
            target = os.path.join(feeds if name != "actions" else folder, name + ".jsonl")
            with open(target, "w", encoding="utf-8") as file:
                file.writelines(line for kind, line in lines if kind == name)
        with open(os.path.join(case, "until")) as file:
            until = file.read().strip()
        policy, key = os.path.join(case, "policy"), os.path.join(case, "key")
        actions = os.path.join(folder, "actions.jsonl")
        done = subprocess.run(
            [os.environ["SHOUWANG"], "replay", "--feeds", feeds, "--policy", policy, "--key-file",
             key, "--until", until, "--actions", actions, "--out", os.path.join(folder, "out")],
            capture_output=True, check=False)
        if done.returncode:
            return []
        ids = os.path.join(case, "ids.jsonl")
        expected, _ = oracle.run(feeds, policy, read_key(key), until, actions,
                                 ids if os.path.exists(ids) else None)
        numbers = {event["household"]: event["number"] for event in expected}
        numbers[pseudonym(read_key(key), "household:" + args.household)] = args.household
        found = differences(expected, replayed(os.path.join(folder, "out", "alerts.jsonl")),
                            numbers)
        start = f"{args.household} {args.rule or ''}"
        return [text for text in found if text.startswith(start) and args.text in text]
    finally:
        shutil.rmtree(folder)


def shrink(case, lines, args):
    size = max(1, len(lines) // 2)
    while True:
        place, smaller = 0, False
        while place < len(lines):
            fewer = lines[:place] + lines[place + size:]
            if differing(case, fewer, args):
                lines, smaller = fewer, True
            else:
                place += size
        if size == 1 and not smaller:
            return lines
        size = max(1, size // 2)


def related(case, lines, args):
    """Only the lines of the household's group, if the difference is still there."""
    records, _ = read_feeds(os.path.join(case, "feeds"), Policy(os.path.join(case, "policy")))
    for group in oracle.groups(records):
        numbers = {r.data.get(n) for r in group for n in ("householdNumber", "newHousehold")}
        if args.household in numbers:
            words = {n for n in numbers if n}
            words |= {r.data[n] for r in group for n in ("idNumber", "oldIdNumber") if n in r.data}
            words |= {r.subject[1] for r in group if r.subject[1]}
            fewer = [(kind, line) for kind, line in lines
                     if kind in ("actions", "hazard") or any(
                         word in line.upper() for word in map(str.upper, words))]
            if differing(case, fewer, args):
                return fewer
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--case", required=True)
    parser.add_argument("--household", required=True)
    parser.add_argument("--rule")
    parser.add_argument("--text", default="", help="only differences that contain this text")
    parser.add_argument("--out")
    args = parser.parse_args()
    lines = load(args.case)
    if not differing(args.case, lines, args):
        sys.exit("no such difference")
    lines = shrink(args.case, related(args.case, lines, args), args)
    lines.sort(key=lambda line: instant(json.loads(line[1])["time"]))
    for kind, line in lines:
        event = json.loads(line)
        print(kind, event["time"], event["type"], event.get("op", ""),
              event["source"].split(":")[3], json.dumps(event["data"], ensure_ascii=False))
    for text in differing(args.case, lines, args):
        print(text)
    if args.out:
        os.makedirs(os.path.join(args.out, "feeds"), exist_ok=True)
        for name in FEEDS:
            with open(os.path.join(args.out, "feeds", name + ".jsonl"), "w") as file:
                file.writelines(line for kind, line in lines if kind == name)


if __name__ == "__main__":
    main()
