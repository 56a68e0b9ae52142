/// The course of a case as data: stages, the visit, the clocks (`Pipelines/casework/process.yaml`;
/// domain, sections 3.2 and 5.2). The review chain up to elimination comes later and only adds
/// stages.
package struct Process: Sendable {
    /// What moves a case from stage to stage.
    package enum Event: String, CaseIterable, Sendable {
        /// A visit was assigned.
        case assigned
        /// Help was given first, before any visit or paperwork.
        case relieved
        case visited
        /// A measure was accepted or delivered.
        case answered
        /// Every alert has ended and nothing is outstanding.
        case ended
    }

    package struct Stage: Sendable {
        package let id: String
        package let name: LocalText
        /// Where each event leads; an event not listed leaves the stage as it is.
        package let next: [Event: String]

        package init(id: String, name: LocalText, next: [Event: String]) {
            self.id = id
            self.name = name
            self.next = next
        }
    }

    /// One step of an escalation.
    package struct Rung: Equatable, Sendable {
        package let from: Office
        package let to: Office
        /// How long after the ring before; `nil` on the first rung, which is climbed at the
        /// deadline itself.
        package let after: Deadline?

        package init(from: Office, to: Office, after: Deadline?) {
            self.from = from
            self.to = to
            self.after = after
        }
    }

    /// A clock's name and what happens when it rings.
    package struct Ladder: Sendable {
        package let clock: String
        package let rungs: [Rung]
        /// May hold `{measure}`, the name of what is overdue.
        package let text: LocalText

        package init(clock: String, rungs: [Rung], text: LocalText) {
            self.clock = clock
            self.rungs = rungs
            self.text = text
        }
    }

    /// The first is where a case starts; exactly one has no way out: where it ends.
    package let stages: [Stage]
    /// The measure id of a visit, such as `V01`.
    package let visitMeasure: String
    private let visitDeadlines: [Deadline]
    package let visitLadder: Ladder
    /// Red alerts must be answered by relief or a visit within this time.
    package let reliefDeadline: Deadline
    package let reliefLadder: Ladder
    /// What happens when another measure is overdue; climbed from the measure's own office on.
    package let measureLadder: Ladder

    /// `visitDeadlines` is asked once for each level.
    package init(
        stages: [Stage], visitMeasure: String, visitDeadlines: (AlertLevel) -> Deadline,
        visitLadder: Ladder, reliefDeadline: Deadline, reliefLadder: Ladder,
        measureLadder: Ladder
    ) {
        self.stages = stages
        self.visitMeasure = visitMeasure
        self.visitDeadlines = AlertLevel.allCases.map(visitDeadlines)
        self.visitLadder = visitLadder
        self.reliefDeadline = reliefDeadline
        self.reliefLadder = reliefLadder
        self.measureLadder = measureLadder
    }

    /// How long the village has for a visit.
    package func visitDeadline(_ level: AlertLevel) -> Deadline {
        visitDeadlines[Int(level.rawValue) - 1]
    }

    package var initialStage: String { stages[0].id }

    /// True for the stage without a way out.
    package func isFinal(_ stage: String) -> Bool {
        stages.first { $0.id == stage }?.next.isEmpty ?? false
    }

    /// The stage an event leads to; the same where the event means nothing there.
    package func stage(after event: Event, in stage: String) -> String {
        stages.first { $0.id == stage }?.next[event] ?? stage
    }
}
