import Casework
import Testing
import YAML

@Suite("measures.yaml")
struct MeasureFileTests {
    private let entry = """
        measures:
          - id: H06
            name: {zh: 临时救助, en: Emergency relief}
            group: CS
            department: township office
            level: township
            answers: {causes: [illness], rules: [DSR-01]}
            eligible: 'level == "red" && judgeable'
            deadline: {hours: 48}
            evidence: [payment, photo]
            reliefFirst: true
        """

    private func read(_ text: String) throws -> MeasureCatalogue {
        try MeasureCatalogue.read(YAMLNode.parse(text: text, file: "m.yaml"))
    }

    private func message(replacing old: String, by new: String) -> String {
        let parts = entry.split(separator: old, omittingEmptySubsequences: false)
        precondition(parts.count > 1, "the entry has no such text")
        do {
            _ = try read(parts.joined(separator: new))
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test("an entry is read field by field")
    func entryIsRead() throws {
        let measure = try #require(try read(entry)[id: "H06"])
        #expect(measure.name == LocalText(zh: "临时救助", en: "Emergency relief"))
        #expect(measure.group == "CS")
        #expect(measure.department == "township office")
        #expect(measure.office == .township)
        #expect(measure.answers(cause: "illness", rule: "X"))
        #expect(measure.answers(cause: "disaster", rule: "DSR-01"))
        #expect(!measure.answers(cause: "disaster", rule: "DSR-02"))
        #expect(measure.deadline == .hours(48))
        #expect(measure.evidence == ["payment", "photo"])
        #expect(measure.isReliefFirst)
    }

    @Test(
        "mistakes are named with file, line and column",
        arguments: [
            ("group: CS", "group: XX", "m.yaml:4:12: expected one of"),
            ("level: township", "level: twonship", "m.yaml:6:12: expected one of"),
            ("illness", "ilness", "did you mean 'illness'?"),
            ("{causes: [illness], rules: [DSR-01]}", "{}", "m.yaml:7:14: expected causes or"),
            ("{hours: 48}", "{hours: 48, days: 2}", "m.yaml:9:15: expected one of hours"),
            ("reliefFirst", "releifFirst", "m.yaml:11:5: unknown key 'releifFirst'"),
            (
                "judgeable", "judgable",
                "m.yaml:8:34: unknown name 'judgable'; did you mean 'judgeable'?"
            ),
            ("level == \"red\" && judgeable", "members", "m.yaml:8:16: "),
            ("[payment, photo]", "[payment, payment]", "'payment' is named twice"),
        ])
    func mistakes(_ old: String, _ new: String, _ expected: String) {
        let message = message(replacing: old, by: new)
        #expect(message.contains(expected), "\(message)")
        #expect(message.hasPrefix("m.yaml:"))
    }

    @Test("an id that stands twice is refused")
    func twice() throws {
        let second = entry.split(separator: "\n").dropFirst().joined(separator: "\n")
        #expect(throws: YAMLError.self) { try read(entry + "\n" + second) }
    }

    @Test("conditions see the alert and the case")
    func conditions() throws {
        let facts = EligibilityFacts(
            cause: "illness", rule: "MED-07", level: .red,
            alert: AlertFacts(
                levelReasons: ["noLabour"], members: 4, isJudgeable: true, lineFen: 870_000,
                referencePerCapitaFen: 815_000, selfPaidFen: 42_000_00),
            causes: ["illness", "income"], rules: ["MED-07", "INC-01"])
        let expected: [(String, Bool)] = [
            ("cause == \"illness\" && rule == \"MED-07\" && level == \"red\"", true),
            ("\"income\" in causes && \"INC-01\" in rules", true),
            ("!(\"noLabour\" in levelReasons)", false),
            ("judgeable && referencePerCapitaFen < lineFen", true),
            ("referencePerCapitaFen < 2 * lineFen && members == 4", true),
            ("selfPaidFen > 42000 * 100", false),
            ("members / 0 == 1", false),
        ]
        for (condition, holds) in expected {
            let text = entry.split(
                separator: "level == \"red\" && judgeable", omittingEmptySubsequences: false
            ).joined(separator: condition)
            let measure = try #require(try read(text)[id: "H06"])
            #expect(measure.eligibility?.holds(for: facts) == holds, "\(condition)")
        }
    }

    @Test("the catalogue that ships has at least 16 measures, a visit and relief first")
    func ships() throws {
        let catalogue = try MeasureCatalogue.load(folder: Samples.folder)
        #expect(catalogue.measures.count >= 16)
        #expect(catalogue[id: "V01"]?.office == .village)
        #expect(catalogue[id: "H06"]?.isReliefFirst == true)
        #expect(catalogue[id: "H06"]?.deadline == .hours(48))
        #expect(catalogue[id: "H06"]?.office == .township)
        for cause in Measure.causes where cause != "other" {
            let answering = catalogue.measures.filter { $0.causes.contains(cause) }
            #expect(answering.count >= 2, "\(cause)")
        }
        _ = try CasePlan.load(folder: Samples.folder, Samples.policy)
    }

    @Test("every measure that a rule of the monitor proposes is in the catalogue and answers it")
    func proposals() throws {
        let catalogue = try MeasureCatalogue.load(folder: Samples.folder)
        var checked = 0
        for file in ["disaster", "employment", "illness", "income", "schooling"] {
            let path = "\(Samples.folder)/../monitor/\(file).rules.yaml"
            var fields = try YAMLNode.parse(file: path).mapping()
            for node in try fields.required("rules").sequence() {
                var rule = try node.mapping()
                let id = try rule.required("id").string()
                let cause = try rule.required("cause").string()
                for proposed in try rule.optional("proposes")?.sequence() ?? [] {
                    let name = try proposed.string()
                    let measure = try #require(catalogue[id: name], "\(id) proposes \(name)")
                    #expect(measure.answers(cause: cause, rule: id), "\(id) proposes \(name)")
                    checked += 1
                }
            }
        }
        #expect(checked >= 18)
    }
}
