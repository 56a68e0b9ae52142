import Casework
import Households
import Testing

@Suite("The life of a case")
struct CaseLifeTests {
    @Test("a visit in time and a delivered measure lead to the end of the case")
    func visitInTime() throws {
        var story = try Story()
        story.receive(
            Samples.alert("a1", .orange, visit: "v1", proposes: ["H06", "H01"]), "06-15 09:37")
        #expect(story.current.stage == "assigned")
        #expect(story.assignmentsTold == ["V01 proposed", "H06 proposed", "H01 proposed"])
        #expect(story.assignment("V01")?.dueAt == Samples.at("06-18 09:37"))
        #expect(story.assignment("H06")?.dueAt == Samples.at("06-17 09:37"))
        #expect(story.assignment("H06")?.reasons == ["a1"])
        #expect(story.current.visits.map(\.id) == ["v1"])
        #expect(story.current.openedAt == Samples.at("06-15 09:37"))

        try story.act(.acknowledged, "06-15 10:00", alerts: ["a1"])
        #expect(story.assignment("V01")?.state == .accepted)
        #expect(story.current.stage == "assigned")

        try story.act(.visited, "06-16 11:00", alerts: ["a1"])
        #expect(story.current.stage == "visited")
        #expect(story.assignment("V01")?.state == .delivered)
        #expect(story.assignment("V01")?.deliveredAt == Samples.at("06-16 11:00"))

        try story.act(
            .delivered, "06-16 15:00", assignment: "\(story.assignment("H06")!.id)",
            evidence: [photo])
        #expect(story.current.stage == "measures")
        #expect(story.assignment("H06")?.evidence == [photo])
        story.receive(Samples.alert("a1", .orange, revision: 2, state: .cleared), "06-17 00:00")
        #expect(!story.current.isClosed, "the allowance is still to be delivered")
        try story.act(
            .delivered, "06-18 15:00", assignment: "\(story.assignment("H01")!.id)",
            evidence: [photo])
        #expect(story.current.stage == "closed")
        #expect(story.current.closedAt == Samples.at("06-18 15:00"))
        #expect(story.cases.wakeAt == nil)
        #expect(story.escalations.isEmpty)
    }

    @Test("two alerts share one visit, due by the higher level, each measure once")
    func twoAlertsOneVisit() throws {
        var story = try Story()
        story.receive(Samples.alert("a1", .yellow, proposes: ["H01"]), "06-15 09:00")
        #expect(story.assignment("V01")?.dueAt == Samples.at("06-24 09:00"))
        story.receive(
            Samples.alert(
                "a2", .orange, rule: "INC-01", cause: "income", proposes: ["H01", "H06"]),
            "06-15 10:00")
        #expect(story.current.assignments.map(\.measure) == ["V01", "H01"])
        let visit = try #require(story.assignment("V01"))
        #expect(visit.dueAt == Samples.at("06-18 10:00"))
        #expect(visit.reasons == ["a1", "a2"])
        #expect(visit.revision == 2)
        #expect(story.assignment("H01")?.reasons == ["a1", "a2"])
        #expect(story.assignment("H01")?.dueAt == Samples.at("07-28 09:00"))
        #expect(story.current.causes == ["illness", "income"])
        #expect(story.current.clocks.count == 2)
    }

