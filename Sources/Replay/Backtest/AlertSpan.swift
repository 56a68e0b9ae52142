package import Households
import JSON
import Kafka

/// One alert from its opening to its end, as its records on the topic `alerts` tell it.
package struct AlertSpan: Sendable, Equatable {
    package let alert: String
    package let household: String
    package let rule: String
    /// 12 digits.
    package let division: String
    package let openedOn: Day
    /// All alerts of a household that need a visit share one (formats, section 7).
    package private(set) var visit: String
    /// The first day on which it asked for a visit of its own: not superseded, and not blue (domain
    /// 5.1, levels). `nil` when it never did.
    package private(set) var visitFrom: Day?
    /// `open`, `cleared`, `dismissed` or `withdrawn`.
    package private(set) var state: String

    package init(
        alert: String, household: String, rule: String, division: String, openedOn: Day,
        visit: String, visitFrom: Day?, state: String = "open"
    ) {
        self.alert = alert
        self.household = household
        self.rule = rule
        self.division = division
        self.openedOn = openedOn
        self.visit = visit
        self.visitFrom = visitFrom
        self.state = state
    }

    /// Puts alerts together from their records, whatever came between them.
    struct Reader {
        private(set) var spans: [AlertSpan] = []
        private var places: [String: Int] = [:]

        /// Takes one record of `alerts`; one that is none says nothing.
        mutating func take(_ record: RecordView) {
            guard let value = record.value.flatMap({ try? JSONValue(parsing: $0) }),
                let alert = value["alert"]?.stringValue,
                let openedOn = value["openedOn"]?.stringValue.flatMap({ Day(iso: $0) }),
                let asOf = value["asOf"]?.stringValue.flatMap({ Day(iso: $0) })
            else { return }
            func text(_ name: String) -> String { value[name]?.stringValue ?? "" }
            let place =
                places[alert]
                ?? {
                    spans.append(
                        AlertSpan(
                            alert: alert, household: text("household"), rule: text("rule"),
                            division: text("division"), openedOn: openedOn, visit: "",
                            visitFrom: nil))
                    places[alert] = spans.count - 1
                    return spans.count - 1
                }()
            spans[place].state = text("state")
            if spans[place].visitFrom == nil, text("state") == "open", text("level") != "blue",
                value["supersededBy"] == nil
            {
                spans[place].visit = text("visit")
                spans[place].visitFrom = asOf
            }
        }
    }
}
