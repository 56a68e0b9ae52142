import Households
import Kafka
import Streams

extension Intake {
    /// The fact that checked values state.
    func fact(
        _ kind: FactKind, _ event: IntakeCatalogue.Event, _ values: [IntakeValue],
        _ envelope: Envelope, department: String, reversed: Bool, arrived: Instant
    ) -> Fact {
        var attributes: [(attribute: Attribute, value: Fact.Value)] = []
        attributes.reserveCapacity(event.fields.count + 1)
        if let told = event.event { attributes.append((.event, .text(told))) }
        var amount: Int64?
        let subject = subject(event, values)
        for (index, plan) in event.fields.enumerated() {
            switch plan.target {
            case .none: break
            case .amount:
                if case .integer(let fen) = values[index] { amount = fen }
            case .attribute(let attribute):
                // A person who only names the household is no attribute of the fact.
                if case .householdOf = subject.value, subject.field == index { continue }
                if let value = attributeValue(values[index], plan) {
                    attributes.append((attribute, value))
                }
            }
        }
        return Fact(
            kind: kind, subject: subject.value, key: factKey(event, values),
            department: department, isReversed: reversed,
            occurred: occurred(event, values, recorded: envelope.recorded),
            recorded: envelope.recorded, arrived: arrived, amountFen: reversed ? nil : amount,
            attributes: attributes)
    }

    /// Whom the record names, and by which field.
    private func subject(
        _ event: IntakeCatalogue.Event, _ values: [IntakeValue]
    ) -> (value: Fact.Subject, field: Int?) {
        switch event.subject {
        case .area: return (.area, nil)
        case .person(let index):
            guard case .pseudonym(let person) = values[index] else { break }
            return (.person(person), index)
        case .pseudonym(let index):
            guard case .pseudonym(let household) = values[index] else { break }
            return (.household(household), index)
        case .household(let index):
            if case .text(let number) = values[index] {
                return (.household(HouseholdNumber.pseudonym(utf8: number, key)), index)
            }
            if let other = event.fields[index].alternative,
                case .pseudonym(let person) = values[other]
            {
                return (.householdOf(person), other)
            }
        }
        // The catalogue lets only required fields be subjects, and the reader throws without one.
        preconditionFailure("a checked record without its subject")
    }

    /// HMAC over the family, a colon and the key's parts, joined by a unit separator, which no
    /// part can hold.
    private func factKey(_ event: IntakeCatalogue.Event, _ values: [IntakeValue]) -> Pseudonym {
        var input: [UInt8] = []
        input.reserveCapacity(96)
        input.append(contentsOf: event.family.utf8)
        input.append(0x3a)
        for (place, index) in event.key.enumerated() {
            if place > 0 { input.append(0x1f) }
            Intake.appendKeyPart(values[index], event.fields[index].kind, to: &input)
        }
        return key.pseudonym(of: input)
    }

    /// A key part's text as the feed writes it: `2026-03-05`, `2026-03`, `2026-1`, a code.
    private static func appendKeyPart(
        _ value: IntakeValue, _ kind: IntakeCatalogue.FieldKind, to input: inout [UInt8]
    ) {
        switch (value, kind) {
        case (.text(let text), _): input.append(contentsOf: text)
        case (.integer(let number), .day):
            input.append(contentsOf: Day(number: Int32(number)).description.utf8)
        case (.integer(let number), .month):
            input.append(
                contentsOf: Day.first(ofMonth: Int(number)).description.utf8.dropLast(3))
        case (.integer(let number), _): input.append(contentsOf: String(number).utf8)
        default: preconditionFailure("a checked record without a part of its key")
        }
    }

    /// The day that decides windows. A reversal that does not say it has the day it was booked.
    private func occurred(
        _ event: IntakeCatalogue.Event, _ values: [IntakeValue], recorded: Instant
    ) -> Day {
        guard case .integer(let number) = values[event.occurs] else {
            return Day(ofInstant: recorded)
        }
        switch event.fields[event.occurs].kind {
        case .month: return Day.last(ofMonth: Int(number))
        case .instant: return Day(ofInstant: number)
        default: return Day(number: Int32(number))
        }
    }

    private func attributeValue(
        _ value: IntakeValue, _ plan: IntakeCatalogue.Field
    ) -> Fact.Value? {
        switch value {
        case .absent, .list: return nil
        case .integer(let number): return .integer(number)
        case .joined(let text): return .text(text)
        case .pseudonym(let pseudonym): return .pseudonym(pseudonym)
        case .text(let text):
            switch plan.kind {
            case .household:
                return .pseudonym(HouseholdNumber.pseudonym(utf8: text, key))
            case .number:
                var input = Array(plan.name.utf8)
                input.append(0x3a)
                input.append(contentsOf: text)
                return .pseudonym(key.pseudonym(of: input))
            default:
                if let veiled = IdentityNumberVeil.veiled(text, key) {
                    return .text(String(decoding: veiled, as: UTF8.self))
                }
                return .text(String(decoding: text, as: UTF8.self))
            }
        }
    }
}
