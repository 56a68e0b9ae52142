#!/usr/bin/env python3
"""What `shouwang replay` must say about alerts, computed from formats.md alone.

Usage: oracle.py --feeds DIR --policy DIR --key-file FILE --until DATE --out FILE
                 [--actions FILE --alert-ids FILE] [--dead FILE]

Brute force on purpose: whenever a household is asked, everything is derived from all records seen
so far. The result is one JSON object a line: openings and ends of alerts, in the order of time.
`--alert-ids` holds JSON lines {alert, household, rule, episode} so that a dismissal, which names
alert ids, can be understood.
"""
import argparse
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from facts import World, canonical, identity
from income import describe
from intake import (day, day_of, instant, iso, midnight, pseudonym, read_actions, read_feeds,
                    read_key)
from policy import Policy
from rules import (COOLDOWN_DAYS, HELD_DAYS, LEVELS, RULES, SPEAKS_FOR, ask, cause, held_now,
                   is_clear, level_of)


class Alert:
    """An episode of a rule at a household while it is open."""

    def __init__(self, rule, episode, opened_on, subject, base, level):
        self.rule, self.episode, self.opened_on = rule, episode, opened_on
        self.subject, self.base, self.level = subject, base, level
        self.held_since = None

    def subject_now(self, known):
        """The subject's number after the corrections in force."""
        return canonical(self.subject, known.alias)


class Monitor:
    """The open alerts of one household and its officers' visits."""

    def __init__(self, household, key, policy, out, alert_ids):
        self.household, self.policy, self.out = household, policy, out
        self.pseudonym = pseudonym(key, "household:" + household)
        self.alert_ids = alert_ids
        self.open, self.ended_on, self.episodes, self.visited = {}, {}, {}, []
        self.last_level = {}

    def ask(self, known, moment):
        today = day_of(moment)
        answered = ask(known, self.household, today, self.policy)
        if not answered:
            return
        q, answers = answered
        for rule in RULES:
            if rule in self.open:
                self.may_end(rule, known, q, answers[rule], moment)
        opened = []
        for rule in RULES:
            if rule not in self.open and answers[rule].value and self.may_open(rule, today):
                self.episodes[rule] = self.episodes.get(rule, 0) + 1
                self.open[rule] = Alert(rule, self.episodes[rule], today,
                                        answers[rule].subject, answers[rule].level, None)
                opened.append(rule)
        for rule in opened:
            others = [cause(other) for other in self.open]
            alert = self.open[rule]
            alert.level = level_of(rule, alert.base, q, others)
            self.tell("open", alert, q, moment)

    def may_open(self, rule, today):
        ended = self.ended_on.get(rule)
        return ended is None or today - ended >= COOLDOWN_DAYS

    def may_end(self, rule, known, q, answer, moment):
        alert = self.open[rule]
        held = True
        if rule in HELD_DAYS:
            if held_now(rule, q, answer):
                if alert.held_since is None:
                    alert.held_since = q.day
                held = q.day - alert.held_since >= HELD_DAYS[rule]
            else:
                alert.held_since, held = None, False
        if answer.value is not False:
            return
        then = ask(known, self.household, alert.opened_on, self.policy)
        ground = then[1][rule].value if then else None
        if ground is False:
            self.end("withdrawn", alert, q, moment)
        elif ground and held and (rule in HELD_DAYS or is_clear(rule, alert, q, self.visited)):
            self.end("cleared", alert, q, moment)

    def end(self, state, alert, q, moment):
        del self.open[alert.rule]
        self.ended_on[alert.rule] = day_of(moment)
        self.tell(state, alert, q, moment)

    def act(self, action, known, moment):
        """An officer's answer, a fact of this household; the asking follows."""
        if action.kind == "visited":
            self.visited.append(day_of(action.at))
        if action.kind == "dismissed":
            # One that names none ends all that are open.
            named = {self.alert_ids.get(name) for name in action.alerts}
            for alert in list(self.open.values()):
                if not action.alerts or (alert.rule, alert.episode) in named:
                    answered = ask(known, self.household, day_of(moment), self.policy)
                    self.end("dismissed", alert, answered and answered[0], moment)
        if action.kind in ("visited", "dismissed", "relieved"):
            self.ask(known, moment)

    def tell(self, state, alert, q, moment):
        speaker = [s for s, heard in SPEAKS_FOR.items() if alert.rule in heard and s in self.open]
        self.out.append({
            "household": self.pseudonym, "number": self.household, "rule": alert.rule,
            "episode": alert.episode, "state": state, "day": iso(day_of(moment)),
            "instant": moment, "openedOn": iso(alert.opened_on),
            "baseLevel": LEVELS[alert.base], "level": LEVELS[alert.level],
            "subject": alert.subject is not None,
            "supersededBy": speaker[0] if speaker and state == "open" else None,
            "division": q.income.division if q else None,
            "computation": describe(q.income, alert.rule, q.previous_per_person()) if q else None,
        })


