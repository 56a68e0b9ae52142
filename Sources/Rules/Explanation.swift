package import Households

/// Why an alert is open, as data: what stands beside its evidence and the income arithmetic
/// (formats, section 7, `explanation`). Made when an alert is published and when somebody asks, never
/// at each asking.
package struct Explanation: Sendable, Equatable {
    /// A number that the rule's conditions compare.
    package struct Figure: Sendable, Equatable {
        /// As it is written in the rule: `income.perPerson`.
        package let name: String
        package let words: Sentence
        /// `fen`, `days`, `years`, `percent`, `count`…
        package let unit: String
        /// `nil` where it cannot be said.
        package let value: Int64?
        /// The same without the event; `nil` where there is none or it cannot be said.
        package let without: Int64?
    }

    /// A number it is compared with, and where that comes from.
    package struct Threshold: Sendable, Equatable {
        /// `line`, `disposable`, or the parameter's name.
        package let name: String
        package let unit: String
        package let value: Int64
        /// Who set it; `nil` for the nation.
        package let division: Division?
        /// From when it counts, where that is said.
        package let since: Day?
        /// The year it is of, of `line` and `disposable`.
        package let year: Int?
        /// The figure of the year before, until this year's is set.
        package let isProvisional: Bool
        /// The rule's own default: nobody has set another.
        package let isDefault: Bool
    }

    /// Something that is not known, or known from too long ago.
    package struct Gap: Sendable, Equatable {
        /// `declaration`, `line`, `disposable`, `birthDate`.
        package let what: String
        /// Days since the latest that is known; `nil` when none is.
        package let ageDays: Int?
        /// It is there and still counts, but is older than twelve months (domain dossier, 5.1, N1).
        package let isOld: Bool
    }

    /// The rule's answer.
    package enum Answer: String, Sendable {
        case yes, no, cannotJudge
    }

    /// The fact of the evidence that came last: the event the computations leave out.
    package let event: Pseudonym?
    /// What the rule would say without it; `nil` without an event.
    package let withoutEvent: Answer?
    package let figures: [Figure]
    package let thresholds: [Threshold]
    package let gaps: [Gap]
    /// What would end the alert.
    package let remedies: [Remedy]
    /// When the rule holds.
    package let condition: Sentence
    /// What must hold for the alert to end, beside the condition being false; `nil`: nothing more.
    package let clear: Sentence?
    /// Days for which it must hold.
    package let clearDays: Int
    /// Where the rule comes from.
    package let source: String
}

extension Asking {
    /// Explains an open alert of a rule.
    package func explanation(_ alert: Clearing.Alert) -> Explanation {
        let rule = alert.rule
        let event = rule.evidence.flatMap { $0.select(view, subject: alert.subject) }
            .max { ($0.arrived, $0.recorded, $0.key) < ($1.arrived, $1.recorded, $1.key) }
        let other = event.map { without($0) }
        let figures = figures(rule, alert.subject)
        let others = other.map { $0.figures(rule, alert.subject) }
        let values = parameters(of: rule).map(\.value)
        return Explanation(
            event: event?.key, withoutEvent: other.map { $0.answer(rule) },
            figures: figures.indices.map { index in
                let (name, words, unit, value) = figures[index]
                return Explanation.Figure(
                    name: name, words: words, unit: unit.rawValue, value: value,
                    without: others.flatMap { $0[index].value })
            },
            thresholds: thresholds(rule), gaps: gaps(rule),
            remedies: Clearing(alert, view, in: set).remedies,
            condition: rule.telling.opening.sentence(values),
            clear: rule.telling.clear?.words.sentence(values), clearDays: rule.clearDays,
            source: rule.source)
    }

    /// The same household without a fact.
    private func without(_ fact: Fact) -> Asking {
        var area = view.facts.area
        if fact.kind.scope == .area {
            area = AreaEvents(facts: area.facts.filter { $0.identity != fact.identity })
        }
        return set.asking(
            HouseholdView(
                HouseholdFacts(
                    household: view.facts.household,
                    facts: view.facts.standing.filter { $0.identity != fact.identity }, area: area),
                on: view.day, policy: set.policy))
    }

    private func answer(_ rule: Rule) -> Explanation.Answer {
        switch ask(rule) {
        case .yes: .yes
        case .no: .no
        case .cannotJudge: .cannotJudge
        }
    }

    /// What the rule compares, the income reference first, which every officer asks for.
    private func figures(_ rule: Rule, _ subject: Pseudonym?) -> [(
        name: String, words: Sentence, unit: Measure.Unit, value: Int64?
    )] {
        let values = parameters(of: rule).map(\.value)
        var result = [
            (
                "income.perPerson", Nouns.text("Income.perPerson")!, Measure.Unit.fen,
                view.isJudgeable ? view.income?.perCapitaFen : nil
            )
        ]
        for quantity in rule.telling.quantities where quantity.name != result[0].0 {
            let isOfIncome = rule.asksIncome || !quantity.name.hasPrefix("income.")
            result.append(
                (
                    quantity.name, quantity.words.sentence(values), quantity.unit,
                    isOfIncome || view.isJudgeable
                        ? number(quantity, rule, subject) : nil
                ))
        }
        return result
    }

    private func thresholds(_ rule: Rule) -> [Explanation.Threshold] {
        func figure(_ name: String, _ figure: Policy.YearFigure?) -> [Explanation.Threshold] {
            guard let figure else { return [] }
            return [
                Explanation.Threshold(
                    name: name, unit: Measure.Unit.fen.rawValue, value: figure.fen,
                    division: figure.division, since: nil, year: figure.year,
                    isProvisional: figure.isProvisional, isDefault: false)
            ]
        }
        let isOfDisposable = rule.telling.quantities.contains { $0.name == "disposable" }
        return figure("line", view.line)
            + figure("disposable", isOfDisposable ? view.disposableIncome : nil)
            + parameters(of: rule).map { parameter in
                Explanation.Threshold(
                    name: parameter.name,
                    unit: (Measure.Unit(parameter: parameter.name) ?? .plain).rawValue,
                    value: parameter.value, division: parameter.division, since: parameter.since,
                    year: nil, isProvisional: false, isDefault: parameter.isDefault)
            }
    }

    /// A declaration older than this is shown as old, days (domain dossier, section 5.1, N1).
    private static let oldDays = 365

    private func gaps(_ rule: Rule) -> [Explanation.Gap] {
        var gaps: [Explanation.Gap] = []
        var declared: Day?
        view.facts.forEach(.incomeDeclared, asOf: view.day) { fact in
            declared = declared.map { max($0, fact.occurred) } ?? fact.occurred
        }
        let age = declared.map { view.day - $0 }
        for code in view.missing {
            gaps.append(.init(what: code, ageDays: code == "declaration" ? age : nil, isOld: false))
        }
        if let age, age > Asking.oldDays, !view.missing.contains("declaration") {
            gaps.append(.init(what: "declaration", ageDays: age, isOld: true))
        }
        if rule.telling.quantities.contains(where: { $0.name == "disposable" }),
            view.disposableIncome == nil
        {
            gaps.append(.init(what: "disposable", ageDays: nil, isOld: false))
        }
        if rule.telling.asksAge, view.members.contains(where: { $0.age < 0 }) {
            gaps.append(.init(what: "birthDate", ageDays: nil, isOld: false))
        }
        return gaps
    }
}
