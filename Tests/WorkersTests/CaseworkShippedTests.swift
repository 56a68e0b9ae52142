import Households
import JSON
import Streams
import StreamsTesting
import Testing

@testable import Workers

@Suite("Casework: the catalogue, process and calendar that ship")
struct CaseworkShippedTests {
    typealias Samples = CaseworkSamples

    private func run(_ alert: String, cause: String, level: String, _ proposes: [String]) throws
        -> [String]
    {
        let policy = try PolicyFolder.load("\(Samples.pipelines)/../config/policy")
        let processor = try CaseworkProcessor.load(
            folder: "\(Samples.pipelines)/casework", policy)
        let driver = ReplayDriver()
        driver.add(Topology(name: "casework", input: "case.events", processor: processor))
        driver.collect("assignments")
        try driver.feed(
            Samples.alert(
                "opened", level: level, rule: alert, cause: cause, proposes: proposes,
                at: "09-30T10:20"))
        return try driver.outputs("assignments").map { record in
            let json = try Samples.json(record)
            return "\(json["measure"]?.stringValue ?? "") \(json["level"]?.stringValue ?? "") "
                + "\(json["dueAt"]?.stringValue ?? "")"
        }
    }

    @Test("a bill that pushes a household under the line, the evening before the holidays")
    func bill() throws {
        let given = try run("MED-07", cause: "illness", level: "red", ["H06", "H16", "H18", "H24"])
        #expect(
            given == [
                "V01 village 2026-10-01T10:20:00+08:00",
                "H06 township 2026-10-02T10:20:00+08:00",
                "H16 county 2026-10-30T10:20:00+08:00",
                "H18 county 2026-10-30T10:20:00+08:00",
                "H24 county 2026-10-15T10:20:00+08:00",
            ])
    }

    @Test("working days wait for the end of the National Day holidays and take the worked Saturday")
    func nationalDay() throws {
        let given = try run("INC-01", cause: "income", level: "orange", ["H47", "H31"])
        // Off from the 1st to the 7th; the 8th, the 9th and Saturday the 10th are worked.
        #expect(
            given == [
                "V01 village 2026-10-10T10:20:00+08:00", "H47 county 2026-10-15T10:20:00+08:00",
            ])
    }
}
