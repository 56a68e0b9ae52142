package import Households

/// What a candidate would have changed in a period, against the rules in force: pure arithmetic over
/// the alerts of both. Only alerts opened in the period count, and visits asked for in it.
package struct Comparison: Sendable, Equatable {
    /// What two rule sets did to some households: all, those of one village, or by one rule.
    package struct Row: Sendable, Equatable {
        /// The rule's id, the village's 12 digits, or `all`.
        package let name: String
        package var live = Count()
        package var candidate = Count()
        /// Households that only the candidate, and that only the rules in force, alerted about.
        package var gained = 0
        package var lost = 0
        /// Of households alerted about by both: how many the candidate met first and how many later,
        /// and the days it was earlier in all of them together, less those it was later.
        package var sooner = 0
        package var later = 0
        package var leadDays = 0
    }

    /// The alerts of one rule set in one row.
    package struct Count: Sendable, Equatable {
        package var alerts = 0
        /// Of these, taken back because their ground was never there.
        package var withdrawn = 0
        package var households = 0
    }

    /// Visits in a village and month: those of one household under one visit count once.
    package struct Visits: Sendable, Equatable {
        /// 12 digits.
        package let village: String
        /// Year times 12 plus month less 1.
        package let month: Int
        package var live = 0
        package var candidate = 0
    }

    /// How well alerts and officers' answers agree. Officers visit where the rules in force sent them:
    /// what a candidate finds elsewhere has no answer yet.
    package struct Agreement: Sendable, Equatable {
        /// Households alerted about and then found in need, and alerted about without ground.
        package var found = 0
        package var unfounded = 0
        /// Households in need, with and without an alert before.
        package var needed = 0

        /// Of the households alerted about with an answer, the share in need; `nil` without any.
        package var precision: Double? {
            found + unfounded == 0 ? nil : Double(found) / Double(found + unfounded)
        }
        /// Of the households in need, the share alerted about by the day of the first relief.
        package var recall: Double? { needed == 0 ? nil : Double(found) / Double(needed) }
    }

    package let period: ClosedRange<Day>
    /// Visits a village can make in a month; `nil` for not limited.
    package let budget: Int?
    package let total: Row
    /// Of rules and of villages with an alert of either, by name.
    package let rules: [Row]
    package let villages: [Row]
    /// By village, then month; those with a visit of either.
    package let visits: [Visits]
    /// Against officers' answers in the period.
    package let live: Agreement
    package let candidate: Agreement

    package init(
        live: [AlertSpan], candidate: [AlertSpan], outcomes: Outcomes, period: ClosedRange<Day>,
        budget: Int?
    ) {
        let live = live.filter { period.contains($0.openedOn) }
        let candidate = candidate.filter { period.contains($0.openedOn) }
        self.period = period
        self.budget = budget
        total = Comparison.row("all", live, candidate)
        rules = Comparison.rows(live, candidate) { $0.rule }
        villages = Comparison.rows(live, candidate) { $0.division }
        visits = Comparison.visits(live, candidate, period)
        self.live = Comparison.agreement(live, outcomes)
        self.candidate = Comparison.agreement(candidate, outcomes)
    }

    /// Villages and months over the budget, by the rules in force and by the candidate.
    package var overBudget: (live: Int, candidate: Int) {
        guard let budget else { return (0, 0) }
        return (visits.count { $0.live > budget }, visits.count { $0.candidate > budget })
    }

    /// True when officers' answers say anything about the alerts of either.
    package var hasAnswers: Bool { live.needed + live.unfounded + candidate.unfounded > 0 }

    private static func rows(
        _ live: [AlertSpan], _ candidate: [AlertSpan], by name: (AlertSpan) -> String
    ) -> [Row] {
        let live = Dictionary(grouping: live, by: name)
        let candidate = Dictionary(grouping: candidate, by: name)
        return Set(live.keys).union(candidate.keys).sorted().map {
            row($0, live[$0] ?? [], candidate[$0] ?? [])
        }
    }

    private static func row(_ name: String, _ live: [AlertSpan], _ candidate: [AlertSpan]) -> Row {
        var row = Row(name: name)
        let before = firstDays(live)
        let after = firstDays(candidate)
        row.live = count(live, households: before.count)
        row.candidate = count(candidate, households: after.count)
        for (household, day) in after {
            guard let known = before[household] else {
                row.gained += 1
                continue
            }
            row.leadDays += known - day
            if day < known { row.sooner += 1 }
            if day > known { row.later += 1 }
        }
        row.lost = before.keys.count { after[$0] == nil }
        return row
    }

    private static func count(_ spans: [AlertSpan], households: Int) -> Count {
        Count(
            alerts: spans.count, withdrawn: spans.count { $0.state == "withdrawn" },
            households: households)
    }

    /// The day of each household's first alert.
    private static func firstDays(_ spans: [AlertSpan]) -> [String: Day] {
        spans.reduce(into: [:]) { days, span in
            days[span.household] = min(days[span.household] ?? span.openedOn, span.openedOn)
        }
    }

    private static func visits(
        _ live: [AlertSpan], _ candidate: [AlertSpan], _ period: ClosedRange<Day>
    ) -> [Visits] {
        struct Place: Hashable {
            let village: String
            let month: Int
        }
        func counts(_ spans: [AlertSpan]) -> [Place: Int] {
            var first: [String: AlertSpan] = [:]
            for span in spans {
                guard let day = span.visitFrom, period.contains(day) else { continue }
                if let known = first[span.visit]?.visitFrom, known <= day { continue }
                first[span.visit] = span
            }
            return first.values.reduce(into: [:]) {
                $0[Place(village: $1.division, month: $1.visitFrom!.month), default: 0] += 1
            }
        }
        let live = counts(live)
        let candidate = counts(candidate)
        return Set(live.keys).union(candidate.keys)
            .sorted { ($0.village, $0.month) < ($1.village, $1.month) }
            .map {
                Visits(
                    village: $0.village, month: $0.month, live: live[$0] ?? 0,
                    candidate: candidate[$0] ?? 0)
            }
    }

    private static func agreement(_ spans: [AlertSpan], _ outcomes: Outcomes) -> Agreement {
        let first = firstDays(spans)
        var agreement = Agreement(needed: outcomes.needed.count)
        for (household, day) in first {
            if let relief = outcomes.needed[household] {
                if day <= relief { agreement.found += 1 }
            } else if outcomes.unfounded.contains(household) {
                agreement.unfounded += 1
            }
        }
        return agreement
    }
}
