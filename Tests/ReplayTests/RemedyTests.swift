import Foundation
import Households
import JSON
import Kafka
import StreamsTesting
import Streams
import Testing

@testable import Replay
@testable import Rules
@testable import Workers

/// What an alert says would end it, held against what the monitor does with it; and what its
/// explanation must never say. Over the histories beside the rules.
struct RemedyTests {
    private static let pipelines = "\(SourceTree.root)/Pipelines"

    /// A history, step by step: the 00:00s and the records between them.
    private struct Story {
        let test: RuleTest
        let county: County
        let lines: [FeedLine]

        init(_ test: RuleTest, _ county: County) {
            self.test = test
            self.county = county
            lines = FeedFiles.merged(
                test.events.enumerated().map { number, event in
                    FeedLine(
                        topic: event.topic, bytes: event.line, timestamp: event.time, failure: nil,
                        order: event.order, number: number)
                })
        }

        /// Runs the first `count` steps, all when `nil`; `after` is called behind each.
        func run(_ count: Int? = nil, after: (Int, Replay) -> Void = { _, _ in }) throws -> Replay {
            let replay = Replay(county)
            replay.driver.collect("alerts", "assignments", "cases", "escalations", "case.events")
            var steps = 0
            var day: Day?
            func pass(to next: Day) throws {
                while day.map({ $0 < next }) ?? true {
                    if let count, steps >= count { return }
                    let midnight = day.map { $0 + 1 } ?? next
                    try replay.pass(to: midnight)
                    day = midnight
                    after(steps, replay)
                    steps += 1
                }
            }
            for line in lines {
                try pass(to: Day(ofInstant: line.timestamp))
                if let count, steps >= count { return replay }
                try replay.feed(line)
                after(steps, replay)
                steps += 1
            }
            try pass(to: test.until)
            return replay
        }
    }

    private static func stories() throws -> [Story] {
        var stories: [Story] = []
        for name in FileBytes.names(in: "\(pipelines)/monitor") where name.hasSuffix(".tests.yaml") {
            let tests = try RuleTest.load(
                file: "\(pipelines)/monitor/\(name)", key: RuleTestRun.key)
            guard let policy = tests.first?.policy else { continue }
            let county = try County(pipelines: pipelines, policy: policy, key: RuleTestRun.key)
            stories += tests.map { Story($0, county) }
        }
        return stories
    }

    /// A household with an open alert, at the moment the alert was published.
    private struct Moment {
        let household: Pseudonym
        let state: HouseholdState
        let area: AreaEvents
        let rules: RuleSet
        let rule: Rule
        let time: Int64

        var day: Day { Day(ofInstant: time) }
        var episode: HouseholdState.Episode { state.episodes.first { $0.rule == rule.id }! }

        var known: HouseholdFacts {
            HouseholdFacts(household: household, facts: state.facts.filter { !$0.isReversed }, area: area)
        }

        var clearing: Clearing {
            Clearing(
                Clearing.Alert(
                    rule: rule, openedOn: episode.openedOn, subject: episode.subject,
                    clearSince: episode.clearSince),
                HouseholdView(known, on: day, policy: rules.policy), in: rules)
        }

        /// Lets the monitor ask every day from `first` to `last` days ahead with these facts: the day
        /// the alert ends, and whether its clear condition held on the last day asked.
        func ends(_ facts: HouseholdFacts, from first: Int, to last: Int)
            -> (days: Int?, isClearing: Bool)
        {
            var episodes = state.episodes
            let place = rules.rules.firstIndex { $0 === rule }!
            for days in first...max(first, last) {
                var watch = Watch(
                    facts, rules: rules, episodes: episodes, visits: state.visits,
                    at: days == 0 ? time : (day + days).start)
                watch.ask(.some([place]))
                episodes = watch.episodes
                let own = episodes.first { $0.rule == rule.id }!
                if !own.isOpen || own.number != episode.number { return (days, true) }
            }
            return (nil, episodes.first { $0.rule == rule.id }!.clearSince != nil)
        }
    }

