"""From feed files to checked records (formats.md 1, 2, 3, 9 and 10).

A record is what one line of a feed file says: which fact (family, key, subject, department), which
version of it (recorded, arrival), and its content with amounts in fen and days as ordinals.
Money is read exactly; nothing here uses floating point.
"""
import datetime
import hashlib
import hmac
import json
import os
import re
from dataclasses import dataclass
from decimal import Decimal

FEEDS = ["household", "medical", "education", "employment", "hazard", "livelihood"]
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
LIMIT_FEN = 10_000_000 * 100


class Refused(Exception):
    """A record that goes to the dead letters: `reason` is a code of F9."""

    def __init__(self, reason, field=None):
        super().__init__(reason, field)
        self.reason, self.field = reason, field


# ---------------------------------------------------------------- pseudonyms (F1)
CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def pseudonym(key, text):
    """26 characters for `person:` + number or `household:` + number."""
    bits = int.from_bytes(hmac.new(key, text.encode(), hashlib.sha256).digest()[:16], "big") << 2
    return "".join(CROCKFORD[(bits >> shift) & 31] for shift in range(125, -1, -5))


def read_key(path):
    with open(path, "rb") as file:
        raw = file.read()
    return raw[:-1] if raw.endswith(b"\n") else raw


# ---------------------------------------------------------------- days and instants
def day(text):
    """ISO day to ordinal."""
    return datetime.date.fromisoformat(text).toordinal()


def iso(ordinal):
    return datetime.date.fromordinal(ordinal).isoformat()


def instant(text):
    """RFC 3339 to whole microseconds since 1970."""
    match = re.fullmatch(
        r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)", text)
    if not match:
        raise Refused("envelope.time")
    date, clock, fraction, zone = match.groups()
    zone = "+00:00" if zone in "Zz" else zone
    try:
        moment = datetime.datetime.fromisoformat(f"{date}T{clock}{zone}")
    except ValueError:
        raise Refused("envelope.time") from None
    seconds = (moment - EPOCH) // datetime.timedelta(seconds=1)
    return seconds * 1_000_000 + int(((fraction or ".0")[1:] + "000000")[:6])


MICROSECONDS_PER_DAY = 86_400_000_000
EIGHT_HOURS = 8 * 3_600_000_000
EPOCH_ORDINAL = datetime.date(1970, 1, 1).toordinal()


def day_of(moment):
    """The day of an instant in zone +08:00."""
    return EPOCH_ORDINAL + (moment + EIGHT_HOURS) // MICROSECONDS_PER_DAY


def midnight(ordinal):
    """The instant of 00:00 (+08:00) of a day."""
    return (ordinal - EPOCH_ORDINAL) * MICROSECONDS_PER_DAY - EIGHT_HOURS


# ---------------------------------------------------------------- field kinds
def number_text(value):
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, str)):
        raise Refused("field.type")
    return value.strip() if isinstance(value, str) else str(value)


def money(value, _policy):
    text = number_text(value)
    match = re.fullmatch(r"([+-]?)(\d+)(?:\.(\d*))?", text)
    if not match:
        raise Refused("field.type")
    sign, whole, decimals = match.group(1), match.group(2), match.group(3) or ""
    if sign:
        raise Refused("amount.sign")
    if len(decimals) > 2:
        raise Refused("amount.decimals")
    fen = int(whole) * 100 + int((decimals + "00")[:2])
    if fen > LIMIT_FEN:
        raise Refused("amount.limit")
    return fen


def whole(value, _policy):
    text = number_text(value)
    if not re.fullmatch(r"-?\d+", text):
        raise Refused("field.type")
    return int(text)


def decimal(value, _policy):
    text = number_text(value)
    if not re.fullmatch(r"\d+(\.\d+)?", text):
        raise Refused("field.type")
    return Decimal(text)


def boolean(value, _policy):
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise Refused("field.type")


def text(value, _policy):
    if not isinstance(value, str):
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            return str(value)
        raise Refused("field.type")
    return value


def date_field(value, _policy):
    if not isinstance(value, str):
        raise Refused("field.type")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise Refused("date.format")
    try:
        return day(value)
    except ValueError:
        raise Refused("date.impossible") from None


