import Casework
import Households
import Testing

@Suite("The county's decision: PRC-02, and the stages up to elimination")
struct DecisionTests {
    @Test("a clue without a decision is told to the county after 15 days, once")
    func overdue() throws {
        var story = try Story(whole: true)
        story.receive(Samples.alert("a", .orange), "06-15 09:37")
        #expect(story.current.decision == .owed)
        try story.act(.visited, "06-16 10:00")
        story.run(until: Samples.at("06-30 09:36"))
        #expect(story.rings == [])
        story.run(until: Samples.at("09-30 00:00"))
        #expect(story.rings == ["PRC-02 township>county 2026-06-30"])
        #expect(story.escalations[0].1.caseID == story.current.id)
        #expect(story.current.decision == .overdue)
    }

    @Test("the clock stops when the county identifies the household, or declines with a reason")
    func decided() throws {
        for kind in [Action.Kind.identified, .declined] {
            var story = try Story(whole: true)
            story.receive(Samples.alert("a", .yellow), "06-15 09:37")
            try story.act(.visited, "06-16 10:00")
            if kind == .declined {
                #expect(throws: HouseholdCases.Refusal.missing(field: "reason")) {
                    try story.act(kind, "06-17 10:00")
                }
                #expect(story.current.decision == .owed)
            }
            try story.act(kind, "06-18 10:00", reason: "checked")
            #expect(story.current.decision == (kind == .identified ? .identified : .declined))
            #expect(!story.current.clocks.contains { $0.name == "PRC-02" })
            #expect(story.current.stage == (kind == .identified ? "identified" : "visited"))
            story.run(until: Samples.at("07-14 00:00"))
            // A household that is monitored is owed a measure.
            #expect(
                story.rings
                    == (kind == .identified ? ["PRC-03a township>county 2026-06-28"] : []))
        }
    }

    @Test("a blue alert asks for no decision; one that turns yellow does from then on")
    func blue() throws {
        var story = try Story(whole: true)
        story.receive(Samples.alert("a", .blue), "06-01 09:37")
        #expect(story.current.decision == .notOwed)
        try story.act(.visited, "06-02 10:00")
        story.receive(Samples.alert("a", .yellow, revision: 2), "06-10 08:00")
        #expect(story.current.decision == .owed)
        story.run(until: Samples.at("06-25 08:00"))
        #expect(story.rings == ["PRC-02 township>county 2026-06-25"])
    }

    @Test("what a dismissal leaves without an open alert needs no decision; a new alert does again")
    func dismissed() throws {
        var story = try Story(whole: true)
        story.receive(
            Samples.alert("a", .orange, proposes: ["H01"]), "06-01 09:37")
        try story.act(.visited, "06-02 10:00")
        try story.act(.declined, "06-03 10:00", reason: "no.risk")
        story.receive(Samples.alert("b", .orange, rule: "INC-01", cause: "income"), "06-10 09:00")
        #expect(story.current.decision == .owed)
        story.receive(Samples.alert("b", .orange, revision: 2, state: .cleared), "06-12 09:00")
        story.receive(Samples.alert("a", .orange, revision: 2, state: .cleared), "06-12 09:00")
        #expect(story.current.decision == .notOwed)
        #expect(!story.current.isClosed)
        story.run(until: Samples.at("06-29 00:00"))
        #expect(!story.rings.contains { $0.hasPrefix("PRC-02") })
    }

    @Test("a household in the register has had its decision")
    func registered() throws {
        var story = try Story(whole: true)
        story.register(.monitored, "06-01 08:00")
        story.receive(Samples.alert("a", .orange), "06-15 09:37")
        #expect(story.current.decision == .notOwed)
        var late = try Story(whole: true)
        late.receive(Samples.alert("a", .orange), "06-15 09:37")
        late.register(.monitored, "06-20 08:00")
        #expect(late.current.decision == .notOwed)
        #expect(!late.current.clocks.contains { $0.name == "PRC-02" })
    }

    @Test("identified, helped, proposed for elimination, and not after all")
    func stages() throws {
        var story = try Story(whole: true)
        story.receive(Samples.alert("a", .orange, proposes: ["H01"]), "06-15 09:37")
        var stages = [story.current.stage]
        for (kind, time) in [
            (Action.Kind.visited, "06-16 10:00"), (.identified, "06-18 10:00"),
            (.eliminationWithdrawn, "06-18 11:00"), (.acknowledged, "06-19 10:00"),
            (.eliminationProposed, "06-20 10:00"), (.eliminationWithdrawn, "06-21 10:00"),
        ] {
            try story.act(kind, time)
            stages.append(story.current.stage)
        }
        #expect(
            stages == [
                "assigned", "visited", "identified", "identified", "measures",
                "eliminationProposed", "measures",
            ])
    }
}
