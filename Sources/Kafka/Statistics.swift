/// librdkafka's totals of one handle, since it was made. The few numbers that operations watch;
/// counted by the library, not by us.
package struct Statistics: Equatable, Sendable {
    /// Events waiting for the application's poll.
    package var repliesQueued: Int64 = 0
    /// Records waiting in the producer, and their bytes.
    package var messagesQueued: Int64 = 0
    package var bytesQueued: Int64 = 0
    /// Requests sent and their bytes; responses and theirs.
    package var requests: Int64 = 0
    package var requestBytes: Int64 = 0
    package var responses: Int64 = 0
    package var responseBytes: Int64 = 0
    /// Records produced and their bytes; records consumed and theirs.
    package var messagesSent: Int64 = 0
    package var messageBytesSent: Int64 = 0
    package var messagesReceived: Int64 = 0
    package var messageBytesReceived: Int64 = 0

    package init() {}

    /// Reads the numbers at the top level of librdkafka's JSON, and skips all else. It is written
    /// by librdkafka for us, so this is a scanner for its one shape and no JSON reader.
    package init(scanning text: UnsafeBufferPointer<UInt8>) {
        var depth = 0
        var index = 0
        var name: Range<Int>?
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                name = nil
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
            case UInt8(ascii: "\""):
                let start = index + 1
                index += 1
                while index < text.count, text[index] != UInt8(ascii: "\"") {
                    index += text[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                name = depth == 1 ? start..<min(index, text.count) : nil
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                var value: Int64 = 0
                while index < text.count, case let digit = text[index] &- 48, digit < 10 {
                    value = value &* 10 &+ Int64(digit)
                    index += 1
                }
                if depth == 1, let known = name {
                    set(String(decoding: text[known], as: UTF8.self), value)
                }
                name = nil
                continue
            default:
                break
            }
            index += 1
        }
    }

    private mutating func set(_ name: String, _ value: Int64) {
        switch name {
        case "replyq": repliesQueued = value
        case "msg_cnt": messagesQueued = value
        case "msg_size": bytesQueued = value
        case "tx": requests = value
        case "tx_bytes": requestBytes = value
        case "rx": responses = value
        case "rx_bytes": responseBytes = value
        case "txmsgs": messagesSent = value
        case "txmsg_bytes": messageBytesSent = value
        case "rxmsgs": messagesReceived = value
        case "rxmsg_bytes": messageBytesReceived = value
        default: break
        }
    }
}
