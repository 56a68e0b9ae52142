import Casework
import Foundation
import Households
import Streams
import Testing

@testable import Workers

@Suite("Casework: state")
struct CaseworkStateTests {
    /// A small generator, so that a seed says everything (SplitMix64).
    struct Random {
        var seed: UInt64

        mutating func next(_ count: Int) -> Int {
            seed &+= 0x9E37_79B9_7F4A_7C15
            var z = seed
            z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            return Int((z ^ z >> 31) % UInt64(count))
        }

        mutating func chance(_ percent: Int) -> Bool { next(100) < percent }
    }

    private func encoded(_ state: CaseworkState) -> [UInt8] {
        var bytes: [UInt8] = []
        state.encode(into: &bytes)
        return bytes
    }

    private func decoded(_ bytes: [UInt8]) throws -> CaseworkState {
        try bytes.withUnsafeBytes { try CaseworkState(decoding: $0) }
    }

    /// One step of a random history; gives the changes. Both states take the same step.
    private func step(
        _ random: inout Random, _ time: Int64, _ household: String, _ plan: CasePlan
    ) -> (inout CaseworkState) -> [HouseholdCases.Change] {
        let id = random.next(6)
        // Some ids are no pseudonyms, as those of other monitors may be.
        let alert = id % 2 == 0 ? "alert-\(id)-\(time / 40_000_000_000)"
            : "\(Pseudonym.digest("\(id) \(time / 40_000_000_000)"))"
        if random.chance(60) {
            let levels = AlertLevel.allCases
            let states = Alert.State.allCases
            let told = Alert(
                id: alert, revision: Int64(random.next(50)),
                state: random.chance(70) ? .open : states[random.next(states.count)],
                rule: "RULE-\(id)", division: Division("52990110020\(random.next(3))")!,
                cause: random.chance(90) ? Measure.causes[random.next(11)] : "new cause",
                level: levels[random.next(levels.count)],
                visit: random.chance(50) ? "\(Pseudonym.digest("v\(id)"))" : nil,
                isSuperseded: random.chance(20), proposes: random.chance(60) ? ["H06", "H01"] : [])
            return { $0.cases.receive(told, household: household, at: time, plan) }
        }
        if random.chance(20) {
            let notice = StandingNotice(
                state: [.monitored, .monitored, .eliminated, nil][random.next(4)],
                division: Division("52990110020\(random.next(3))")!, hasLabour: random.chance(70))
            return { $0.cases.receive(notice, at: time, plan) }
        }
        let kind = Action.Kind.allCases[random.next(Action.Kind.allCases.count)]
        let which = random.next(8)
        let evidence = random.chance(50)
            ? [Evidence(kind: "photo", sha256: "\(which)", takenAt: "")] : []
        let reason = random.chance(70) ? "reason-\(which)" : nil
        let name = "action \(random.next(400))"
        let names = random.chance(30)
        return { state in
            let assignments = state.cases.current?.assignments ?? []
            let action = Action(
                id: name, kind: kind, alerts: names ? [alert] : [],
                assignment: assignments.isEmpty
                    ? nil : "\(assignments[which % assignments.count].id)",
                at: time - Int64(which) * 60_000, reason: reason, evidence: evidence)
            return (try? state.cases.receive(action, at: time, plan)) ?? []
        }
    }