    /// The households' states after some steps of a story.
    private func moment(_ story: Story, after steps: Int, _ alert: JSONValue) throws -> Moment? {
        let household = try #require(Pseudonym(alert["household"]?.stringValue ?? ""))
        let rule = try #require(story.county.rules.rule(alert["rule"]?.stringValue ?? ""))
        let replay = try story.run(steps)
        var state: HouseholdState?
        var area = AreaEvents()
        for record in try replay.driver.states(of: "monitor") {
            guard let key = record.key, let value = record.value else { continue }
            if key == Array(household.description.utf8) {
                state = try value.withUnsafeBytes {
                    try HouseholdState(decoding: try #require(StateFold.payload($0)))
                }
            } else if key == ReservedKey.shared {
                area = try value.withUnsafeBytes { try AreaState(decoding: $0) }.events
            }
        }
        guard let state, state.episodes.contains(where: { $0.rule == rule.id && $0.isOpen }),
            let outputs = replay.driver.outputs("alerts").last
        else { return nil }
        return Moment(
            household: household, state: state, area: area, rules: story.county.rules, rule: rule,
            time: outputs.timestamp)
    }

    @Test func `what is said to end an alert ends it, then and not sooner, and no less does`() throws {
        var verified: [String: Int] = [:]
        var rules: Set<String> = []
        for story in try Self.stories() {
            let wanted = Set(story.test.expected.filter { $0.event == "opened" }.map(\.rule))
            var opened: [(steps: Int, alert: JSONValue)] = []
            var seen = 0
            _ = try story.run { step, replay in
                let outputs = replay.driver.outputs("alerts")
                for record in outputs[seen...] {
                    guard let value = try? JSONValue(parsing: record.value ?? []),
                        value["revision"]?.int64 == 1,
                        wanted.contains(value["rule"]?.stringValue ?? "")
                    else { continue }
                    opened.append((step + 1, value))
                }
                seen = outputs.count
            }
            for (steps, alert) in opened {
                guard let moment = try moment(story, after: steps, alert) else { continue }
                for remedy in moment.clearing.remedies {
                    let what: Comment =
                        "\(story.test.file):\(story.test.line) \(moment.rule.id) \(remedy)"
                    verified[remedy.change.name, default: 0] += 1
                    rules.insert(moment.rule.id)
                    expectHolds(remedy, moment, what)
                }
            }
        }
        // Every kind of change is among them, and most rules have one.
        for name in ["time", "records", "income", "selfPaid", "aid"] {
            #expect(verified[name, default: 0] > 0, "\(name): \(verified)")
        }
        #expect(rules.count >= 50, "\(rules.sorted())")
    }

    private func expectHolds(_ remedy: Remedy, _ moment: Moment, _ what: Comment) {
        guard let facts = moment.clearing.supposed(remedy.change) else {
            Issue.record(what)
            return
        }
        guard let fen = remedy.change.amountFen else {
            // Asked every day: it ends on the very day, not on one before.
            let first = remedy.change == .time ? 1 : 0
            #expect(moment.ends(facts, from: first, to: remedy.days).days == remedy.days, what)
            return
        }
        let now = moment.ends(facts, from: 0, to: 0)
        #expect(remedy.days == 0 ? now.days == 0 : now.isClearing, what)
        let less = moment.clearing.supposed(remedy.change.with(fen - 1)) ?? moment.known
        let still = moment.ends(less, from: 0, to: 0)
        #expect(still.days == nil && !still.isClearing, what)
    }

    // MARK: What nobody in the village may read

    /// Every code of a disease that some event of a history names.
    private func codes(_ story: Story) -> Set<String> {
        Set(
            story.lines.compactMap { line in
                (try? JSONValue(parsing: line.bytes))?["data"]?["diseaseGroup"]?.stringValue
            })
    }

    @Test func `no code of a diagnosis is in any public record, only its group`() throws {
        var named: Set<String> = []
        var groups = 0
        for story in try Self.stories() {
            let codes = codes(story)
            guard !codes.isEmpty else { continue }
            named.formUnion(codes)
            let replay = try story.run()
            for topic in ["alerts", "assignments", "cases", "escalations", "case.events"] {
                for record in replay.driver.outputs(topic) {
                    let text = String(decoding: record.value ?? [], as: UTF8.self)
                    if text.contains("medical.diagnosis") { groups += 1 }
                    for code in codes {
                        #expect(!text.contains(code), "\(story.test.name): \(topic)")
                    }
                }
            }
        }
        // They were there, and what may be told of them is.
        #expect(named.count >= 3, "\(named)")
        #expect(groups > 0)
    }
}
