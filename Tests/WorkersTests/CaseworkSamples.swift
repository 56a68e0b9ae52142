import Casework
import Foundation
import Households
import JSON
import Kafka
import Streams
import StreamsTesting
import Workers
import YAML

/// Records of `case.events` and a casework pipeline in memory, for the tests of casework.
enum CaseworkSamples {
    static let household = Pseudonym.digest("a made-up household").description
    static let division = "529901100201"
    static let a1 = Pseudonym.digest("alert 1").description
    static let a2 = Pseudonym.digest("alert 2").description

    /// `Pipelines`.
    static let pipelines =
        #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/Pipelines"

    static let catalogue = MeasureCatalogue([
        measure("V01", "入户走访", "Home visit", .village, Measure.causes, .workingDays(5)),
        measure("H06", "临时救助", "Emergency relief", .township, ["illness"], .hours(48), true),
        measure("H01", "低保", "Subsistence allowance", .county, ["income"], .workingDays(30)),
    ])

    private static func measure(
        _ id: String, _ zh: String, _ en: String, _ office: Office, _ causes: [String],
        _ deadline: Deadline, _ isReliefFirst: Bool = false
    ) -> Measure {
        Measure(
            id: id, name: LocalText(zh: zh, en: en), group: "CS", department: "civil affairs",
            office: office, causes: causes, deadline: deadline, evidence: ["photo"],
            isReliefFirst: isReliefFirst)
    }

    /// The process that ships over a small catalogue; a week without holidays. Alerts, visits and
    /// measures alone, or `whole` with decisions and what is due to monitored households.
    static func plan(whole: Bool = false) throws -> CasePlan {
        var text = try String(contentsOfFile: "\(pipelines)/casework/process.yaml", encoding: .utf8)
        if !whole { text = text.components(separatedBy: "# From the clue to the county's decision")[0] }
        return CasePlan(
            process: try Process.read(YAMLNode.parse(text: text, file: "process.yaml"), catalogue),
            measures: catalogue,
            policy: Policy(lines: [], disposable: [], divisions: [:]))
    }

    static func time(_ text: String) -> Int64 {
        InstantText.milliseconds("2026-\(text):00+08:00")!
    }

    static func record(
        _ type: String, _ value: String?, at text: String, key: String? = household,
        headers: [OwnedRecord.Header] = []
    ) -> OwnedRecord {
        OwnedRecord(
            topic: "case.events", timestamp: time(text), key: key.map { Array($0.utf8) },
            value: value.map { Array($0.utf8) },
            headers: [OwnedRecord.Header("ce_type", type)] + headers)
    }

    /// An alert as the monitor writes it, with fields casework passes over.
    static func alert(
        _ event: String, _ id: String = a1, revision: Int = 1, level: String = "orange",
        rule: String = "MED-07", cause: String = "illness", more: String = "",
        proposes: [String] = [], at text: String
    ) -> OwnedRecord {
        let state = ["opened", "updated"].contains(event) ? "open" : event
        let list = proposes.map { "\"\($0)\"" }.joined(separator: ",")
        return record(
            "shouwang.alert.\(event).v1",
            """
            {"alert":"\(id)","revision":\(revision),"state":"\(state)","rule":"\(rule)",\
            "ruleSet":"x","household":"\(household)","division":"\(division)",\
            "cause":"\(cause)","level":"\(level)","baseLevel":"orange","levelReasons":[],\
            "openedOn":"2026-06-15","asOf":"2026-06-15",\(more)"text":{"zh":"一","en":"one"},\
            "evidence":[],"computation":{"judgeable":true,"missing":[],"members":4,\
            "lineFen":870000,"referencePerCapitaFen":815000,"selfPaidFen":4200000,"items":[]},\
            "parameters":[],"proposes":[\(list)]}
            """, at: text)
    }

    static func action(
        _ kind: String, id: String, more: String = "", at text: String
    ) -> OwnedRecord {
        record(
            "shouwang.action.\(kind).v1",
            """
            {"action":"\(id)","household":"\(household)","officer":"o-7",\(more)\
            "at":"2026-\(text):00+08:00"}
            """, at: text)
    }

    static func header(_ name: String, _ record: OwnedRecord) -> String? {
        guard let value = record.headers.last(where: { $0.name == name })?.value else {
            return nil
        }
        return String(decoding: value, as: UTF8.self)
    }

    static func json(_ record: OwnedRecord) throws -> JSONValue {
        try JSONValue(parsing: record.value ?? [])
    }

    static func key(_ record: OwnedRecord) -> String {
        String(decoding: record.key ?? [], as: UTF8.self)
    }
}

/// Casework alone, in memory.
struct CaseworkRun {
    let driver = ReplayDriver()

    init(_ plan: CasePlan) {
        driver.add(
            Topology(name: "casework", input: "case.events", processor: CaseworkProcessor(plan)))
        driver.collect("assignments", "cases", "escalations", "dead.casework")
    }

    init(_ records: [OwnedRecord], until text: String? = nil, whole: Bool = false) throws {
        self.init(try CaseworkSamples.plan(whole: whole))
        for record in records { try driver.feed(record) }
        if let text { try driver.advance(to: CaseworkSamples.time(text)) }
    }

    /// `measure state` of each assignment record.
    func assignments() throws -> [String] {
        try driver.outputs("assignments").map { record in
            let json = try CaseworkSamples.json(record)
            let type = CaseworkSamples.header("ce_type", record) ?? ""
            return "\(json["measure"]?.stringValue ?? "") \(type.split(separator: ".")[2])"
        }
    }

    /// Reason codes of the dead letters, with the field.
    var dead: [String] {
        driver.outputs("dead.casework").map { record in
            let reason = CaseworkSamples.header("shouwang-reason", record) ?? ""
            let field = CaseworkSamples.header("shouwang-field", record) ?? ""
            return "\(reason) \(field)"
        }
    }
}
