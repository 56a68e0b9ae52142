import Casework
import Households
import JSON
import Kafka
import Rules
import Streams
import StreamsTesting
import Testing

@testable import Workers

/// Files as a release, and the records about releases.
struct ReleaseTests {
    private typealias Samples = ReleaseSamples

    private func file(_ path: String, _ text: String) -> ReleaseFiles.File {
        ReleaseFiles.File(path: path, text: text, origin: "elsewhere/\(path)")
    }

    @Test func `the address is of the content, not of where it was read or in which order`() throws {
        let one = file("monitor/a.rules.yaml", "a")
        let two = file("policy/lines.yaml", "b")
        let there = ReleaseFiles.File(path: one.path, text: one.text, origin: "/there/a.rules.yaml")
        let address = ReleaseFiles([one, two]).address
        #expect(ReleaseFiles([two, there]).address == address)
        #expect(ReleaseFiles([one]).address != address)
        #expect(ReleaseFiles([file(one.path, "a "), two]).address != address)
        #expect(ReleaseFiles([file("monitor/b.rules.yaml", "a"), two]).address != address)
        // What ends one file cannot begin the next.
        #expect(
            ReleaseFiles([file("monitor/a", "xmonitor/b 1\ny"), two]).address
                != ReleaseFiles([file("monitor/a", "x"), file("monitor/b", "y"), two]).address)
    }

    @Test func `what ships is a release: rules with tests, measures, process, policy`() throws {
        let pipelines = "\(SourceTree.root)/Pipelines"
        let policy = "\(SourceTree.root)/config/policy"
        let files = try ReleaseFiles.read(pipelines: pipelines, policy: policy)
        let paths = Set(files.files.map(\.path))
        #expect(
            paths.isSuperset(of: [
                "monitor/illness.rules.yaml", "monitor/illness.tests.yaml", "monitor/diseases.yaml",
                "casework/measures.yaml", "casework/process.yaml", "policy/lines.yaml",
                "policy/calendars.yaml", "policy/parameters.yaml",
            ]))
        #expect(!paths.contains { $0.hasSuffix("pipeline.yaml") })
        let release = try Release(files)
        #expect(release.rules.rules.count > 50)
        #expect(release.rules.digest == files.address.description)
        #expect(release.plan.measures.measures.count > 10)
        // Read at start or published: alerts name the same.
        let county = try County(pipelines: pipelines, policy: policy, key: IntakeHarness.key)
        #expect(county.rules.digest == files.address.description)
        #expect(
            PublishedRelease(files, by: "", note: "").value.count < ReleaseFiles.Limits.recordBytes)
    }

    @Test func `a published release is read as it was written, a changed one is none`() throws {
        let files = ReleaseFiles([file("policy/lines.yaml", "- \"县\"\n\ttab\u{1}\n")])
        let value = PublishedRelease(files, by: "li.wei", note: "新年度监测线").value
        let read = try #require(value.withUnsafeBytes { PublishedRelease($0) })
        #expect(read.files.address == files.address)
        #expect(read.files.files.map(\.text) == files.files.map(\.text))
        #expect(read.by == "li.wei" && read.note == "新年度监测线")
        let text = String(decoding: value, as: UTF8.self)
        let changed = Array(text.replacing("tab", with: "tub").utf8)
        #expect(changed.withUnsafeBytes { PublishedRelease($0) } == nil)
        #expect(Array("[]".utf8).withUnsafeBytes { PublishedRelease($0) } == nil)
    }

    @Test func `orders are read as they were written`() throws {
        let release = Pseudonym.digest("a release")
        for order in [ReleaseOrder.activate(release), .shadow(release), .shadow(nil)] {
            let record = Samples.order(order)
            #expect(try record.withView { try ReleaseOrder($0, step: "test") } == order)
        }
        let standing = StandingOrder(
            .activate(release), by: "li.wei", note: "why", before: .digest("another"))
        var record = Samples.order(.activate(release))
        record.value = standing.value
        guard case .order(let read)? = record.withView({ ReleaseRecord($0) }) else {
            Issue.record("it is read as no order")
            return
        }
        #expect(read.order == .activate(release) && read.before == .digest("another"))
        #expect(read.by == "li.wei" && read.note == "why")
    }

    @Test func `an order that names no release is refused`() throws {
        var record = Samples.order(.activate(.digest("x")))
        for value in ["{}", "[", "{\"release\":\"short\"}"] {
            record.value = Array(value.utf8)
            #expect(throws: RecordFailure.self) {
                try record.withView { _ = try ReleaseOrder($0, step: "test") }
            }
        }
        record.headers = []
        #expect(try record.withView { try ReleaseOrder($0, step: "test") } == nil)
    }

    @Test func `the shelf says what is missing: the release, or a program that can read it`() throws {
        let shelf = ReleaseShelf()
        let good = try Samples.files(Samples.rule("M-01", atLeast: 1))
        #expect(shelf.missing(good.address)?.contains("\(good.address)") == true)
        shelf.add(good)
        #expect(shelf.missing(good.address) == nil)
        #expect(shelf[good.address].rules.rule("M-01") != nil)
        let bad = try Samples.files(Samples.rule("M-01", atLeast: 1, more: "unheardOf: 1"))
        shelf.add(bad)
        let text = try #require(shelf.missing(bad.address))
        #expect(text.contains("a version of shouwang that can read") && text.contains("unheardOf"))
    }
}
