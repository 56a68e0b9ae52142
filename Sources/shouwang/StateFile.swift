import Foundation
import JSON
import Kafka
import Replay
import StreamsTesting
import Workers

/// The monitor's states after a replay, one a line, `{key, state}` with the state in base 64:
/// what `why` reads when there is no broker.
enum StateFile {
    static func write(_ replay: Replay, to path: String) throws {
        var bytes: [UInt8] = []
        for record in try replay.driver.states(of: "monitor") {
            guard let key = record.key, let value = record.value else { continue }
            JSONWriter.write(into: &bytes) { json in
                json.beginObject()
                json.field("key", String(decoding: key, as: UTF8.self))
                json.field("state", Data(value).base64EncodedString())
                json.endObject()
            }
            bytes.append(0x0a)
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    /// The states of the keys wanted.
    static func read(
        _ path: String, where isWanted: ([UInt8]) -> Bool
    ) throws -> [[UInt8]: [UInt8]] {
        guard let bytes = FileBytes.read(path) else {
            throw CommandError.failed("\(path) cannot be read; is it the folder of a replay?")
        }
        var found: [[UInt8]: [UInt8]] = [:]
        for line in bytes.split(separator: 0x0a) {
            let value = try JSONValue(parsing: Array(line))
            guard let key = (value["key"]?.stringValue).map({ Array($0.utf8) }), isWanted(key),
                let state = value["state"]?.stringValue.flatMap({ Data(base64Encoded: $0) })
            else { continue }
            found[key] = [UInt8](state)
        }
        return found
    }
}
