import Households
import Kafka
import StreamsTesting
import Testing

@testable import Workers

/// What casework and the village are told of a household goes out with the fact that changes it,
/// also where no rule depends on such facts: else it would go out with the next whole asking, and
/// when that comes depends on restarts.
struct MonitorTellingTests {
    @Test func `what a household is told of does not wait for a rule`() throws {
        let run = try ReleaseRun(
            ReleaseSamples.files(ReleaseSamples.rule("M-01", atLeast: 99)))
        try run.feed(ReleaseSamples.member(0, of: 0, at: "2026-03-02"))
        let told = run.driver.outputs("area.events").count
        #expect(told == 1)
        #expect(run.driver.outputs("case.events").isEmpty)

        try run.feed(
            fact(.householdClass, .household(ReleaseSamples.household(0)), [
                (.householdClass, .text("edge")), (.exPoor, .integer(0)),
            ]))
        #expect(run.driver.outputs("case.events").count == 1)

        try run.feed(
            fact(.jobStarted, .person(.digest("person 0 of 0")), [
                (.employerCode, .text("e")), (.jobKind, .text("migrant")),
            ]))
        #expect(run.driver.outputs("area.events").count == told + 1)
        #expect(run.driver.outputs("dead.monitor").isEmpty)
    }

    private func fact(
        _ kind: FactKind, _ subject: Fact.Subject, _ attributes: [(attribute: Attribute, value: Fact.Value)]
    ) -> OwnedRecord {
        let day = "2026-03-02"
        let fact = Fact(
            kind: kind, subject: subject, key: .digest("\(kind)"), department: "labour",
            occurred: Day(iso: "2026-01-15")!, recorded: 3, arrived: 3,
            attributes: attributes)
        return ReleaseSamples.record(
            .set(fact, asks: true), 0, ReleaseSamples.time(day, 40_000_000))
    }
}
