"""Days and months as the feeds write them."""
import datetime

FIRST = datetime.date(2025, 1, 1)
LAST = datetime.date(2026, 6, 30)


def day(value):
    """A date from `2026-03-05`, or the date itself."""
    return value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value)


def plus(value, days):
    return day(value) + datetime.timedelta(days=days)


def age(birth, on):
    """Completed years."""
    birth, on = day(birth), day(on)
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def months(first, last):
    """`2025-01`, `2025-02`, … between two months, both included."""
    year, month = int(first[:4]), int(first[5:])
    while f"{year:04}-{month:02}" <= last:
        yield f"{year:04}-{month:02}"
        month += 1
        if month == 13:
            year, month = year + 1, 1


def month_end(month):
    """The last day of a month."""
    year, number = int(month[:4]), int(month[5:])
    following = datetime.date(year + number // 12, number % 12 + 1, 1)
    return following - datetime.timedelta(days=1)
