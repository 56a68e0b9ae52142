import Glibc
import Households
import JSON
package import Kafka
import StreamsTesting
import Workers

/// Writes what a replay puts out: `alerts.jsonl`, `findings.jsonl`, `assignments.jsonl`, `cases.jsonl`,
/// `escalations.jsonl` and `dead.jsonl`, one object a line with `key`, `headers` and `value`
/// (formats, section 10). Confined to one thread; files are complete after `close`.
package final class OutputFiles {
    /// A file that cannot be written.
    package struct Failure: Error, CustomStringConvertible {
        package let path: String
        package let code: Int32
        package var description: String { "\(path): \(String(cString: strerror(code)))" }
    }

    private final class File {
        let path: String
        let handle: UnsafeMutablePointer<FILE>
        var count = 0
        var failed: Int32 = 0

        init(_ path: String) throws(Failure) {
            self.path = path
            guard let handle = fopen(path, "wb") else { throw Failure(path: path, code: errno) }
            self.handle = handle
        }

        func write(_ bytes: [UInt8]) {
            count += 1
            if fwrite(bytes, 1, bytes.count, handle) != bytes.count, failed == 0 {
                failed = errno == 0 ? EIO : errno
            }
        }
    }

    private var files: [File] = []

    /// Lines written by file name, in the order of the files.
    package var counts: [(name: String, count: Int)] {
        files.map { (String($0.path.split(separator: "/").last ?? ""), $0.count) }
    }

    /// Makes the folder and its files, and writes each output of the replay as it comes.
    package init(folder: String, _ replay: Replay) throws(Failure) {
        if mkdir(folder, 0o777) != 0, errno != EEXIST {
            throw Failure(path: folder, code: errno)
        }
        for topic in [
            "alerts", "findings", "area.alerts", "assignments", "cases", "escalations"] {
            let file = try File("\(folder)/\(topic).jsonl")
            files.append(file)
            replay.driver.onOutput(of: topic) { file.write(OutputFiles.line($0)) }
        }
        let dead = try File("\(folder)/dead.jsonl")
        files.append(dead)
        for pipeline in Topics.pipelines {
            replay.driver.onOutput(of: "dead.\(pipeline)") { dead.write(OutputFiles.line($0)) }
        }
    }

    /// Flushes and closes; throws if anything could not be written.
    package func close() throws(Failure) {
        for file in files {
            let flushed = fclose(file.handle)
            if file.failed != 0 { throw Failure(path: file.path, code: file.failed) }
            if flushed != 0 { throw Failure(path: file.path, code: errno) }
        }
        files = []
    }

    /// One record as a line of JSON.
    package static func line(_ record: RecordView) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.name("key")
        if let key = record.key {
            json.string(String(decoding: key, as: UTF8.self))
        } else {
            json.null()
        }
        json.name("headers")
        json.beginObject()
        let names = record.headers.map { String(decoding: $0.name, as: UTF8.self) }
        for (index, header) in record.headers.enumerated() {
            let name = names[index]
            // A dead letter keeps the record's own cause before its own; an object names one.
            if names[(index + 1)...].contains(name) { continue }
            json.name(name)
            guard let value = header.value else {
                json.null()
                continue
            }
            json.string(OutputFiles.text(of: value, header: name))
        }
        json.endObject()
        json.name("value")
        OutputFiles.write(value: record.value, &json)
        json.endObject()
        return json.bytes + [0x0a]
    }

    /// Header values are text; Spring's binary numbers are written in decimal.
    private static func text(of value: UnsafeRawBufferPointer, header: String) -> String {
        switch header {
        case "kafka_dlt-original-partition", "kafka_dlt-original-offset",
            "kafka_dlt-original-timestamp":
            let number = value.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return value.count == 4
                ? String(Int32(truncatingIfNeeded: number))
                : String(Int64(bitPattern: number))
        default: return String(decoding: value, as: UTF8.self)
        }
    }

    /// The JSON object, the fact between two workers as one, or the raw line as a string.
    private static func write(value: UnsafeRawBufferPointer?, _ json: inout JSONWriter) {
        guard let value else {
            json.null()
            return
        }
        if let parsed = try? JSONValue(parsing: value), case .object = parsed {
            json.raw(value)
        } else if case .put(let fact)? = try? FactMessage(value) {
            json.beginObject()
            json.field("fact", fact.kind.name)
            json.field("key", fact.key.description)
            json.field("department", fact.department)
            json.field("occurredOn", fact.occurred.description)
            if let amount = fact.amountFen { json.field("amountFen", amount) }
            json.endObject()
        } else {
            json.string(String(decoding: value, as: UTF8.self))
        }
    }
}
