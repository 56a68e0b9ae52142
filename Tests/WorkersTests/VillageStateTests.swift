import Households
import JSON
import Kafka
import Streams
import StreamsTesting
import Testing

@testable import Workers

struct VillageStateTests {
    private static let village = "529901100201"

    private func encoded(_ state: VillageState) -> [UInt8] {
        var bytes: [UInt8] = []
        state.encode(into: &bytes)
        return bytes
    }

    private func decoded(_ bytes: [UInt8]) throws -> VillageState {
        try bytes.withUnsafeBytes { try VillageState(decoding: $0) }
    }

    private func share(_ alerts: String...) -> VillageShare {
        var share = VillageShare()
        share.alerts = alerts.map { Day(iso: $0)! }
        return share
    }

    private func sample() -> VillageState {
        var state = VillageState()
        for name in ["c", "a", "b"] { state.put(Pseudonym.digest(name), share("2026-03-05")) }
        state.leave(Pseudonym.digest("b"), on: Day(iso: "2026-03-10")!)
        state.episodes = [
            VillageState.Episode(
                rule: "ARE-01", number: 2, openedOn: Day(iso: "2026-03-05")!,
                groundedOn: Day(iso: "2026-03-07")!, endedOn: nil),
            VillageState.Episode(
                rule: "EMP-07", number: 1, openedOn: Day(iso: "2026-01-05")!,
                groundedOn: Day(iso: "2026-01-05")!, endedOn: Day(iso: "2026-02-05")!),
        ]
        state.wakeAt = Day(iso: "2026-03-06")!.start
        return state
    }

    @Test func `a state is read as it was written; a foreign, cut or longer one is refused`() throws {
        let state = sample()
        let bytes = encoded(state)
        #expect(try decoded(bytes) == state)
        for length in bytes.indices {
            #expect(throws: (any Error).self) { try decoded(Array(bytes[..<length])) }
        }
        #expect(throws: (any Error).self) { try decoded(bytes + [0]) }
        #expect(throws: (any Error).self) { try decoded([1] + bytes.dropFirst()) }
        for index in bytes.indices {
            for value in [UInt8(0), 0x7f, 0xff] {
                var changed = bytes
                changed[index] = value
                _ = try? decoded(changed)
            }
        }
        #expect(VillageState().isEmpty && !state.isEmpty)
    }

    @Test func `the latest word of a household counts, and one that left counts up to that day`() {
        var state = sample()
        #expect(state.shares(on: Day(iso: "2026-03-09")!).count == 3)
        #expect(state.shares(on: Day(iso: "2026-03-10")!).count == 2)
        state.put(Pseudonym.digest("a"), share())
        #expect(state.shares(on: Day(iso: "2026-03-09")!).filter(\.alerts.isEmpty).count == 1)
        // Back again.
        state.put(Pseudonym.digest("b"), share())
        #expect(state.shares(on: Day(iso: "2026-03-10")!).count == 3)
    }

    @Test func `a household that left is kept while an open alert looks back at it`() {
        var state = sample()
        state.prune(before: Day(iso: "2026-06-10")!)
        #expect(state.households.count == 3)
        state.episodes[0].endedOn = Day(iso: "2026-06-01")!
        state.prune(before: Day(iso: "2026-06-10")!)
        #expect(state.households.count == 2)
    }

    private func run(_ records: [(key: String?, value: [UInt8])]) throws -> ReplayDriver {
        let policy = Policy(lines: [], disposable: [], divisions: [:])
        let driver = ReplayDriver()
        driver.add(
            Topology(
                name: "area", input: "area.events",
                processor: AreaProcessor(
                    rules: try County.areaRules(
                        folder: "\(IntakeHarness.root)/Pipelines/area",
                        policy: policy),
                    plan: try CaseworkSamples.plan())))
        driver.collect("area.alerts", "dead.area")
        for (number, record) in records.enumerated() {
            try driver.feed(
                OwnedRecord(
                    topic: "area.events",
                    timestamp: Day(iso: "2026-03-05")!.start + Int64(number) * 1_000,
                    key: record.key.map { Array($0.utf8) }, value: record.value, headers: []))
        }
        return driver
    }

    private func message(_ name: String, _ share: VillageShare?) -> [UInt8] {
        var bytes: [UInt8] = []
        VillageMessage.encode(Pseudonym.digest(name), share.map { share in
            var inner: [UInt8] = []
            share.encode(into: &inner)
            return inner
        }, into: &bytes)
        return bytes
    }

    @Test func `an alert names the village and its township, what it rests on, and until when`() throws {
        let driver = try run(
            ["a", "b", "c"].map { (Self.village, message($0, share("2026-03-05"))) })
        let alerts = driver.outputs("area.alerts")
        #expect(alerts.count == 1)
        let alert = try #require(alerts.first)
        #expect(String(decoding: alert.key ?? [], as: UTF8.self) == Self.village)
        #expect(CaseworkSamples.header("ce_type", alert) == "shouwang.areaAlert.opened.v1")
        let json = try CaseworkSamples.json(alert)
        #expect(json["rule"]?.stringValue == "ARE-01")
        #expect(json["township"]?.stringValue == "529901100")
        // Thursday the 5th; three working days for orange.
        #expect(json["dueAt"]?.stringValue == "2026-03-10T00:00:02+08:00")
        #expect(json["figures"]?["households"]?.int64 == 3)
        #expect(json["household"] == nil)
    }

    @Test func `a record that is no village's, or damaged, is a dead letter and changes nothing`() throws {
        let good = message("a", share("2026-03-05"))
        let driver = try run([
            ("529901100", good), (nil, good), (Self.village, Array(good.dropLast())),
            (Self.village, good + [0]), (Self.village, [9] + good.dropFirst()),
        ])
        #expect(driver.outputs("dead.area").count == 5)
        #expect(driver.outputs("area.alerts").isEmpty)
    }
}