def month_field(value, _policy):
    """A month is its last day."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d", value):
        raise Refused("date.format")
    year, month = int(value[:4]), int(value[5:])
    if not 1 <= month <= 12:
        raise Refused("date.impossible")
    return month_end(year, month)


def month_end(year, month):
    year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return datetime.date(year, month, 1).toordinal() - 1


def term_field(value, _policy):
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-[12]", value):
        raise Refused("date.format")
    return value


def area(value, policy):
    code = text(value, policy)
    if not re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}", code):
        raise Refused("division.format")
    if not any(known.startswith(code) for known in policy.divisions):
        raise Refused("division.unknown")
    return code


def division(value, policy):
    code = text(value, policy)
    if not re.fullmatch(r"\d{12}", code):
        raise Refused("division.format")
    return area(code, policy)


def place(value, policy):
    """`placeDivision` and `hospitalDivision` are checked for form only."""
    code = text(value, policy)
    if not re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}", code):
        raise Refused("division.format")
    return code


def areas(value, policy):
    if not isinstance(value, list) or not value:
        raise Refused("field.type")
    return [area(code, policy) for code in value]


WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]


def check_digit(first17):
    total = sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS))
    return "10X98765432"[total % 11]


def id_number(value, policy):
    number = text(value, policy).upper()
    if len(number) in (20, 22):
        number = number[:18]
    if not re.fullmatch(r"\d{17}[\dX]", number):
        raise Refused("identity.format")
    try:
        datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise Refused("identity.birthDate") from None
    if check_digit(number[:17]) != number[17]:
        raise Refused("identity.checkDigit")
    return number


def household_number(value, policy):
    number = text(value, policy)
    if not re.fullmatch(r"[A-Za-z0-9-]{1,32}", number):
        raise Refused("household.format")
    return number


def one_of(*codes):
    def check(value, policy):
        code = text(value, policy)
        if code not in codes:
            raise Refused("field.value")
        return code
    return check


def whole_between(low, high):
    def check(value, policy):
        number = whole(value, policy)
        if not low <= number <= high:
            raise Refused("field.value")
        return number
    return check


# ---------------------------------------------------------------- the catalogue (F3)
@dataclass
class EventType:
    feed: str
    name: str
    family: str
    fields: dict          # field name -> check
    optional: set         # names that may be absent
    key: list             # field names, of person and household those of the fields
    occurs: str           # field name, or None
    subject: str          # person, household, area, correction


CATALOGUE = {}

# How the columns of F3 are written as fields: `person` is idNumber, `household` householdNumber.
COMMON = {
    "idNumber": id_number, "oldIdNumber": id_number, "householdNumber": household_number,
    "newHousehold": household_number, "fromHousehold": household_number,
    "division": division, "divisions": areas, "placeDivision": place, "hospitalDivision": place,
    "from": date_field, "to": date_field, "date": date_field, "until": date_field,
    "birthDate": date_field, "settled": date_field, "admitted": date_field,
    "discharged": date_field, "contractUntil": date_field, "month": month_field,
    "term": term_field, "yuanPerMonth": money, "amount": money, "loss": money, "total": money,
    "fund": money, "majorIllness": money, "aid": money, "selfPaid": money,
    "selfPaidInPolicy": money, "exPoor": boolean, "enrolled": boolean, "excused": boolean,
    "unfitToLive": boolean, "insured": boolean, "inhabited": boolean, "onlyDwelling": boolean,
    "hospitalLevel": whole_between(1, 3), "level": whole_between(1, 4), "year": whole,
    "schoolDays": whole, "months": whole, "roomsCollapsed": whole,
    "roomsSeverelyDamaged": whole, "cropLossPercent": decimal, "sownMu": decimal,
    "head": whole, "headLost": whole,
}
RELATION = one_of("head", "spouse", "child", "parent", "grandchild", "grandparent", "sibling",
                  "other")


def declare(feed, names, columns, key, occurs, subject, family=None, **checks):
    for name in names.split():
        fields, optional = {}, set()
        for column in columns.split():
            column, absent = column.rstrip("?"), column.endswith("?")
            fields[column] = checks.get(column) or COMMON.get(column) or text
            if absent:
                optional.add(column)
        CATALOGUE[name + ".v1"] = EventType(
            feed, name, family or name, fields, optional, key.split(), occurs, subject)


declare("household", "hh.person.registered",
        "idNumber householdNumber relation birthDate sex division from labour? reason?",
        "idNumber householdNumber", "from", "person", relation=RELATION, sex=one_of("m", "f"),
        labour=one_of("full", "partial", "none"),
        reason=one_of("birth", "inMove", "marriage", "initial", "other"))
declare("household", "hh.person.deceased", "idNumber date", "idNumber", "date", "person")
declare("household", "hh.person.moved",
        "idNumber householdNumber fromHousehold? relation? division? date",
        "idNumber date", "date", "person", family="hh.start", relation=RELATION)
declare("household", "hh.household.split",
        "idNumber householdNumber newHousehold relation? division date",
        "idNumber date", "date", "person", family="hh.start", relation=RELATION)
declare("household", "hh.person.left", "idNumber householdNumber date reason",
        "idNumber date", "date", "person",
        reason=one_of("married", "outOfArea", "army", "custody", "other"))
declare("household", "hh.id.corrected", "oldIdNumber idNumber date", "oldIdNumber", "date",
        "correction")
declare("household", "ca.dibao.granted ca.dibao.changed",
        "householdNumber caseNumber yuanPerMonth from reason?", "caseNumber from", "from",
        "household", family="ca.dibao")
declare("household", "ca.dibao.stopped", "householdNumber caseNumber from reason?",
        "caseNumber from", "from", "household", family="ca.dibao")
declare("household", "rb.class.changed", "householdNumber class exPoor from",
        "householdNumber from", "from", "household",
        **{"class": one_of("unstable", "edge", "sudden", "eliminated", "none")})
BILL = "total fund majorIllness? aid? selfPaid selfPaidInPolicy hospitalLevel hospitalDivision? " \
       "diseaseGroup?"
declare("medical", "md.settlement.inpatient",
        "idNumber settlementNumber settled admitted discharged " + BILL, "settlementNumber",
        "settled", "person", family="md.settlement")
declare("medical", "md.settlement.outpatient md.settlement.special",
        "idNumber settlementNumber settled " + BILL, "settlementNumber", "settled", "person",
        family="md.settlement")
declare("medical", "md.settlement.reversed", "idNumber settlementNumber date",
        "settlementNumber", None, "person", family="md.settlement")
declare("medical", "md.enrol.changed", "idNumber year enrolled date", "idNumber year", "date",
        "person")
declare("medical", "hc.diagnosis.major", "idNumber diseaseGroup date stage?",
        "idNumber diseaseGroup", "date", "person")
declare("education", "ed.enrolment.changed",
        "idNumber studentNumber stage status schoolCode date", "studentNumber date", "date",
        "person", stage=one_of("preschool", "primary", "junior", "senior", "vocational",
                               "university"),
        status=one_of("enrolled", "left", "graduated"))
declare("education", "ed.attendance.absent",
        "idNumber studentNumber from to schoolDays excused", "studentNumber from", "to", "person")
declare("education", "ed.dropout.suspected ed.dropout.confirmed ed.dropout.returned",
        "idNumber studentNumber date reason?", "studentNumber date", "date", "person",
        family="ed.dropout", reason=one_of("economic", "illness", "unwilling", "other"))
declare("education", "ed.fee.charged ed.aid.granted",
        "idNumber studentNumber term item amount date", "studentNumber term item", "date",
        "person")
declare("employment", "hr.job.started hr.job.ended",
        "idNumber employerCode date placeDivision? contractUntil? kind? reason?",
        "idNumber employerCode date", "date", "person",
        kind=one_of("migrant", "local", "welfarePost"))
declare("employment", "hr.wage.paid", "idNumber employerCode month amount",
        "idNumber employerCode month", "month", "person")
declare("employment", "hr.wage.arrears", "idNumber employerCode months amount date",
        "idNumber employerCode date", "date", "person")
declare("hazard", "em.disaster.declared", "eventNumber kind level divisions date until?",
        "eventNumber", "date", "area",
        kind=one_of("0201", "0202", "0203", "0204", "0205", "0206", "0299"))
declare("hazard", "em.household.loss.reported em.household.loss.verified",
        "eventNumber householdNumber roomsCollapsed roomsSeverelyDamaged unfitToLive "
        "cropLossPercent? sownMu? loss insured? date",
        "eventNumber householdNumber", "date", "household", family="em.household.loss")
declare("hazard", "hs.appraisal.graded",
        "householdNumber houseNumber grade inhabited onlyDwelling date", "houseNumber date",
        "date", "household", grade=one_of("A", "B", "C", "D"))
declare("hazard", "wt.supply.interrupted", "plantCode divisions from", "plantCode from", "from",
        "area")
declare("hazard", "wt.supply.restored", "plantCode from to", "plantCode from", "from", "area")
declare("livelihood", "fv.income.recorded",
        "householdNumber idNumber? from to kind item amount date",
        "householdNumber kind item from idNumber", "to", "household",
        kind=one_of("wage", "business", "property", "transfer", "expense"))
declare("livelihood", "bk.subsidy.paid", "idNumber paymentNumber item amount date",
        "paymentNumber", "date", "person")
declare("livelihood", "ag.claim.paid", "householdNumber claimNumber item amount date",
        "claimNumber", "date", "household")
declare("livelihood", "ag.stock.lost",
        "householdNumber reportNumber species head headLost loss insured? date", "reportNumber",
        "date", "household")


# ---------------------------------------------------------------- records
@dataclass
class Record:
    arrival: int          # place in the merged order
    moment: int           # the record's timestamp, also `recorded` (microseconds)
    name: str             # event type without version
    family: str
    op: str
    department: str
    subject: tuple        # ("person"|"household"|"householdOf"|"correction", number), ("area", "")
    key: tuple            # parts; a person in it is ("person", number)
    occurs: int           # day, or None
    data: dict            # checked fields
    feed: str = ""

    @property
    def day(self):
        return day_of(self.moment)

    @property
    def removes(self):
        """This version says the fact is not there."""
        return self.op == "reverse" or self.name == "md.settlement.reversed"

    @property
    def deferred(self):
        """Not asked about at once but at the next 00:00 (F4)."""
        return self.name.startswith("hh.") or self.name == "fv.income.recorded"


def parse_event(event, feed, policy):
    """A structured CloudEvent to the parts of a Record; raises Refused."""
    if not isinstance(event, dict):
        raise Refused("record.json")
    for name in ("id", "source", "type"):
        if not isinstance(event.get(name), str) or not event[name]:
            raise Refused("envelope.missing", name)
    source = re.fullmatch(r"urn:gov:(\d{2}|\d{4}|\d{6}):([^:]+):([^:]+)", event["source"])
    if not source:
        raise Refused("envelope.source")
    op = event.get("op", "create")
    if op not in ("create", "correct", "reverse", "snapshot"):
        raise Refused("envelope.op")
    kind = CATALOGUE.get(event["type"])
    if not kind or kind.feed != feed:
        raise Refused("type.unknown")
    data = event.get("data")
    if not isinstance(data, dict):
        raise Refused("field.missing")
    by_person = (kind.subject == "household" and data.get("householdNumber") is None
                 and data.get("idNumber") is not None)
    fields = read_fields(kind, data, op, by_person, policy)
    check_orders(fields)
    return kind, op, source.group(2), fields, by_person


def read_fields(kind, data, op, by_person, policy):
    fields = {}
    checks = dict(kind.fields)
    if by_person:
        checks.pop("householdNumber")
        checks["idNumber"] = id_number
    needed = set(kind.fields) - kind.optional
    if op == "reverse":     # it needs only key and subject
        subject = {"person": {"idNumber"}, "household": {"householdNumber"},
                   "correction": {"idNumber"}}.get(kind.subject, set())
        needed &= set(kind.key) | subject
    if by_person:
        needed.discard("householdNumber")
    for name, check in checks.items():
        value = data.get(name)
        if value is None:
            if name in needed:
                raise Refused("field.missing", name)
            continue
        try:
            fields[name] = check(value, policy)
        except Refused as refused:
            raise Refused(refused.reason, name) from None
    return fields


def check_orders(fields):
    for first, second in (("from", "to"), ("admitted", "discharged"), ("date", "until")):
        if first in fields and second in fields and fields[second] < fields[first]:
            raise Refused("date.order")
    if all(name in fields for name in ("total", "selfPaid", "selfPaidInPolicy")):
        if not fields["selfPaidInPolicy"] <= fields["selfPaid"] <= fields["total"]:
            raise Refused("amount.order")


def check_born(fields, record_day):
    """A number with a birth date after the day it is told on is nobody's."""
    for name in ("idNumber", "oldIdNumber"):
        if fields.get(name, "")[6:14] > iso(record_day).replace("-", ""):
            raise Refused("identity.birthDate", name)


