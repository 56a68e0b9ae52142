"""docs/SAMPLES.md: what the samples tell."""


def text(book, world):
    people = sum(len(household.people) for household in world.households)
    lines = [
        "# The made-up county",
        "",
        "Written by `scripts/make-samples`, as are the records in `Pipelines/*/samples`. Nobody",
        "in them exists: persons, numbers, places and firms are made up.",
        "",
        f"Sanhe County (三河县, 529901) has {len(world.households)} households with {people} "
        "persons in",
        "three townships; two of them live over the border in a county without a line for 2026.",
        "The records reach from 2025-01-01 to 2026-06-30; the income declared in January 2025",
        "tells of 2024. Most households stay quiet. Records of one household on one day come",
        "from one feed and concern one person or the household, so that the order in which feeds",
        "are read within a day changes no alert; `hh.*` and `fv.income.recorded` are asked about",
        "at the next 00:00.",
        "",
        "## Records",
        "",
        "| type | records |",
        "|---|---:|",
    ]
    lines += [f"| `{type_}` | {count:,} |" for type_, count in sorted(book.types.items())]
    lines += [
        "",
        "## Stories",
        "",
        "Expected alerts: rule, day it opens, what becomes of it without any officer's answer.",
        "These are of the first eighteen rules (formats, section 6), and no other household has one",
        "of theirs; the other rules add to them. Levels depend on what else is open too.",
        "",
        "| household | family | story | alerts |",
        "|---|---|---|---|",
    ]
    for household, story, alerts in book.expected:
        told = "<br>".join(
            f"{rule} {on}" + (f" ({fate})" if fate else "") for rule, on, fate in alerts)
        lines.append(
            f"| {household.number} | {household.family or '–'} | {story} | {told or 'none'} |")
    lines += [
        "",
        "## Refused records",
        "",
        "| pipeline | type | id | reason |",
        "|---|---|---|---|",
    ]
    lines += [f"| {feed} | `{type_}` | {id_} | `{reason}` |"
              for feed, type_, id_, reason in book.refused]
    lines += [
        "",
        "Besides: one month of pensions is sent twice (batch `pension-2026-03`), fourteen lines",
        "are doubled byte by byte, some wages and bills come weeks late, some records carry all",
        "values as strings, columns nobody announced, a small `x`, or a disability certificate's",
        "number.",
        "",
    ]
    return "\n".join(lines)