    @Test("a state that is written and read before each step lives the same life")
    func roundTrip() throws {
        let given = ProcessInfo.processInfo.environment["SHOUWANG_TEST_SEED"].flatMap(UInt64.init)
        let plan = try CaseworkSamples.plan(whole: true)
        for seed in given.map({ [$0] }) ?? Array(1...30) {
            var random = Random(seed: seed)
            var kept = CaseworkState()
            var stored = CaseworkState()
            var time = CaseworkSamples.time("06-15T09:00")
            var changes = 0
            for _ in 0..<150 {
                time += Int64(random.next(40 * 3_600)) * 1_000
                while let due = kept.wakeAt, due <= time {
                    let one = kept.cases.wake(
                        at: due, household: CaseworkSamples.household, plan)
                    #expect(stored.wakeAt == due, "seed \(seed)")
                    stored = try decoded(encoded(stored))
                    #expect(stored.cases.wake(
                        at: due, household: CaseworkSamples.household, plan) == one, "seed \(seed)")
                    try #require((kept.wakeAt ?? .max) > due, "seed \(seed)")
                    changes += one.count
                }
                let take = step(&random, time, CaseworkSamples.household, plan)
                let one = take(&kept)
                stored = try decoded(encoded(stored))
                let other = take(&stored)
                #expect(one == other, "seed \(seed)")
                try #require(kept == stored, "seed \(seed)")
                #expect(encoded(kept) == encoded(stored), "seed \(seed)")
                changes += one.count
                checkInvariants(kept, seed)
            }
            #expect(changes > 20, "seed \(seed): a history in which nothing happens tests nothing")
        }
    }

    /// What holds of every state, however it came about.
    private func checkInvariants(_ state: CaseworkState, _ seed: UInt64) {
        guard let subject = state.cases.current else { return }
        let outstanding = subject.assignments.filter(\.isOutstanding)
        #expect(
            outstanding.filter { $0.measure == "V01" }.count <= 1, "seed \(seed): one visit")
        #expect(Set(subject.assignments.map(\.id)).count == subject.assignments.count)
        #expect(Set(subject.visits.map(\.id)).count == subject.visits.count)
        for clock in subject.clocks {
            guard let assignment = clock.assignment else { continue }
            #expect(outstanding.contains { $0.id == assignment }, "seed \(seed): a stray clock")
        }
        let isDone =
            subject.alerts.allSatisfy { $0.state != .open } && outstanding.isEmpty
        #expect(subject.isClosed == isDone, "seed \(seed)")
        #expect(subject.isClosed == (subject.stage == "closed"), "seed \(seed)")
        #expect(!subject.isClosed || subject.wakeAt == nil, "seed \(seed)")
        #expect(
            subject.clocks.contains { $0.name == "PRC-02" } == (subject.decision == .owed)
                || subject.isClosed, "seed \(seed)")
        let owed = state.cases.standing?.clocks.filter { $0.name == "PRC-04" }.count ?? 0
        #expect(owed <= 1, "seed \(seed)")
    }

    @Test("an unknown household is empty and asks for no wake-up")
    func empty() {
        #expect(CaseworkState().isEmpty)
        #expect(CaseworkState().wakeAt == nil)
    }

    @Test("a foreign version, a cut or a longer record is refused, a changed byte never traps")
    func damaged() throws {
        let plan = try CaseworkSamples.plan(whole: true)
        var random = Random(seed: 7)
        var state = CaseworkState()
        var time = CaseworkSamples.time("06-15T09:00")
        for _ in 0..<40 {
            time += 3_600_000
            _ = step(&random, time, CaseworkSamples.household, plan)(&state)
        }
        let bytes = encoded(state)
        #expect(try decoded(bytes) == state)
        for length in 0..<bytes.count {
            #expect(throws: (any Error).self) { try decoded(Array(bytes[..<length])) }
        }
        #expect(throws: (any Error).self) { try decoded(bytes + [0]) }
        var foreign = bytes
        foreign[0] = CaseworkState.version + 1
        #expect(throws: (any Error).self) { try decoded(foreign) }
        for index in bytes.indices {
            for value in [UInt8(0), 0x7f, 0xff, bytes[index] ^ 0x80] {
                var changed = bytes
                changed[index] = value
                _ = try? decoded(changed)
            }
        }
    }

    @Test("a case of a few alerts and measures takes a few hundred bytes")
    func size() throws {
        let plan = try CaseworkSamples.plan()
        var state = CaseworkState()
        let time = CaseworkSamples.time("06-15T09:00")
        for number in 1...3 {
            let alert = Alert(
                id: "\(Pseudonym.digest("\(number)"))", revision: 1, state: .open, rule: "MED-07",
                division: Division(CaseworkSamples.division)!, cause: "illness", level: .orange,
                proposes: ["H06", "H01"])
            _ = state.cases.receive(
                alert, household: CaseworkSamples.household, at: time, plan)
        }
        #expect(encoded(state).count < 300)
    }
}
