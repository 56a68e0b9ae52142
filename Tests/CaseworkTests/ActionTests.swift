import Casework
import Households
import Testing

@Suite("Officers' actions")
struct ActionTests {
    private func opened() throws -> Story {
        var story = try Story()
        story.receive(Samples.alert("a1", .red, proposes: ["H06", "H01"]), "06-15 09:00")
        return story
    }

    @Test("a replayed action changes nothing and tells nothing")
    func replayed() throws {
        var story = try opened()
        try story.act(.visited, "06-15 10:00", id: "x")
        let before = story.cases
        var news = try story.act(.visited, "06-15 11:00", id: "x")
        #expect(news.isEmpty)
        // Also when the second one would be refused.
        news = try story.act(.delivered, "06-15 11:00", id: "x", assignment: "?")
        #expect(news.isEmpty)
        #expect(story.cases == before)
    }

    @Test("a replay after the next case has opened is still known")
    func replayedLater() throws {
        var story = try Story()
        story.receive(Samples.alert("a1", .yellow), "06-15 09:00")
        try story.act(.visited, "06-15 10:00", id: "x", alerts: ["a1"])
        story.receive(Samples.alert("a1", .yellow, revision: 2, state: .cleared), "06-16 00:00")
        story.receive(Samples.alert("a2", .yellow), "06-20 09:00")
        let news = try story.act(.visited, "06-21 10:00", id: "x", alerts: ["a1"])
        #expect(news.isEmpty)
        #expect(story.assignment("V01")?.state == .proposed)
    }

    @Test("an action of a household without a case is unknown")
    func noCase() throws {
        var story = try Story()
        #expect(throws: HouseholdCases.Refusal.unknown(field: "household")) {
            try story.act(.visited, "06-15 10:00")
        }
        #expect(story.cases == HouseholdCases())
    }

    @Test("an action that names what is not there is unknown and changes nothing")
    func unknown() throws {
        var story = try opened()
        let before = story.cases
        #expect(throws: HouseholdCases.Refusal.unknown(field: "case")) {
            try story.act(.visited, "06-15 10:00", caseID: "nothing")
        }
        #expect(throws: HouseholdCases.Refusal.unknown(field: "alerts")) {
            try story.act(.visited, "06-15 10:00", alerts: ["a1", "a9"])
        }
        #expect(throws: HouseholdCases.Refusal.unknown(field: "assignment")) {
            try story.act(.delivered, "06-15 10:00", assignment: "H06", evidence: [photo])
        }
        #expect(story.cases == before)
        try story.act(.visited, "06-15 10:00", caseID: "\(story.current.id)", alerts: ["a1"])
    }

    @Test("delivery without evidence, without assignment, or of a visit is refused")
    func delivered() throws {
        var story = try opened()
        let before = story.cases
        let id = "\(story.assignment("H01")!.id)"
        #expect(throws: HouseholdCases.Refusal.missing(field: "evidence")) {
            try story.act(.delivered, "06-15 10:00", assignment: id)
        }
        #expect(throws: HouseholdCases.Refusal.missing(field: "assignment")) {
            try story.act(.delivered, "06-15 10:00", evidence: [photo])
        }
        let visit = "\(story.assignment("V01")!.id)"
        #expect(throws: HouseholdCases.Refusal.notAllowed(field: "assignment")) {
            try story.act(.delivered, "06-15 10:00", assignment: visit, evidence: [photo])
        }
        #expect(throws: HouseholdCases.Refusal.missing(field: "reason")) {
            try story.act(.dismissed, "06-15 10:00", alerts: ["a1"])
        }
        #expect(throws: HouseholdCases.Refusal.notAllowed(field: "assignment")) {
            try story.act(.relieved, "06-15 10:00", assignment: id, evidence: [photo])
        }
        #expect(story.cases == before)
    }

    @Test("acknowledging accepts what is named, or all")
    func acknowledged() throws {
        var story = try opened()
        try story.act(
            .acknowledged, "06-15 10:00", assignment: "\(story.assignment("H01")!.id)")
        #expect(story.current.assignments.map(\.state) == [.proposed, .proposed, .accepted])
        try story.act(.acknowledged, "06-15 10:05")
        #expect(story.current.assignments.map(\.state) == [.accepted, .accepted, .accepted])
        #expect(story.assignment("H01")?.revision == 2)
    }

    @Test("an answer that comes late is taken with its own time, one from the future with ours")
    func times() throws {
        var story = try opened()
        story.run(until: Samples.at("06-16 09:00"))
        _ = try story.receive(
            Action(id: "late", kind: .visited, at: Samples.at("06-16 08:00")), "06-16 12:00")
        #expect(story.assignment("V01")?.deliveredAt == Samples.at("06-16 08:00"))
        #expect(story.assignmentsTold.contains("V01 overdue"))
        _ = try story.receive(
            Action(
                id: "ahead", kind: .delivered, assignment: "\(story.assignment("H06")!.id)",
                at: Samples.at("12-01 00:00"), evidence: [photo]), "06-16 13:00")
        #expect(story.assignment("H06")?.deliveredAt == Samples.at("06-16 13:00"))
    }

    @Test("an answer to a closed case is recorded, and a withdrawn measure may have been given")
    func closed() throws {
        var story = try opened()
        let id = "\(story.assignment("H06")!.id)"
        story.receive(Samples.alert("a1", .red, revision: 2, state: .withdrawn), "06-15 10:00")
        #expect(story.current.isClosed)
        try story.act(.delivered, "06-15 11:00", assignment: id, evidence: [photo])
        #expect(story.assignment("H06")?.state == .delivered)
        #expect(story.current.stage == "closed")
        #expect(story.current.answers.count == 1)
    }

    @Test("what is remembered of answers is bounded")
    func bounded() throws {
        var story = try opened()
        for number in 0..<(Limits.seenActions + 10) {
            try story.act(.acknowledged, "06-15 10:00", id: "n\(number)")
        }
        #expect(story.cases.seenActions.count == Limits.seenActions)
        #expect(story.current.answers.count == Limits.answers)
    }
}
