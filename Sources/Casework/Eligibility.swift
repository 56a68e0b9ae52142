/// What a condition of eligibility may ask about. Names in CEL are in docs/CASES.md.
package struct EligibilityFacts: Sendable {
    /// Of the alert that proposes the measure.
    package var cause: String
    package var rule: String
    package var level: AlertLevel
    package var alert: AlertFacts
    /// Of the open alerts of the case, this one included, in the order they came, each once.
    package var causes: [String]
    package var rules: [String]

    package init(
        cause: String, rule: String, level: AlertLevel, alert: AlertFacts, causes: [String],
        rules: [String]
    ) {
        self.cause = cause
        self.rule = rule
        self.level = level
        self.alert = alert
        self.causes = causes
        self.rules = rules
    }
}

/// A planned condition of eligibility. Pure; shared between threads.
package struct Eligibility: Sendable {
    /// The condition as the author wrote it.
    package let source: String
    private let program: @Sendable (EligibilityFacts) -> Bool

    package init(source: String, _ program: @escaping @Sendable (EligibilityFacts) -> Bool) {
        self.source = source
        self.program = program
    }

    /// False also when the condition fails to evaluate: a measure is not promised on a guess.
    package func holds(for facts: EligibilityFacts) -> Bool {
        program(facts)
    }
}