def make_record(event, feed, moment, policy):
    kind, op, department, fields, by_person = parse_event(event, feed, policy)
    check_born(fields, day_of(moment))
    if kind.subject == "person":
        subject = ("person", fields["idNumber"])
    elif kind.subject == "household":
        subject = (("householdOf", fields["idNumber"]) if by_person
                   else ("household", fields["householdNumber"]))
    elif kind.subject == "correction":
        subject = ("correction", fields["oldIdNumber"])
    else:
        subject = ("area", "")
    key = []
    for name in kind.key:
        if name == "idNumber":
            named = fields.get("idNumber") if not by_person else None
            key.append(("person", named) if named else None)
        elif name == "householdNumber":
            key.append(fields.get("householdNumber"))   # None: the subject says whose
        else:
            key.append(fields[name])
    if by_person:
        fields = {name: value for name, value in fields.items() if name != "idNumber"}
    occurs = fields.get(kind.occurs) if kind.occurs else None
    return Record(0, moment, kind.name, kind.family, op, department, subject, tuple(key), occurs,
                  fields, feed)


def read_feeds(folder, policy):
    """(records in merged order, dead letters as (feed, line number, reason, field))."""
    lines, dead = [], []
    for place_of_feed, feed in enumerate(FEEDS):
        path = os.path.join(folder, feed + ".jsonl")
        if not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file):
                if not line.strip():
                    continue
                try:
                    event = json.loads(line, parse_float=Decimal)
                    if not isinstance(event, dict):
                        raise Refused("record.json")
                    if not isinstance(event.get("time"), str):
                        raise Refused("envelope.missing" if event.get("time") is None
                                      else "envelope.time", "time")
                    lines.append((instant(event["time"]), place_of_feed, number, event))
                except ValueError:
                    dead.append((feed, number, "record.json", None))
                except Refused as refused:
                    dead.append((feed, number, refused.reason, refused.field))
    lines.sort(key=lambda line: line[:3])
    records = []
    for moment, place_of_feed, number, event in lines:
        try:
            record = make_record(event, FEEDS[place_of_feed], moment, policy)
            record.arrival = len(records)
            records.append(record)
        except Refused as refused:
            dead.append((FEEDS[place_of_feed], number, refused.reason, refused.field))
    return records, sorted(dead, key=lambda letter: letter[:2])


@dataclass
class Action:
    """What an officer did (F8). `household` is a pseudonym."""
    moment: int
    kind: str             # visited, dismissed, relieved, acknowledged, delivered
    household: str
    alerts: list
    action: str
    at: int

    @property
    def day(self):
        return day_of(self.moment)


def read_actions(path):
    """Actions in file order of equal times; they come after feed records of the same instant."""
    actions = []
    if path:
        with open(path, encoding="utf-8") as file:
            for line in file:
                if not line.strip():
                    continue
                event = json.loads(line)
                data = event["data"]
                actions.append(Action(
                    instant(event["time"]), event["type"].split(".")[2], data["household"],
                    data.get("alerts") or [], data["action"], instant(data["at"])))
    return sorted(actions, key=lambda action: action.moment)
