"""A copy of the pipelines with the eighteen rules of formats.md 6 alone: what the oracle answers.

Usage: eighteen.py PIPELINES OUT
"""
import pathlib
import re
import shutil
import sys

from rules import RULES


def only(text, ids):
    """A rule file's text without other rules, in `supersedes` too."""
    head, *blocks = re.split(r"\n(?=  - id: )", text)
    kept = [b for b in blocks if re.match(r"  - id: (\S+)", b).group(1) in ids]
    # Comments in front of a rule stand at the end of the block before it.
    kept = [re.sub(r"(\n\s*#[^\n]*|\n\s*)+$", "\n", b) for b in kept]
    if not kept:
        return None

    def spoken(match):
        return "supersedes: [" + ", ".join(
            i for i in match.group(1).split(", ") if i in ids) + "]"
    return re.sub(r"supersedes: \[(.*?)\]", spoken, "\n".join([head] + kept))


def main(pipelines, out):
    shutil.copytree(pipelines, out, ignore=shutil.ignore_patterns("samples"))
    for path in sorted(pathlib.Path(out, "monitor").glob("*.rules.yaml")):
        text = only(path.read_text(encoding="utf-8"), set(RULES))
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
