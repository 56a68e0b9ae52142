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
    struck(book, world)
    return book, world


def struck(book, world):
    """The households of low income, and of old people alone, that hail and flood concern."""
    for area, on, what in (("529901100203", "2025-08-06", "hail"),
                           (stories_hazard.FLOODED, "2026-06-09", "flood")):
        for household in world.in_area(area):
            here = household.here(on)
            frail = all(p.age(on) < 16 or p.age(on) >= 60 for p in here)
            if household.low_since or (frail and not household.story):
                why = "Of low income" if household.low_since else "Old people alone"
                book.expect(household, f"{why}, in the {what} of {on}.", ("DSR-03", on, ""))
