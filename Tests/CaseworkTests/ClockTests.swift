import Casework
import Households
import Testing

@Suite("Clocks")
struct ClockTests {
    @Test("an overdue visit climbs from village to township to county, to the minute")
    func overdueVisit() throws {
        var story = try Story()
        story.receive(Samples.alert("a1", .yellow), "06-15 09:37")
        // Monday; five working days without Friday the 19th and Tuesday the 23rd.
        let due = Samples.at("06-24 09:37")
        story.run(until: due - 1)
        #expect(story.escalations.isEmpty)
        #expect(story.assignment("V01")?.state == .proposed)
        story.run(until: due)
        #expect(story.assignment("V01")?.state == .overdue)
        story.run(until: Samples.at("07-31 00:00"))
        let rungs = story.escalations
        #expect(rungs.map(\.at) == [due, Samples.at("06-25 09:37")])
        #expect(rungs.map(\.1.from) == [.village, .township])
        #expect(rungs.map(\.1.to) == [.township, .county])
        #expect(rungs.map(\.1.dueAt) == [due, due])
        #expect(rungs.map(\.1.raisedAt) == rungs.map(\.at))
        #expect(rungs.map(\.1.clock) == ["PRC-01", "PRC-01"])
        #expect(rungs.map(\.1.revision) == [1, 2])
        #expect(rungs[0].1.id == rungs[1].1.id)
        #expect(!story.current.isClosed)
        #expect(story.assignmentsTold == ["V01 proposed", "V01 overdue"])

        try story.act(.visited, "07-31 10:00")
        #expect(story.assignment("V01")?.state == .delivered)
        #expect(story.current.stage == "visited")
    }

    @Test(
        "each level has its own time for the visit",
        arguments: [
            (AlertLevel.red, "06-16 09:37"), (.orange, "06-18 09:37"), (.yellow, "06-24 09:37"),
            (.blue, "07-15 09:37"),
        ])
    func levels(_ level: AlertLevel, _ due: String) throws {
        var story = try Story()
        story.receive(Samples.alert("a1", level), "06-15 09:37")
        #expect(story.assignment("V01")?.dueAt == Samples.at(due))
    }

    @Test("a red alert without relief or visit in 24 hours goes to the county")
    func red() throws {
        var story = try Story()
        story.receive(Samples.alert("a1", .red, proposes: ["H06"]), "06-19 18:05")
        let due = Samples.at("06-20 18:05")
        story.run(until: due - 1)
        #expect(story.escalations.isEmpty)
        story.run(until: due)
        let told = story.escalations
        #expect(told.map(\.1.clock) == ["PRC-01", "PRC-07"])
        #expect(told.map(\.1.to) == [.township, .county])
        #expect(told.map(\.at) == [due, due])
        #expect(told.map(\.1.dueAt) == [due, due])
    }

    @Test("relief stops the clock of a red alert, the visit stays due")
    func relieved() throws {
        var story = try Story()
        story.receive(Samples.alert("a1", .red, proposes: ["H06"]), "06-15 09:00")
        let relief = "\(story.assignment("H06")!.id)"
        try story.act(.relieved, "06-15 11:00", assignment: relief, evidence: [photo])
        #expect(story.current.stage == "reliefFirst")
        #expect(story.assignment("H06")?.state == .delivered)
        story.run(until: Samples.at("06-16 09:00"))
        #expect(story.escalations.map(\.1.clock) == ["PRC-01"])
    }

    @Test("relief without evidence stops the clock but delivers nothing")
    func relievedWithoutEvidence() throws {
        var story = try Story()
        story.receive(Samples.alert("a1", .red, proposes: ["H06"]), "06-15 09:00")
        let relief = "\(story.assignment("H06")!.id)"
        try story.act(.relieved, "06-15 11:00", assignment: relief)
        #expect(story.assignment("H06")?.state == .accepted)
        #expect(!story.current.clocks.contains { $0.name == "PRC-07" })
        #expect(story.current.clocks.contains { $0.assignment == story.assignment("H06")?.id })
    }

    @Test("a visit stops both clocks")
    func visited() throws {
        var story = try Story()
        story.receive(Samples.alert("a1", .red), "06-15 09:00")
        try story.act(.visited, "06-16 08:59")
        #expect(story.current.clocks.isEmpty)
        story.run(until: Samples.at("06-30 00:00"))
        #expect(story.escalations.isEmpty)
    }

    @Test("an alert that turns red starts the clock then, and hastens the visit")
    func turnsRed() throws {
        var story = try Story()
        story.receive(Samples.alert("a1", .yellow), "06-15 09:00")
        story.receive(Samples.alert("a1", .red, revision: 2), "06-16 10:00")
        #expect(story.assignment("V01")?.dueAt == Samples.at("06-17 10:00"))
        story.run(until: Samples.at("06-17 10:00"))
        #expect(story.escalations.map(\.at) == [
            Samples.at("06-17 10:00"), Samples.at("06-17 10:00"),
        ])
        // Going down again gives nobody more time.
        story.receive(Samples.alert("a1", .yellow, revision: 3), "06-17 11:00")
        #expect(story.assignment("V01")?.dueAt == Samples.at("06-17 10:00"))
    }

    @Test("an overdue measure climbs from its own office on, once told as overdue")
    func measures() throws {
        var story = try Story()
        story.receive(Samples.alert("a1", .blue, proposes: ["H06", "H01", "H22"]), "06-01 09:00")
        try story.act(.visited, "06-01 10:00")
        story.run(until: Samples.at("12-31 00:00"))
        let told = story.escalations.map { "\($0.1.from.name) \($0.1.to.name) \($0.1.text.en)" }
        #expect(
            told == [
                "township county The measure 'measure H06' is overdue; see that it is delivered",
                "village township The measure 'measure H22' is overdue; see that it is delivered",
                "township county The measure 'measure H22' is overdue; see that it is delivered",
            ])
        #expect(story.escalations[0].at == Samples.at("06-03 09:00"))
        #expect(story.assignmentsTold.filter { $0.hasSuffix("overdue") } == [
            "H06 overdue", "H22 overdue", "H01 overdue",
        ])
        #expect(story.current.clocks.isEmpty)
    }

    @Test("accepting an overdue visit does not stop its clock")
    func acceptedLate() throws {
        var story = try Story()
        story.receive(Samples.alert("a1", .orange), "06-15 09:00")
        story.run(until: Samples.at("06-18 09:00"))
        try story.act(.acknowledged, "06-18 10:00")
        #expect(story.assignment("V01")?.state == .accepted)
        story.run(until: Samples.at("06-25 09:00"))
        #expect(story.escalations.map(\.1.to) == [.township, .county])
        #expect(story.escalations.last?.at == Samples.at("06-22 09:00"), "Friday is off")
    }
}
