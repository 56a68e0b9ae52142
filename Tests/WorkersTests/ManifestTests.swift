import Foundation
import Testing
import Workers
import YAML

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

@Suite struct ManifestTests {
    private static let good = """
        pipeline: membership
        about: a line
        reads: person.facts
        key: person
        keeps: persons
        path:
          - Membership: a
          - FactMessage: b
          - PersonOwner: c
          - PersonTimeline: d
          - PersonState: e
        writes:
          - household.facts: f
          - person.facts: g
        """

    private func refusal(_ from: String, _ to: String, name: String = "membership") -> String {
        do {
            let text = Self.good.replacingOccurrences(of: from, with: to)
            _ = try Manifest(
                try YAMLNode.parse(text: text, file: "p.yaml"), name: name, folder: "x")
            return "accepted"
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: PipelinePlan.all.map(\.name))
    func `each pipeline's file is the path that is built, and its Swift files exist`(
        name: String
    ) throws {
        let manifest = try Manifest.load(name, in: "\(root)/Pipelines")
        let plan = try #require(PipelinePlan.all.first { $0.name == name })
        #expect(manifest.path.map(\.name) == plan.steps.map(\.name))
        for step in plan.steps {
            #expect(FileManager.default.fileExists(atPath: "\(root)/\(step.file)"), "\(step.file)")
        }
    }

    @Test(arguments: [
        ("reads: person.facts", "reads: household.facts", "p.yaml:3:8: expected one of person.f"),
        ("pipeline: membership", "pipeline: monitor", "p.yaml:1:11: expected 'membership'"),
        ("keeps: persons", "keeps: nothing", "p.yaml:5:8: expected what is kept per key"),
        ("keeps:", "kept:", "p.yaml:5:1: unknown key 'kept'; did you mean 'keeps'?"),
        ("  - FactMessage: b\n", "", "p.yaml:8:5: expected the step 'FactMessage' here, found"),
        (
            "- PersonState: e", "- PersonState: e\n  - Extra: x",
            "p.yaml:12:5: the path built ends before the step 'Extra'"
        ),
        ("\n  - PersonState: e", "", "the step 'PersonState' is missing at the end"),
        ("  - person.facts: g", "  - alerts: g", "expected the topic 'person.facts' here"),
        ("about: a line", "about: a line\nextra: 1", "p.yaml:3:1: unknown key 'extra'"),
        ("- Membership: a", "- Membership", "expected a mapping, found a plain word"),
    ])
    func `a file that says what is not so is refused`(
        from: String, to: String, expected: String
    ) {
        #expect(refusal(from, to).contains(expected), "\(refusal(from, to))")
    }

    @Test func `the sample is accepted, and an unknown pipeline named`() {
        #expect(refusal("", "") == "accepted")
        #expect(refusal("", "", name: "membershp").contains("did you mean 'membership'?"))
    }
}
