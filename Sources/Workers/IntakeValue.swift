package import Households
package import JSON
package import Streams

/// A field's value once checked. Text points into the reader.
package enum IntakeValue {
    case absent
    /// Days as `Day.number`, money in fen, booleans 0 and 1, months as `year * 12 + month - 1`,
    /// instants in milliseconds.
    case integer(Int64)
    case text(UnsafeRawBufferPointer)
    /// Areas joined by commas.
    case joined(String)
    case pseudonym(Pseudonym)
    /// A list, checked, as it came.
    case list(JSONField)
}

/// Checks the fields of one event (formats, sections 1, 3 and 9).
package struct IntakeValueReader {
    package let policy: Policy
    package let key: PseudonymKey
    package let step: String
    /// The day a person must have been born by.
    package let latestBirth: Day

    /// Bounds on lists.
    package enum Limits {
        /// Areas of one event, alerts or evidence of one action: a prefecture has fewer townships.
        package static let listItems = 5_000
        package static let numberBytes = 64
    }

    package init(policy: Policy, key: PseudonymKey, step: String, latestBirth: Day) {
        self.policy = policy
        self.key = key
        self.step = step
        self.latestBirth = latestBirth
    }

    /// Every value of an event, in field order; throws the first fault in that order. With
    /// `reversing` only what names the fact is read, and its day if it can be.
    package func values(
        _ event: IntakeCatalogue.Event, _ data: JSONField, reversing: Bool
    ) throws(RecordFailure) -> [IntakeValue] {
        var given = [JSONField?](repeating: nil, count: event.fields.count)
        for field in data.fields {
            // A name that stands twice: the last one counts, as most readers have it. Nothing
            // written and an empty cell are both no value.
            guard let index = event.names.index(of: field.name) else { continue }
            let isEmpty = field.kind == .null || (field.kind == .string && field.text.isEmpty)
            given[index] = isEmpty ? nil : field
        }
        var values = [IntakeValue](repeating: .absent, count: event.fields.count)
        for (index, plan) in event.fields.enumerated() {
            if reversing && !plan.isInReverse {
                if index == event.occurs, let field = given[index],
                    let value = try? value(field, plan)
                {
                    values[index] = value
                }
                continue
            }
            if plan.isStandIn { continue }  // read at its household's place
            if let field = given[index] {
                values[index] = try value(field, plan)
                try checkOrder(index, values, event)
            } else if let other = plan.alternative, let person = given[other] {
                values[other] = try value(person, event.fields[other])
            } else if let base = plan.defaultAfter {
                if case .integer(let day) = values[base] {
                    values[index] = .integer(day + Int64(plan.defaultDays))
                }
            } else if plan.isRequired {
                throw failure("field.missing", plan, "expected the field \(plan.name)")
            }
        }
        return values
    }

    private func checkOrder(
        _ index: Int, _ values: [IntakeValue], _ event: IntakeCatalogue.Event
    ) throws(RecordFailure) {
        let plan = event.fields[index]
        guard case .integer(let value) = values[index] else { return }
        if let other = plan.notBefore, case .integer(let first) = values[other], value < first {
            throw failure(
                "date.order", plan, "expected a day not before \(event.fields[other].name)")
        }
        if let other = plan.atMost, case .integer(let most) = values[other], value > most {
            throw failure(
                "amount.order", plan, "expected at most \(event.fields[other].name)")
        }
    }

    func failure(
        _ reason: String, _ plan: IntakeCatalogue.Field, _ message: String
    ) -> RecordFailure {
        RecordFailure(reason: reason, field: plan.name, step: step, message: message)
    }
}
