import Kafka
import Streams
import StreamsTesting
import Testing

/// The plain header `traceparent` travels from a record to what it causes, if it is one.
struct TraceParentTests {
    private static let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    /// The header on what a record with this header gave.
    private func passedOn(_ text: String) throws -> [String?] {
        let record = OwnedRecord(
            topic: "toy.in", timestamp: 1_000, key: Array("a".utf8), value: Array("add 1".utf8),
            headers: [.init("traceparent", text)])
        let replay = try LogReplay(
            .toy(), partition: 0, inputPartitions: 1, outputPartitions: [1, 1], group: "toys",
            log: [record])
        return replay.outputs.map { output in
            output.headers.first { $0.name == "traceparent" }?.value.map {
                String(decoding: $0, as: UTF8.self)
            }
        }
    }

    @Test(arguments: [good, "cc" + good.dropFirst(2), good.dropLast(2) + "00"])
    func `a trace parent of the W3C's form goes on`(text: String) throws {
        #expect(try passedOn(text) == [text])
    }

    // It was copied as it came, so that anything at all could travel to the alerts.
    @Test(arguments: [
        "", "11010519491231002X", good.uppercased(), String(good.dropLast()), good + "0",
        good + "-what", good.replacing("-", with: "_"), "ff" + good.dropFirst(2),
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
    ])
    func `any other text stays behind`(text: String) throws {
        #expect(try passedOn(text) == [nil])
    }
}
