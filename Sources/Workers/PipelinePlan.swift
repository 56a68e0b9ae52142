/// What a pipeline is built of: the names that `pipeline.yaml` must agree with, and where each
/// step's Swift file lies. One entry for each of the eleven pipelines, in the order of the path.
package struct PipelinePlan: Sendable {
    /// A step: the Swift file that does it.
    package struct Step: Sendable, Equatable {
        /// The file's name without `.swift`.
        package let name: String
        /// The target it belongs to.
        package let target: String

        /// Path from the repository's root.
        package var file: String { "Sources/\(target)/\(name).swift" }
    }

    package let name: String
    package let input: String
    /// What the input is keyed by.
    package let key: String
    package let isStateful: Bool
    package let steps: [Step]
    package let outputs: [String]

    /// The consumer group of its workers.
    package var group: String { "shouwang.\(name)" }

    /// The topic of the records it refuses.
    package var deadLetters: String { "dead.\(name)" }

    /// All pipelines, in the order of the path.
    package static let all: [PipelinePlan] =
        Topics.feeds.map { feed in
            PipelinePlan(
                name: feed, input: "feed.\(feed)", key: "any", isStateful: false,
                steps: intakeSteps, outputs: ["person.facts", "household.facts"]
                    + (feed == "livelihood" ? ["area.events"] : []))
        } + [
            PipelinePlan(
                name: "fieldwork", input: "actions", key: "any", isStateful: false,
                steps: [Step(name: "FieldworkIntake", target: "Workers")] + readingSteps,
                outputs: ["case.events", "household.facts"]),
            PipelinePlan(
                name: "membership", input: "person.facts", key: "person", isStateful: true,
                steps: [
                    Step(name: "Membership", target: "Workers"),
                    Step(name: "FactMessage", target: "Workers"),
                    Step(name: "PersonOwner", target: "Workers"),
                    Step(name: "PersonTimeline", target: "Households"),
                    Step(name: "PersonState", target: "Workers"),
                ],
                outputs: ["household.facts", "person.facts"]),
            PipelinePlan(
                name: "monitor", input: "household.facts", key: "household", isStateful: true,
                steps: [
                    Step(name: "Monitor", target: "Workers"),
                    Step(name: "FactMessage", target: "Workers"),
                    Step(name: "HouseholdState", target: "Workers"),
                    Step(name: "Watch", target: "Workers"),
                    Step(name: "HouseholdView", target: "Households"),
                    Step(name: "IncomeReference", target: "Households"),
                    Step(name: "Asking", target: "Rules"),
                ],
                outputs: ["alerts", "case.events", "findings", "area.events", "shadow.counts"]),
            PipelinePlan(
                name: "area", input: "area.events", key: "division", isStateful: true,
                steps: [
                    Step(name: "AreaProcessor", target: "Workers"),
                    Step(name: "VillageTelling", target: "Workers"),
                    Step(name: "VillageState", target: "Workers"),
                    Step(name: "VillageView", target: "Households"),
                    Step(name: "AreaRule", target: "Rules"),
                    Step(name: "AreaAlertWriter", target: "Workers"),
                ],
                outputs: ["area.alerts"]),
            PipelinePlan(
                name: "casework", input: "case.events", key: "household", isStateful: true,
                steps: [
                    Step(name: "CaseworkProcessor", target: "Workers"),
                    Step(name: "CaseworkProcessor+Input", target: "Workers"),
                    Step(name: "CaseEditor+Alerts", target: "Casework"),
                    Step(name: "CaseEditor+Actions", target: "Casework"),
                    Step(name: "CaseEditor+Clocks", target: "Casework"),
                    Step(name: "CaseworkProcessor+Output", target: "Workers"),
                ],
                outputs: ["assignments", "cases", "escalations"]),
        ]

    private static let intakeSteps =
        [Step(name: "Intake", target: "Workers")] + readingSteps
        + [Step(name: "Intake+Fact", target: "Workers")]

    private static let readingSteps = [
        Step(name: "Envelope", target: "Workers"),
        Step(name: "IntakeCatalogue", target: "Workers"),
        Step(name: "IntakeFieldReader", target: "Workers"),
        Step(name: "IntakeValue+Checks", target: "Workers"),
    ]
}
