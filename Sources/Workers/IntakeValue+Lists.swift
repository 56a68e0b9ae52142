import Households
import JSON
import Streams

// Days, divisions and lists.
extension IntakeValueReader {
    /// The number that so many digits from `start` write; `nil` when one is no digit.
    private func digits(_ text: UnsafeRawBufferPointer, _ start: Int, _ count: Int) -> Int? {
        var value = 0
        for byte in text[start..<(start + count)] {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }

    func day(_ text: UnsafeRawBufferPointer, _ plan: Field) throws(RecordFailure) -> Day {
        guard text.count == 10, text[4] == 0x2d, text[7] == 0x2d, let year = digits(text, 0, 4),
            let month = digits(text, 5, 2), let ofMonth = digits(text, 8, 2)
        else { throw failure("date.format", plan, "expected a day such as 2026-03-05") }
        guard let day = Day(year: year, month: month, day: ofMonth) else {
            throw failure("date.impossible", plan, "expected a day of the calendar")
        }
        return day
    }

    func month(
        _ text: UnsafeRawBufferPointer, _ plan: Field
    ) throws(RecordFailure) -> Int64 {
        guard text.count == 7, text[4] == 0x2d, let year = digits(text, 0, 4),
            let month = digits(text, 5, 2)
        else { throw failure("date.format", plan, "expected a month such as 2026-03") }
        guard Day(year: year, month: month, day: 1) != nil else {
            throw failure("date.impossible", plan, "expected a month of the calendar")
        }
        return Int64(year * 12 + month - 1)
    }

    func term(
        _ text: UnsafeRawBufferPointer, _ plan: Field
    ) throws(RecordFailure) -> UnsafeRawBufferPointer {
        guard text.count == 6, text[4] == 0x2d, text[5] == 0x31 || text[5] == 0x32,
            let year = digits(text, 0, 4)
        else {
            throw failure("date.format", plan, "expected a term: 2026-1 (spring) or 2026-2")
        }
        guard Day(year: year, month: 1, day: 1) != nil else {
            throw failure("date.impossible", plan, "expected a year of the calendar")
        }
        return text
    }

    func area(
        _ text: UnsafeRawBufferPointer, _ plan: Field
    ) throws(RecordFailure) -> Division {
        // Longer text would be copied for nothing.
        guard text.count <= 12, let division = Division(String(decoding: text, as: UTF8.self))
        else {
            throw failure("division.format", plan, "expected 2, 4, 6, 9 or 12 digits")
        }
        return division
    }

    func known(_ division: Division, _ plan: Field) throws(RecordFailure) {
        guard policy.knows(division) else {
            throw failure("division.unknown", plan, "expected a division of divisions.yaml")
        }
    }

    func areas(_ field: JSONField, _ plan: Field) throws(RecordFailure) -> String {
        guard field.kind == .array else {
            throw failure("field.type", plan, "expected a list of division codes")
        }
        var result = ""
        var count = 0
        for item in field.fields {
            let division = try area(string(item, plan), plan)
            try known(division, plan)
            count += 1
            guard count <= Limits.listItems else { throw tooMany(plan) }
            if !result.isEmpty { result += "," }
            result += division.description
        }
        guard count > 0 else {
            throw failure("field.missing", plan, "expected at least one division code")
        }
        return result
    }

    private func tooMany(_ plan: Field) -> RecordFailure {
        failure("field.value", plan, "expected at most \(Limits.listItems) items")
    }

    func texts(_ field: JSONField, _ plan: Field) throws(RecordFailure) -> JSONField {
        guard field.kind == .array else { throw failure("field.type", plan, "expected a list") }
        var count = 0
        for item in field.fields {
            _ = try token(item, plan, longest: 128)
            count += 1
            guard count <= Limits.listItems else { throw tooMany(plan) }
        }
        return field
    }

    /// `[{kind, sha256, takenAt}]`; other members are not passed on.
    func evidence(_ field: JSONField, _ plan: Field) throws(RecordFailure) -> JSONField {
        guard field.kind == .array else { throw failure("field.type", plan, "expected a list") }
        var count = 0
        for item in field.fields {
            guard item.kind == .object, let kind = item.field("kind"),
                let digest = item.field("sha256"), let taken = item.field("takenAt")
            else {
                throw failure("field.type", plan, "expected objects of kind, sha256 and takenAt")
            }
            _ = try token(kind, plan, longest: 32)
            _ = try token(digest, plan, longest: 128)
            let when = try string(taken, plan)
            guard
                InstantText.milliseconds(utf8: when) != nil
                    || (when.count == 10 && Day(iso: String(decoding: when, as: UTF8.self)) != nil)
            else {
                throw failure("date.format", plan, "expected takenAt as an RFC 3339 instant")
            }
            count += 1
            guard count <= Limits.listItems else { throw tooMany(plan) }
        }
        guard count > 0 || !plan.isRequired else {
            throw failure("field.missing", plan, "expected at least one piece of evidence")
        }
        return field
    }
}
