import Casework
import Households
import Testing

@Suite("Monitored households: PRC-03a, PRC-03b, PRC-04, PRC-05, PRC-06")
struct StandingTests {
    @Test("nobody in touch for 30 days is told to the township, 30 days later to the county")
    func contact() throws {
        var story = try Story(whole: true)
        story.register(.monitored, hasLabour: false, "03-01 08:00")
        story.run(until: Samples.at("12-31 00:00"))
        #expect(
            story.rings == [
                "PRC-06 village>township 2026-03-31", "PRC-06 township>county 2026-04-30",
            ])
        #expect(story.escalations.allSatisfy { $0.1.caseID == nil })
        #expect(Set(story.escalations.map(\.1.id)).count == 1)
        #expect(story.escalations.map(\.1.revision) == [1, 2])
        #expect(story.cases.current == nil)
    }

    @Test("visits, calls and deliveries are contact; after the elimination a quarter is enough")
    func contacts() throws {
        var story = try Story(whole: true)
        story.register(.monitored, hasLabour: false, "03-01 08:00")
        try story.act(.visited, "03-25 10:00")
        try story.act(.contacted, "04-20 10:00")
        // Told late: what an officer did before the last contact moves nothing back.
        try story.receive(
            Action(id: "late", kind: .contacted, at: Samples.at("03-30 10:00")), "04-21 10:00")
        story.register(.eliminated, hasLabour: false, "05-10 08:00")
        story.run(until: Samples.at("08-08 07:59"))
        #expect(story.rings == [])
        story.run(until: Samples.at("08-08 08:00"))
        #expect(story.rings == ["PRC-06 village>township 2026-08-08"])
        story.register(nil, "08-20 08:00")
        story.run(until: Samples.at("12-31 00:00"))
        #expect(story.rings.count == 1)
        #expect(throws: HouseholdCases.Refusal.unknown(field: "household")) {
            try story.act(.contacted, "12-31 10:00")
        }
    }

    @Test("where somebody can work, half a year without a measure that helps to earn is told once")
    func development() throws {
        var story = try Story(whole: true)
        story.register(.monitored, "03-01 08:00")
        for (month, day) in [("03", "20"), ("04", "10"), ("05", "01"), ("05", "25"), ("06", "20"),
            ("07", "15"), ("08", "10"), ("09", "05"), ("10", "01"), ("10", "25"), ("11", "20")]
        {
            try story.act(.contacted, "\(month)-\(day) 10:00")
        }
        #expect(story.rings == ["PRC-04 township>county 2026-08-31"])
        story.register(.monitored, hasLabour: false, "11-21 10:00")
        story.register(.monitored, hasLabour: true, "11-22 10:00")
        story.run(until: Samples.at("12-19 00:00"))
        #expect(story.rings.count == 1)
    }

    @Test("nobody who can work, no register, or such a measure delivered: nothing is told")
    func developed() throws {
        for way in 0..<4 {
            var story = try Story(whole: true)
            story.receive(
                Samples.alert("a", .orange, rule: "EMP-01", cause: "employment", proposes: ["H47"]),
                "03-01 07:00")
            try story.act(.visited, "03-01 07:30")
            let id = "\(try #require(story.assignment("H47")).id)"
            // Before the identification, and after it.
            if way == 0 {
                try story.act(.delivered, "03-01 07:40", assignment: id, evidence: [photo])
            }
            story.register(.monitored, hasLabour: way != 2, "03-01 08:00")
            if way == 1 {
                try story.act(.delivered, "03-05 07:40", assignment: id, evidence: [photo])
            }
            if way == 3 { story.register(nil, "03-20 08:00") }
            story.run(until: Samples.at("12-31 00:00"))
            #expect(!story.rings.contains { $0.hasPrefix("PRC-04") }, "way \(way)")
        }
    }

    @Test("the county's decision starts both clocks before the register follows")
    func decision() throws {
        var story = try Story(whole: true)
        story.receive(Samples.alert("a", .orange), "03-01 07:00")
        try story.act(.visited, "03-01 07:30")
        try story.act(.identified, "03-02 08:00")
        #expect(story.cases.standing?.state == .monitored)
        #expect(story.cases.standing?.clocks.map(\.name) == ["PRC-06", "PRC-03a", "PRC-03b"])
        // Who can work is for the register to say.
        story.register(.monitored, "03-03 08:00")
        #expect(
            story.cases.standing?.clocks.map(\.name) == ["PRC-06", "PRC-03a", "PRC-03b", "PRC-04"])
    }

    @Test("identified with an open case: a measure is planned in 10 days and delivered in 30")
    func measures() throws {
        // Nothing proposed; proposed in time; delivered in time; proposed and taken back.
        for (way, told) in [
            (0, ["PRC-03a 2026-03-12", "PRC-03b 2026-04-01"]), (1, ["PRC-03b 2026-04-01"]), (2, []),
            (3, ["PRC-03a 2026-03-12", "PRC-03b 2026-04-01"]),
        ] {
            var story = try Story(whole: true)
            story.receive(
                Samples.alert("a", .orange, proposes: way == 3 ? ["H22"] : []), "03-01 07:00")
            try story.act(.visited, "03-01 07:30")
            if way == 3 {
                story.receive(
                    Samples.alert("b", .orange, rule: "INC-01"), "03-01 07:40")
                story.receive(
                    Samples.alert("a", .orange, revision: 2, state: .withdrawn), "03-01 07:50")
                #expect(story.assignment("H22")?.state == .withdrawn)
            }
            try story.act(.identified, "03-02 08:00")
            if way == 1 || way == 2 {
                story.receive(
                    Samples.alert("b", .orange, rule: "INC-01", proposes: ["H22"]), "03-05 07:00")
            }
            if way == 2 {
                let id = "\(try #require(story.assignment("H22")).id)"
                try story.act(.delivered, "03-20 10:00", assignment: id, evidence: [photo])
            }
            story.run(until: Samples.at("05-01 00:00"))
            #expect(
                story.rings.filter { $0.hasPrefix("PRC-03a") || $0.hasPrefix("PRC-03b") }
                    .map { $0.replacing(" township>county", with: "") } == told, "way \(way)")
        }
    }

    @Test("who was in the register before is owed no measure that is not known here")
    func registered() throws {
        var story = try Story(whole: true)
        story.register(.monitored, "03-01 08:00")
        #expect(story.cases.standing?.clocks.map(\.name) == ["PRC-06", "PRC-04"])
        // Nor by a case that was closed long before.
        story = try Story(whole: true)
        story.receive(Samples.alert("a", .orange), "01-05 07:00")
        try story.act(.visited, "01-05 07:30")
        story.receive(Samples.alert("a", .orange, revision: 2, state: .cleared), "01-06 07:00")
        #expect(story.cases.current?.isClosed == true)
        story.register(.monitored, "03-01 08:00")
        #expect(story.cases.standing?.clocks.map(\.name) == ["PRC-06", "PRC-04"])
    }

    @Test("a delivery without a document of the right kind is told to the county at once")
    func proof() throws {
        let receipt = Evidence(kind: "receipt", sha256: "ab", takenAt: "2026-06-16T10:00:00+08:00")
        for (evidence, told) in [([receipt], true), ([receipt, photo], false)] {
            var story = try Story(whole: true)
            story.receive(Samples.alert("a", .orange, proposes: ["H22", "H06"]), "06-15 09:37")
            let id = "\(try #require(story.assignment("H22")).id)"
            try story.act(.delivered, "06-16 10:00", assignment: id, evidence: evidence)
            #expect(story.rings == (told ? ["PRC-05 village>county 2026-06-16"] : []))
            #expect(story.assignment("H22")?.state == .delivered)
            let relief = "\(try #require(story.assignment("H06")).id)"
            try story.act(.relieved, "06-16 11:00", assignment: relief, evidence: evidence)
            #expect(story.rings.count == (told ? 2 : 0))
        }
    }
}