    @Test("an alert for which another speaks is recorded and asks for nothing")
    func superseded() throws {
        var story = try Story()
        let quiet = Samples.alert(
            "a1", .yellow, rule: "MED-04", isSuperseded: true, proposes: ["H06"])
        let nothing = story.receive(quiet, "06-15 09:00")
        #expect(nothing.isEmpty)
        #expect(story.cases.current == nil)
        story.receive(Samples.alert("a2", .orange), "06-15 09:00")
        #expect(story.current.alerts.map(\.id) == ["a1", "a2"])
        #expect(story.assignmentsTold == ["V01 proposed"])
        #expect(story.assignment("V01")?.reasons == ["a2"])
        #expect(story.cases.waiting.isEmpty)

        // The speaker is withdrawn: the quiet one speaks for itself, with a visit of its own.
        story.receive(Samples.alert("a2", .orange, revision: 2, state: .withdrawn), "06-15 10:00")
        #expect(!story.current.isClosed)
        story.receive(
            Samples.alert("a1", .yellow, revision: 2, rule: "MED-04", proposes: ["H06"]),
            "06-15 10:00")
        #expect(
            story.assignmentsTold
                == ["V01 proposed", "V01 withdrawn", "V01 proposed", "H06 proposed"])
        #expect(story.current.stage == "assigned")
    }

    @Test("a visit answers quiet alerts too: one that speaks for itself later asks for no other")
    func visitOfQuietAlerts() throws {
        var story = try Story()
        story.receive(
            Samples.alert("a1", .yellow, rule: "MED-04", visit: "v1", isSuperseded: true),
            "06-15 09:00")
        story.receive(Samples.alert("a2", .orange, visit: "v1"), "06-15 09:00")
        try story.act(.visited, "06-15 12:00")
        story.receive(
            Samples.alert(
                "a1", .yellow, revision: 2, rule: "MED-04", visit: "v1", proposes: ["H01"]),
            "06-16 10:00")
        story.receive(Samples.alert("a2", .orange, revision: 2, state: .withdrawn), "06-16 10:00")
        #expect(story.assignmentsTold == ["V01 proposed", "V01 delivered", "H01 proposed"])
        #expect(story.current.visits.map(\.id) == ["v1"])
        #expect(story.current.stage == "visited")
    }

    @Test("a quiet alert that ends before any case leaves nothing")
    func supersededEnds() throws {
        var story = try Story()
        story.receive(Samples.alert("a1", .yellow, isSuperseded: true), "06-15 09:00")
        story.receive(
            Samples.alert("a1", .yellow, revision: 2, state: .cleared, isSuperseded: true),
            "06-16 09:00")
        #expect(story.told.isEmpty)
        #expect(story.cases == HouseholdCases())
    }

    @Test("a withdrawn alert takes its measures back, those with another reason stay")
    func withdrawn() throws {
        var story = try Story()
        story.receive(Samples.alert("a1", .red, proposes: ["H06", "H01"]), "06-15 09:00")
        story.receive(
            Samples.alert("a2", .yellow, rule: "INC-01", cause: "income", proposes: ["H01"]),
            "06-15 09:30")
        story.receive(Samples.alert("a1", .red, revision: 2, state: .withdrawn), "06-15 12:00")
        #expect(story.assignment("H06")?.state == .withdrawn)
        #expect(story.assignment("H01")?.state == .proposed)
        #expect(story.assignment("V01")?.state == .proposed)
        #expect(!story.current.clocks.contains { $0.name == "PRC-07" })
        #expect(story.current.causes == ["income"])
        story.receive(
            Samples.alert("a2", .yellow, revision: 2, state: .withdrawn, cause: "income"),
            "06-15 13:00")
        #expect(story.current.stage == "closed")
        #expect(story.current.assignments.allSatisfy { $0.state == .withdrawn })
        #expect(story.cases.wakeAt == nil)
    }

    @Test("a measure that was withdrawn is given anew with an id of its own")
    func givenAgain() throws {
        var story = try Story()
        story.receive(Samples.alert("a0", .yellow), "06-15 08:00")
        story.receive(Samples.alert("a1", .yellow, proposes: ["H06"]), "06-15 09:00")
        story.receive(Samples.alert("a1", .yellow, revision: 2, state: .withdrawn), "06-15 10:00")
        story.receive(Samples.alert("a2", .yellow, proposes: ["H06"]), "06-15 11:00")
        let both = story.current.assignments.filter { $0.measure == "H06" }
        #expect(both.map(\.state) == [.withdrawn, .proposed])
        #expect(both.map(\.number) == [1, 2])
        #expect(both[0].id != both[1].id)
    }

    @Test("a later alert opens a new case that names the one before")
    func previous() throws {
        var story = try Story()
        story.receive(Samples.alert("a1", .yellow), "06-15 09:00")
        try story.act(.visited, "06-15 12:00")
        story.receive(Samples.alert("a1", .yellow, revision: 2, state: .cleared), "06-16 00:00")
        let first = story.current
        #expect(first.isClosed)
        story.receive(Samples.alert("a2", .yellow), "07-16 00:00")
        #expect(story.current.id != first.id)
        #expect(story.current.previous == first.id)
        #expect(story.current.id == Case.id(of: Samples.household, number: 2))
        #expect(story.assignment("V01")?.id != first.assignments[0].id)
    }

    @Test("an alert that opens after the visit asks for a new one, an updated one does not")
    func secondVisit() throws {
        var story = try Story()
        story.receive(Samples.alert("a1", .yellow, visit: "v1"), "06-15 09:00")
        try story.act(.visited, "06-15 12:00")
        story.receive(Samples.alert("a1", .orange, revision: 2, visit: "v1"), "06-15 13:00")
        #expect(story.current.visits.map(\.id) == ["v1"])
        story.receive(Samples.alert("a2", .yellow, visit: "v1"), "06-16 09:00")
        #expect(story.current.visits.count == 2)
        #expect(story.current.visits[1].id != "v1", "a visit of its own")
        #expect(story.current.stage == "assigned")
        #expect(story.assignment("V01")?.number == 2)
        #expect(story.assignment("V01")?.reasons == ["a2"])
    }

    @Test("a dismissed alert ends its part of the case, the officer's word alone is recorded")
    func dismissed() throws {
        var story = try Story()
        story.receive(Samples.alert("a1", .orange, proposes: ["H06"]), "06-15 09:00")
        try story.act(.dismissed, "06-15 12:00", alerts: ["a1"], reason: "recovered")
        #expect(story.current.answers.map(\.reason) == ["recovered"])
        #expect(story.assignment("H06")?.state == .proposed)
        story.receive(Samples.alert("a1", .orange, revision: 2, state: .dismissed), "06-15 12:01")
        #expect(story.assignment("H06")?.state == .withdrawn)
        #expect(story.current.isClosed)
    }

    @Test("measures that answer neither cause nor rule, or are not eligible, are not given")
    func eligibility() throws {
        var story = try Story()
        let proposes = ["H47", "H22", "V01", "X99"]
        story.receive(
            Samples.alert(
                "a1", .yellow, rule: "EMP-01", cause: "employment", proposes: proposes,
                facts: AlertFacts(levelReasons: ["noLabour"])),
            "06-15 09:00")
        #expect(story.current.assignments.map(\.measure) == ["V01"])
        story.receive(
            Samples.alert("a2", .yellow, rule: "EMP-08", cause: "employment", proposes: proposes),
            "06-15 10:00")
        #expect(story.current.assignments.map(\.measure) == ["V01", "H47"])
    }

    @Test("an old or repeated revision of an alert changes nothing")
    func revisions() throws {
        var story = try Story()
        story.receive(Samples.alert("a1", .yellow, revision: 3), "06-15 09:00")
        let before = story.cases
        story.receive(Samples.alert("a1", .red, revision: 2), "06-15 10:00")
        story.receive(Samples.alert("a1", .yellow, revision: 3), "06-15 10:00")
        #expect(story.cases == before)
        // New evidence alone is no news about the case.
        let news = story.receive(Samples.alert("a1", .yellow, revision: 4), "06-15 11:00")
        #expect(news.isEmpty)
        #expect(story.told.count == 2)
    }
}
