import Casework
import Foundation
import Households
import YAML

/// Made-up cases for the tests of this folder.
enum Samples {
    static let household = "0123456789abcdefghjkmnpqrg"
    static let village = Division("529901100201")!

    /// An instant of 2026 in +08:00, as `06-15 09:37`.
    static func at(_ text: String) -> Int64 {
        let parts = text.split(separator: " ")
        let clock = parts[1].split(separator: ":").map { Int64($0)! }
        return Day(iso: "2026-\(parts[0])")!.start + (clock[0] * 60 + clock[1]) * 60_000
    }

    /// Nation: the week; 2026-06-19 is off, 2026-06-28 (a Sunday) is worked.
    static let policy = Policy(
        lines: [], disposable: [], divisions: [:],
        calendar: [
            Policy.CalendarDay(division: nil, date: Day(iso: "2026-06-19")!, isOff: true),
            Policy.CalendarDay(division: nil, date: Day(iso: "2026-06-28")!, isOff: false),
            Policy.CalendarDay(
                division: Division("529901"), date: Day(iso: "2026-06-23")!, isOff: true),
        ])

    static func measure(
        _ id: String, _ office: Office, _ causes: [String], _ deadline: Deadline,
        group: String = "CS", eligibility: Eligibility? = nil, isReliefFirst: Bool = false
    ) -> Measure {
        Measure(
            id: id, name: LocalText(zh: "\(id)措施", en: "measure \(id)"), group: group,
            department: "office", office: office, causes: causes, eligibility: eligibility,
            deadline: deadline, evidence: ["photo"], isReliefFirst: isReliefFirst)
    }

    static let catalogue = MeasureCatalogue([
        measure("V01", .village, Measure.causes, .workingDays(5)),
        measure("H06", .township, ["illness", "disaster"], .hours(48), isReliefFirst: true),
        measure("H01", .county, ["illness", "income"], .workingDays(30)),
        measure("H22", .village, ["illness"], .days(15)),
        measure(
            "H47", .county, ["employment", "illness"], .days(15), group: "EM",
            eligibility: Eligibility(source: "labour") {
                !$0.alert.levelReasons.contains("noLabour")
            }),
    ])

    /// The process of the folder that ships, over the small catalogue above: alerts, visits and
    /// measures alone, or `whole` with decisions and what is due to monitored households.
    static func plan(whole: Bool = false) throws -> CasePlan {
        var text = try text("process.yaml")
        if !whole { text = text.components(separatedBy: "# From the clue to the county's decision")[0] }
        return CasePlan(
            process: try Process.read(YAMLNode.parse(text: text, file: "process.yaml"), catalogue),
            measures: catalogue, policy: policy)
    }

    /// `Pipelines/casework`.
    static let folder =
        #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
        + "/Pipelines/casework"

    /// The text of a file of the folder.
    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    }

    static func alert(
        _ id: String, _ level: AlertLevel, revision: Int64 = 1, state: Alert.State = .open,
        rule: String = "MED-07", cause: String = "illness", visit: String? = nil,
        isSuperseded: Bool = false, proposes: [String] = [], facts: AlertFacts = AlertFacts()
    ) -> Alert {
        Alert(
            id: id, revision: revision, state: state, rule: rule, division: village,
            cause: cause, level: level, visit: visit, isSuperseded: isSuperseded,
            proposes: proposes, facts: facts)
    }
}

/// A household that is told things one after the other; its clocks run like the runtime's.
struct Story {
    var cases = HouseholdCases()
    let plan: CasePlan
    /// Everything published, with the instant it was published for.
    var told: [(at: Int64, change: HouseholdCases.Change)] = []

    init(whole: Bool = false) throws {
        plan = try Samples.plan(whole: whole)
    }

    /// Rings what is due by `time`, in order.
    mutating func run(until time: Int64) {
        while let due = cases.wakeAt, due <= time {
            for change in cases.wake(at: due, household: Samples.household, plan) { told.append((due, change)) }
            precondition((cases.wakeAt ?? .max) > due)
        }
    }

    @discardableResult
    mutating func receive(_ alert: Alert, _ text: String) -> [HouseholdCases.Change] {
        let time = Samples.at(text)
        run(until: time)
        let changes = cases.receive(alert, household: Samples.household, at: time, plan)
        for change in changes { told.append((time, change)) }
        return changes
    }

    @discardableResult
    mutating func receive(_ action: Action, _ text: String) throws -> [HouseholdCases.Change] {
        let time = Samples.at(text)
        run(until: time)
        let changes = try cases.receive(action, at: time, plan)
        for change in changes { told.append((time, change)) }
        return changes
    }

    /// The register changed; `nil`: the household is in no class any more.
    @discardableResult
    mutating func register(
        _ state: Standing.State?, hasLabour: Bool = true, _ text: String
    ) -> [HouseholdCases.Change] {
        let time = Samples.at(text)
        run(until: time)
        let changes = cases.receive(
            StandingNotice(state: state, division: Samples.village, hasLabour: hasLabour),
            at: time, plan)
        for change in changes { told.append((time, change)) }
        return changes
    }

    @discardableResult
    mutating func act(
        _ kind: Action.Kind, _ text: String, id: String? = nil, caseID: String? = nil,
        alerts: [String] = [], assignment: String? = nil, reason: String? = nil,
        evidence: [Evidence] = []
    ) throws -> [HouseholdCases.Change] {
        try receive(
            Action(
                id: id ?? "\(kind.name) \(text)", kind: kind, caseID: caseID, alerts: alerts,
                assignment: assignment, at: Samples.at(text), reason: reason,
                evidence: evidence), text)
    }

    var current: Case { cases.current! }

    /// The latest assignment of the measure.
    func assignment(_ measure: String) -> Assignment? {
        cases.current?.assignments.last { $0.measure == measure }
    }

    /// `clock from>to day` of each escalation, in order.
    var rings: [String] {
        escalations.map { at, one in
            "\(one.clock) \(one.from.name)>\(one.to.name) \(Day(ofInstant: at))"
        }
    }

    var escalations: [(at: Int64, Escalation)] {
        told.compactMap { entry in
            if case .escalation(let escalation) = entry.change { (entry.at, escalation) } else {
                nil
            }
        }
    }

    /// `measure state` of every assignment published, in order.
    var assignmentsTold: [String] {
        told.compactMap { entry in
            if case .assignment(let one) = entry.change {
                "\(one.measure) \(one.state.name)"
            } else {
                nil
            }
        }
    }
}

let photo = Evidence(kind: "photo", sha256: "ab", takenAt: "2026-06-16T10:00:00+08:00")