# ---------------------------------------------------------------- groups that know each other
def groups(records):
    """Lists of records of people and households linked by any record; area records go to all."""
    parent = {}

    def find(node):
        while parent.setdefault(node, node) != node:
            node = parent[node]
        return node

    def nodes(record):
        kind, name = record.subject
        found = [] if kind == "area" else [
            ("household" if kind == "household" else "person", name)]
        for name in ("idNumber", "oldIdNumber"):
            if name in record.data:
                found.append(("person", record.data[name]))
        for name in ("householdNumber", "newHousehold"):
            if name in record.data:
                found.append(("household", record.data[name]))
        return found

    for record in records:
        own = nodes(record)
        for other in own[1:]:
            parent[find(own[0])] = find(other)
        for node in own[:1]:
            find(node)
    members = {}
    for record in records:
        own = nodes(record)
        if own:
            members.setdefault(find(own[0]), []).append(record)
    areas = [r for r in records if r.subject[0] == "area"]
    return [sorted(group + areas, key=lambda r: r.arrival) for group in members.values()]


def run_group(records, actions, first_day, until, key, policy, alert_ids, dead):
    """All askings of the households of one group, in the order of time."""
    out, world, monitors = [], World(), {}
    numbers = sorted({r.data[name] for r in records for name in ("householdNumber", "newHousehold")
                      if name in r.data})
    by_pseudonym = {pseudonym(key, "household:" + number): number for number in numbers}
    events = [(r.moment, 1, r.arrival, r) for r in records if r.day <= until]
    events += [(a.moment, 2, n, a) for n, a in enumerate(actions)
               if a.household in by_pseudonym and a.day <= until]
    own_first = min((e[0] for e in events), default=None)
    if own_first is None:
        return out
    events += [(midnight(d), 0, 0, None)
               for d in range(max(first_day + 1, day_of(own_first)), until + 1)]

    def monitor(number):
        if number not in monitors:
            monitors[number] = Monitor(number, key, policy, out, alert_ids)
        return monitors[number]

    for moment, kind, _, event in sorted(events, key=lambda e: e[:3]):
        world.pass_time(moment)
        if kind == 0:
            world.settle(moment)
            known = world.known(moment)
            for number in known.households():
                monitor(number).ask(known, moment)
        elif kind == 1:
            for number in take(world, event, moment):
                monitor(number).ask(world.known(moment), moment)
        else:
            monitor(by_pseudonym[event.household]).act(event, world.known(moment), moment)
    dead += [("membership", arrival, "person.unknown", None) for arrival in world.expired]
    return out


def take(world, record, moment):
    """Adds a record; the households that are asked about it at once."""
    today = day_of(moment)
    before = world.known(moment)
    same = identity(record, before.alias)
    own = before.households_of(before.facts[same], today) if same in before.facts else set()
    world.add(record)
    world.settle(moment)
    if record.deferred:
        return []
    after = world.known(moment)
    if same in after.facts:
        own = own | after.households_of(after.facts[same], today)
    return sorted(own)


def read_alert_ids(path):
    ids = {}
    if path:
        with open(path, encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                ids[row["alert"]] = (row["rule"], row["episode"])
    return ids


def run(feeds, policy_folder, key, until=None, actions=None, alert_ids=None):
    """(openings and ends, dead letters)."""
    policy = Policy(policy_folder)
    records, dead = read_feeds(feeds, policy)
    if not records:
        return [], dead
    officers = read_actions(actions)
    last = day(until) if until else max(r.day for r in records)
    out = []
    for group in groups(records):
        out += run_group(group, officers, records[0].day, last, key, policy,
                         read_alert_ids(alert_ids), dead)
    out.sort(key=lambda o: (o["instant"], o["household"], o["rule"], o["state"]))
    return out, dead


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--feeds", "--policy", "--key-file", "--out"):
        parser.add_argument(name, required=True)
    for name in ("--until", "--actions", "--alert-ids", "--dead"):
        parser.add_argument(name)
    args = parser.parse_args()
    out, dead = run(args.feeds, args.policy, read_key(args.key_file), args.until, args.actions,
                    args.alert_ids)
    with open(args.out, "w", encoding="utf-8") as file:
        for line in out:
            file.write(json.dumps(line, sort_keys=True) + "\n")
    if args.dead:
        with open(args.dead, "w", encoding="utf-8") as file:
            for feed, number, reason, field in dead:
                file.write(json.dumps({"feed": feed, "line": number, "reason": reason,
                                       "field": field}) + "\n")


if __name__ == "__main__":
    main()
