#!/usr/bin/env python3
"""Random but rich histories of made-up households, for `shouwang replay` and the oracle.

Usage: histories.py --seed N --households K --days D --out DIR [--key-file FILE]

Writes DIR/feeds/<feed>.jsonl, DIR/feeds/actions.jsonl (visits), DIR/policy/*.yaml, DIR/key (if no
key file is given) and DIR/until. The same arguments always write the same bytes.
"""
import argparse
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import stories
from county import ELSEWHERE, TOWNSHIPS, VILLAGES, County, iso, year_of
from intake import pseudonym, read_key


def write_policy(c, folder):
    """Lines of a county, some townships, some years; something is always missing."""
    os.makedirs(folder, exist_ok=True)
    years = range(year_of(c.first) - 2, year_of(c.last) + 2)
    lines, disposable = [], []
    missing_year = c.random.choice(list(years) + [None] * 4)
    bare_township = c.random.choice(TOWNSHIPS + [None] * 2)
    for year in years:
        for code in ["529901"] if bare_township is None else TOWNSHIPS:
            if year != missing_year and code != bare_township:
                lines.append((code, year, 8700 + 250 * (year - 2025), c.chance(0.2)))
        if c.chance(0.3):
            lines.append((c.random.choice(TOWNSHIPS + VILLAGES), year, 9400, False))
        disposable.append(("52", year, 13000 + 900 * (year - 2024), False))
        if c.chance(0.2):
            disposable.append((c.random.choice(["5299", "529901"] + TOWNSHIPS), year, 12050.5,
                               c.chance(0.3)))
    if c.chance(0.2):
        del disposable[c.between(0, len(disposable) - 1)]
    for name, rows in (("lines", lines), ("disposable", disposable)):
        unique = {(code, year): (code, year, yuan, soft) for code, year, yuan, soft in rows}
        with open(os.path.join(folder, name + ".yaml"), "w", encoding="utf-8") as file:
            for code, year, yuan, soft in unique.values():
                file.write(row(c, code, year, yuan, soft))
    with open(os.path.join(folder, "divisions.yaml"), "w", encoding="utf-8") as file:
        for n, code in enumerate(VILLAGES + [ELSEWHERE]):
            file.write(f'- {{code: "{code}", name: {{zh: "第{n}村", en: "Village {n}"}}}}\n')
    for name in ("calendars", "parameters"):
        with open(os.path.join(folder, name + ".yaml"), "w", encoding="utf-8") as file:
            file.write("[]\n")


def row(c, code, year, yuan, provisional):
    if c.chance(0.5):
        soft = ", provisional: true" if provisional else ""
        return f'- {{division: "{code}", year: {year}, yuan: {yuan}{soft}}}\n'
    soft = "\n  provisional: true" if provisional else ""
    return f'- division: "{code}"\n  year: {year}\n  yuan: {yuan}{soft}\n'


def visits(c, key):
    """Officers' visits, without knowing of alerts, and now and then a relief."""
    for household in c.households:
        name = pseudonym(key, "household:" + household.number)
        for _ in range(c.random.choice([0, 1, 2, 4])):
            c.act("visited", name, c.some_day())
        if c.chance(0.1):
            c.act("relieved", name, c.some_day())


def generate(seed, households, days, out, key):
    c = County(seed, days)
    for n in range(households):
        stories.found(c, f"SH-{seed % 1000:03d}{n:04d}")
    stories.tell(c)
    visits(c, key)
    write_policy(c, os.path.join(out, "policy"))
    c.write(os.path.join(out, "feeds"))
    with open(os.path.join(out, "until"), "w") as file:
        file.write(iso(c.last + 1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--households", type=int, default=12)
    parser.add_argument("--days", type=int, default=450)
    parser.add_argument("--out", required=True)
    parser.add_argument("--key-file")
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    path = args.key_file or os.path.join(args.out, "key")
    if not args.key_file:
        with open(path, "w") as file:
            file.write(f"a made-up key of history {args.seed}\n")
    generate(args.seed, args.households, args.days, args.out, read_key(path))


if __name__ == "__main__":
    main()
