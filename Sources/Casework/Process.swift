/// The course of a case as data: stages, the visit, the clocks (`Pipelines/casework/process.yaml`;
/// domain, sections 3.2 and 5.2).
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
        /// The county has identified the household as one to monitor.
        case identified
        case eliminationProposed
        case eliminationWithdrawn
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

    /// The county's decision on a clue (PRC-02; dossier 3.2, "total clue → identification").
    package struct Identification: Sendable {
        /// The least level of an alert that asks for a decision.
        package let least: AlertLevel
        package let deadline: Deadline
        package let ladder: Ladder

        package init(least: AlertLevel, deadline: Deadline, ladder: Ladder) {
            self.least = least
            self.deadline = deadline
            self.ladder = ladder
        }
    }

    /// How often somebody must be in touch (PRC-06).
    package struct Contact: Sendable {
        package let monitored: Deadline
        package let eliminated: Deadline
        package let ladder: Ladder

        package init(monitored: Deadline, eliminated: Deadline, ladder: Ladder) {
            self.monitored = monitored
            self.eliminated = eliminated
            self.ladder = ladder
        }
    }

    /// What a monitored household is owed by a deadline, told once for each identification (PRC-03,
    /// PRC-04; dossier 5.2).
    package struct Milestone: Sendable {
        /// How far a measure must have come; a visit is none.
        package enum Aim: String, CaseIterable, Sendable {
            /// It is proposed, or more, and was not taken back.
            case planned
            case delivered
        }

        package let aim: Aim
        /// Groups of measures that count (dossier 6, "Assignment rules"); empty: any.
        package let groups: [String]
        /// Only while a living member has full or partial labour.
        package let needsLabour: Bool
        /// Only for a household that was identified while it had an open case: what others were
        /// promised or given before is not known here.
        package let needsCase: Bool
        package let deadline: Deadline
        package let ladder: Ladder

        package init(
            aim: Aim, groups: [String], needsLabour: Bool, needsCase: Bool, deadline: Deadline,
            ladder: Ladder
        ) {
            self.aim = aim
            self.groups = groups
            self.needsLabour = needsLabour
            self.needsCase = needsCase
            self.deadline = deadline
            self.ladder = ladder
        }
    }

    /// A delivery without a document of a kind that shows it, told at once (PRC-05).
    package struct Proof: Sendable {
        package let clock: String
        package let to: Office
        package let text: LocalText

        package init(clock: String, to: Office, text: LocalText) {
            self.clock = clock
            self.to = to
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
    /// Each of these may be left out of the file: then nothing is due.
    package let identification: Identification?
    package let contact: Contact?
    /// In the order of the file.
    package let milestones: [Milestone]
    package let proof: Proof?

    /// `visitDeadlines` is asked once for each level.
    package init(
        stages: [Stage], visitMeasure: String, visitDeadlines: (AlertLevel) -> Deadline,
        visitLadder: Ladder, reliefDeadline: Deadline, reliefLadder: Ladder,
        measureLadder: Ladder, identification: Identification? = nil, contact: Contact? = nil,
        milestones: [Milestone] = [], proof: Proof? = nil
    ) {
        self.stages = stages
        self.visitMeasure = visitMeasure
        self.visitDeadlines = AlertLevel.allCases.map(visitDeadlines)
        self.visitLadder = visitLadder
        self.reliefDeadline = reliefDeadline
        self.reliefLadder = reliefLadder
        self.measureLadder = measureLadder
        self.identification = identification
        self.contact = contact
        self.milestones = milestones
        self.proof = proof
    }

    /// How long the village has for a visit.
    package func visitDeadline(_ level: AlertLevel) -> Deadline {
        visitDeadlines[Int(level.rawValue) - 1]
    }

    /// The ladder of a clock that runs for the household itself; `nil` where it is none.
    package func householdLadder(_ clock: String) -> Ladder? {
        ([contact?.ladder].compactMap { $0 } + milestones.map(\.ladder)).first { $0.clock == clock }
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
