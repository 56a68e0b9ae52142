import Foundation
import Households
import Kafka
import Streams
import Testing

@testable import Workers

/// An intake with the catalogue of the repository, a made-up policy and a key for tests.
struct IntakeHarness {
    /// What one record became.
    struct Outcome: Equatable {
        var outputs: [Output] = []
        var failure: RecordFailure?
        /// What was noted for operations, and how often.
        var notes: [String: Int] = [:]
    }

    struct Output: Equatable {
        var topic: String
        var partition: Int32?
        var key: String?
        var headers: [String: String]
        var value: [UInt8]

        /// The fact it carries, when it is a message between workers.
        var fact: Fact? {
            value.withUnsafeBytes { bytes in
                guard case .put(let fact)? = try? FactMessage(bytes) else { return nil }
                return fact
            }
        }
    }

    static let keyText = "a key for tests only, not secret"
    static let key = PseudonymKey(Array(keyText.utf8)).unsafelyUnwrapped
    static let policy = Policy(
        lines: [], disposable: [],
        divisions: [
            Division("529901100201").unsafelyUnwrapped: .init(zh: "石板村", en: "Shiban"),
            Division("529901101201").unsafelyUnwrapped: .init(zh: "清水村", en: "Qingshui"),
        ])
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The instant records are booked at unless they say otherwise, and the time it is then.
    static let time = "2026-06-20T09:30:00+08:00"
    static let recorded: Int64 = InstantText.milliseconds(time).unsafelyUnwrapped
    static let arrived: Int64 = recorded + 5_000

    static let feeds = ["household", "medical", "education", "employment", "hazard", "livelihood"]

    static func catalogue(_ feed: String) throws -> IntakeCatalogue {
        try IntakeCatalogue(file: "\(root)/Pipelines/\(feed)/events.yaml")
    }

    let intake: any Processor

    init(_ intake: any Processor) {
        self.intake = intake
    }

    init(_ feed: String) throws {
        let catalogue = try IntakeHarness.catalogue(feed)
        intake =
            feed == "fieldwork"
            ? FieldworkIntake(
                catalogue: catalogue, policy: IntakeHarness.policy, key: IntakeHarness.key)
            : Intake(catalogue: catalogue, policy: IntakeHarness.policy, key: IntakeHarness.key)
    }

    /// Runs one record as it stands.
    func run(_ record: OwnedRecord) -> Outcome {
        run(intake, record)
    }

    private func run(_ processor: some Processor, _ record: OwnedRecord) -> Outcome {
        var effects = Effects(partitionCounts: processor.outputs.map { _ in 3 })
        var outcome = Outcome()
        record.withView { view in
            do throws(RecordFailure) {
                guard try processor.route(view) == .stateless else {
                    Issue.record("an intake keeps no state")
                    return
                }
                var state = type(of: processor).State()
                try processor.process(
                    view, key: Key("").unsafelyUnwrapped, state: &state, shared: .init(),
                    at: IntakeHarness.arrived, &effects)
            } catch {
                outcome.failure = error
                return
            }
        }
        if outcome.failure != nil { return outcome }
        outcome.notes = effects.notes
        func text(_ range: Range<Int>) -> String {
            String(decoding: effects.bytes[range], as: UTF8.self)
        }
        for output in effects.outputs {
            var headers: [String: String] = [:]
            for header in effects.headers[output.headers] {
                headers[text(header.name)] = header.value.map(text)
            }
            outcome.outputs.append(
                Output(
                    topic: processor.outputs[output.topic], partition: output.partition,
                    key: output.key.map(text), headers: headers,
                    value: output.value.map { Array(effects.bytes[$0]) } ?? []))
        }
        return outcome
    }

    static let source = "urn:gov:529901:insurance:settlement"

    /// A record in binary mode.
    static func binary(
        _ type: String, _ data: String, op: String? = nil, source: String = source,
        time: String? = time
    ) -> OwnedRecord {
        var headers: [OwnedRecord.Header] = [
            .init("ce_specversion", "1.0"), .init("ce_id", "r-1"), .init("ce_source", source),
            .init("ce_type", type), .init("content-type", "application/json; charset=utf-8"),
        ]
        if let op { headers.append(.init("ce_op", op)) }
        if let time { headers.append(.init("ce_time", time)) }
        return OwnedRecord(
            topic: "feed.test", timestamp: recorded, value: Array(data.utf8), headers: headers)
    }

    /// The same record in structured mode.
    static func structured(
        _ type: String, _ data: String, op: String? = nil, source: String = source,
        time: String? = time, contentType: String? = "application/cloudevents+json"
    ) -> OwnedRecord {
        let op = op.map { #","op":"\#($0)""# } ?? ""
        let time = time.map { #","time":"\#($0)""# } ?? ""
        let json = """
            {"specversion":"1.0","id":"r-1","source":"\(source)","type":"\(type)"\(op)\(time),\
            "data":\(data)}
            """
        return OwnedRecord(
            topic: "feed.test", timestamp: recorded, value: Array(json.utf8),
            headers: contentType.map { [.init("content-type", $0)] } ?? [])
    }

    /// Runs a record in binary mode, in structured mode, and in structured mode without a content
    /// type, and expects the same of all.
    func run(
        _ type: String, _ data: String, op: String? = nil, source: String = source,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> Outcome {
        let outcome = run(Self.binary(type, data, op: op, source: source))
        let types = ["application/cloudevents+json", "Application/CloudEvents+JSON; x=y", nil]
        for contentType in types {
            let other = run(
                Self.structured(type, data, op: op, source: source, contentType: contentType))
            #expect(other == outcome, sourceLocation: sourceLocation)
        }
        return outcome
    }

    /// The fact a good record became.
    func fact(
        _ type: String, _ data: String, op: String? = nil, source: String = source,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Fact {
        let outcome = run(type, data, op: op, source: source, sourceLocation: sourceLocation)
        #expect(outcome.failure == nil, sourceLocation: sourceLocation)
        return try #require(outcome.outputs.first?.fact, sourceLocation: sourceLocation)
    }
}

/// Made-up numbers and what stands for them.
enum Sample {
    /// The example of GB 11643 itself.
    static let idNumber = "11010519491231002X"
    static let other = id("52990119880203012")
    static let child = id("52990120140522012")
    static let householdNumber = "H-1"

    static func id(_ digits: String) -> String {
        digits + String(UnicodeScalar(IdentityNumber.checkCharacter(Array(digits.utf8))))
    }

    /// HMAC over prefix and number: Households tests hold this against an independent computation.
    static func pseudonym(_ text: String) -> Pseudonym {
        IntakeHarness.key.pseudonym(of: Array(text.utf8))
    }

    static let person = pseudonym("person:" + idNumber)
    static let household = pseudonym("household:" + householdNumber)

    static func day(_ text: String) -> Day {
        Day(iso: text).unsafelyUnwrapped
    }

    static func dayValue(_ text: String) -> Fact.Value {
        .integer(Int64(day(text).number))
    }
}
