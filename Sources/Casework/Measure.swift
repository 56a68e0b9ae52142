/// One entry of the measures catalogue (domain, section 6).
package struct Measure: Sendable {
    /// The groups of the national form (domain, section 6, column "grp").
    package static let groups = [
        "IN", "EM", "FI", "WP", "HO", "WA", "HE", "CE", "OE", "CS", "SO", "RE", "LC", "IF", "visit",
    ]
    /// The causes of formats, section 7.
    package static let causes = [
        "illness", "disability", "schooling", "employment", "industry", "disaster", "accident",
        "housing", "water", "income", "other",
    ]

    package let id: String
    package let name: LocalText
    package let group: String
    /// Who pays or delivers, for readers: `civil affairs`.
    package let department: String
    package let office: Office
    /// Causes and rules it answers; a proposal by an alert of neither is passed over.
    package let causes: [String]
    package let rules: [String]
    /// A condition on the case, `nil` when all are eligible.
    package let eligibility: Eligibility?
    package let deadline: Deadline
    /// The kinds of evidence that show delivery.
    package let evidence: [String]
    /// True for what may be given before any paperwork (domain, section 3.3).
    package let isReliefFirst: Bool

    package init(
        id: String, name: LocalText, group: String, department: String, office: Office,
        causes: [String], rules: [String] = [], eligibility: Eligibility? = nil,
        deadline: Deadline, evidence: [String], isReliefFirst: Bool = false
    ) {
        self.id = id
        self.name = name
        self.group = group
        self.department = department
        self.office = office
        self.causes = causes
        self.rules = rules
        self.eligibility = eligibility
        self.deadline = deadline
        self.evidence = evidence
        self.isReliefFirst = isReliefFirst
    }

    /// True when the measure answers an alert of this cause or rule.
    package func answers(cause: String, rule: String) -> Bool {
        causes.contains(cause) || rules.contains(rule)
    }
}

/// All measures of the county, in the order of the file.
package struct MeasureCatalogue: Sendable {
    package let measures: [Measure]
    private let index: [String: Int]

    /// Ids must be different; the loader holds that.
    package init(_ measures: [Measure]) {
        self.measures = measures
        index = Dictionary(
            measures.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The measure with this id; `nil` when the catalogue has none.
    package subscript(id id: String) -> Measure? {
        index[id].map { measures[$0] }
    }
}
