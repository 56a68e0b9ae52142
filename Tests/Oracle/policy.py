"""Lines, disposable income and divisions from a policy folder (formats.md 5.8 and 10)."""
import os
import re
from decimal import Decimal

try:
    import yaml
except ImportError:
    yaml = None


class Policy:
    def __init__(self, folder):
        self.lines = figures(read_list(folder, "lines.yaml"))
        self.disposable = figures(read_list(folder, "disposable.yaml"))
        self.divisions = [str(row["code"]) for row in read_list(folder, "divisions.yaml")]

    def line(self, division, year):
        """(fen, provisional) of the longest matching prefix for that year, or None."""
        return longest(self.lines, division, year)

    def disposable_income(self, division, year):
        found = longest(self.disposable, division, year)
        return found[0] if found else None


def figures(rows):
    return {(str(row["division"]), int(row["year"])):
            (int(Decimal(str(row["yuan"])) * 100), bool(row.get("provisional", False)))
            for row in rows}


def longest(table, division, year):
    for length in (12, 9, 6, 4, 2):
        found = table.get(((division or "")[:length], year))
        if found and division and len(division) >= length:
            return found
    return None


def read_list(folder, name):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        content = file.read()
    if yaml:
        return yaml.safe_load(content) or []
    return simple_list(content)


def simple_list(content):
    """A list of flat maps: `- {a: b, c: d}` or block form with the rest indented."""
    rows = []
    for line in content.splitlines():
        line = re.sub(r"\s+#.*$|^#.*$", "", line).rstrip()
        if not line.strip() or line.strip() == "[]":
            continue
        entry = line.strip()
        if entry.startswith("- "):
            rows.append({})
            entry = entry[2:].strip()
        pairs = [entry]
        if entry.startswith("{"):
            pairs = re.sub(r"\{[^{}]*\}", "''", entry[1:-1]).split(",")
        for pair in pairs:
            name, _, value = pair.partition(":")
            value = value.strip().strip("\"'")
            rows[-1][name.strip()] = {"true": True, "false": False}.get(value, value)
    return rows
