package import Households
import JSON
import StreamsTesting
import Kafka
package import Rules
package import Workers
import YAML

/// Runs the tests beside the rules through the real pipelines.
package enum RuleTestRun {
    /// How one test went.
    package struct Result: Sendable {
        package let test: RuleTest
        /// What differs, a line each; empty when it passed.
        package let failures: [String]
    }

    /// Pseudonyms in rule tests are under a key of their own: nothing real is ever in them.
    package static let key = PseudonymKey(Array("rule tests hold made-up people only".utf8))!

    /// Every `*.tests.yaml` of `<pipelines>/monitor` and `<pipelines>/area`, in order of file and place. `rule` keeps
    /// those that name it; `pace`: when households are asked.
    /// Throws what is wrong with a file.
    package static func run(
        pipelines: String, rule: String? = nil, pace: Monitor.Pace = .asNeeded
    ) throws(RuleError) -> [Result] {
        var tests: [RuleTest] = []
        do throws(YAMLError) {
            for file in RuleFolder.testFiles(pipelines) {
                tests += try RuleTest.load(file: file, key: key)
            }
        } catch {
            throw .yaml(error)
        }
        if let rule {
            tests.removeAll { test in
                !test.expected.contains { $0.rule == rule } && !test.never.contains(rule)
            }
        }
        var results: [Result] = []
        var counties: [(policy: String, county: County)] = []
        for test in tests {
            let county: County
            if let known = counties.first(where: { $0.policy == test.file }) {
                county = known.county
            } else {
                county = try County(
                    pipelines: pipelines, policy: test.policy, key: key, pace: pace)
                counties.append((test.file, county))
            }
            results.append(Result(test: test, failures: failures(test, county)))
        }
        return results
    }

    private static func failures(_ test: RuleTest, _ county: County) -> [String] {
        let replay = Replay(county)
        replay.driver.collect(
            "alerts", "findings", "area.alerts", "dead.area", "dead.household", "dead.medical", "dead.education", "dead.employment",
            "dead.hazard", "dead.livelihood", "dead.fieldwork")
        let lines = test.events.enumerated().map { number, event in
            FeedLine(
                topic: event.topic, bytes: event.line, timestamp: event.time, failure: nil,
                order: event.order, number: number)
        }
        do {
            try replay.feed(FeedFiles.merged(lines))
            try replay.pass(to: test.until)
        } catch {
            return ["\(error)"]
        }
        var failures: [String] = []
        for pipeline in Topics.feeds + ["fieldwork", "area"] {
            for letter in replay.driver.outputs("dead.\(pipeline)") {
                let reasons = letter.headers.filter { $0.name.hasPrefix("shouwang-") }
                    .map { "\($0.name)=\(String(decoding: $0.value ?? [], as: UTF8.self))" }
                failures.append("an event was refused: " + reasons.joined(separator: " "))
            }
        }
        return failures + compare(test, seen(test, replay))
    }

    /// What the alerts did, in order, and then the findings.
    private static func seen(_ test: RuleTest, _ replay: Replay) -> [RuleTest.Expectation] {
        var households: [String: String] = [:]
        var people: [String: String] = [:]
        for expectation in test.expected {
            let id = RuleTestEvent.pseudonym(ofHousehold: expectation.household, key)
            households[id.description] = expectation.household
            if let subject = expectation.subject {
                people[RuleTestEvent.pseudonym(ofPerson: subject, key).description] = subject
            }
        }
        let records = ["alerts", "findings", "area.alerts"].flatMap { replay.driver.outputs($0) }
        return records.compactMap { record in
            guard let value = try? JSONValue(parsing: record.value ?? []),
                let day = value["asOf"]?.stringValue.flatMap({ Day(iso: $0) }),
                let type = record.headers.first(where: { $0.name == "ce_type" })?.value
            else { return nil }
            let event = String(decoding: type, as: UTF8.self).split(separator: ".")[2]
            let household = value["household"]?.stringValue ?? ""
            let village =
                value["household"] == nil ? value["division"]?.stringValue : nil
            return RuleTest.Expectation(
                day: day, household: village ?? households[household] ?? "H1",
                rule: value["rule"]?.stringValue ?? "", event: String(event),
                level: value["level"]?.stringValue,
                subject: value["subject"]?.stringValue.map { people[$0] ?? "someone else" })
        }
    }

    /// The rules a test expects something of must do exactly that (updates aside, where none is
    /// expected); those it names under `never` nothing at all.
    private static func compare(
        _ test: RuleTest, _ seen: [RuleTest.Expectation]
    ) -> [String] {
        var failures: [String] = []
        var rest = seen
        for expected in test.expected {
            let place = rest.firstIndex {
                $0.day == expected.day && $0.rule == expected.rule && $0.event == expected.event
                    && $0.household == expected.household
                    && (expected.level == nil || $0.level == expected.level)
                    && (expected.subject == nil || $0.subject == expected.subject)
            }
            if let place {
                rest.remove(at: place)
            } else {
                failures.append("missing: \(expected)")
            }
        }
        let named = Set(test.expected.map(\.rule))
        for extra in rest where named.contains(extra.rule) && extra.event != "updated" {
            failures.append("unexpected: \(extra)")
        }
        for extra in rest where test.never.contains(extra.rule) {
            failures.append("must never come: \(extra)")
        }
        return failures
    }
}
