"""Puts the county together: stories first, because their days are fixed."""
from samples import (bills, events, families, lives, odd, schools, stories_hazard, stories_illness,
                     stories_income, stories_register, stories_work)
from samples.book import Book
from samples.world import World

# Days on which an area event concerns every household of the area.
AREA_DAYS = (("529901100203", "2025-08-06"), ("529901102203", "2026-05-25"),
             ("529901102203", "2026-06-02"), ("529901101", "2026-06-09"))
STORIES = (stories_illness.STORIES + stories_register.STORIES + stories_work.STORIES
           + stories_hazard.STORIES + stories_income.STORIES)


def make():
    """The book and the world; always the same."""
    bills.NUMBERS = bills.Counter()
    world, book = World(), Book()
    stories = [story(world) for story in STORIES]
    for story in stories:
        next(story)
    families.settle(world)
    for area, on in AREA_DAYS:
        for household in world.in_area(area):
            book.reserve(household, on, "hazard:household")
    lives.register(book, world)
    events.short_cut(book, world)
    for story in stories:
        try:
            story.send(book)
        except StopIteration:
            continue
        raise AssertionError("a story yields once")
    events.register_changes(book, world)
    lives.rolls(book, world)
    lives.insurance(book, world)
    lives.jobs(book, world)
    events.new_jobs(book, world)
    lives.declarations(book, world)
    lives.wages(book, world)
    lives.payments(book, world)
    schools.pupils(book, world)
    bills.everyday(book, world)
    bills.reports(book, world)
    events.houses(book, world)
    events.stock_and_claims(book, world)
    odd.unknown_persons(book, world)
    odd.unusual(book, world)
    odd.sent_again(book)
    odd.refused(book, world)
    flooded(book, world)
    return book, world


def flooded(book, world):
    """The quiet households that the flood of 2026-06-09 concerns."""
    for household in world.in_area(stories_hazard.FLOODED):
        here = household.here("2026-06-09")
        frail = all(p.age("2026-06-09") < 16 or p.age("2026-06-09") >= 60 for p in here)
        if not household.story and (household.low_since or frail):
            why = "Of low income" if household.low_since else "Old people alone"
            book.expect(household, f"{why}, in the flood of 2026-06-09.",
                        ("DSR-03", "2026-06-09", ""))


