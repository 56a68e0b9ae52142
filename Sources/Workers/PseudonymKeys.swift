package import Households
package import Kafka
package import Streams

/// Keys that are pseudonyms: those of every topic between workers.
extension Pseudonym {
    /// The key of the records about it: its 26 characters, which fit a key.
    package var key: Key {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(26)
        write(into: &bytes)
        return bytes.withUnsafeBytes { Key($0) }.unsafelyUnwrapped
    }

    /// Whom a key stands for; `nil` when it is no pseudonym.
    package init?(_ key: Key) {
        guard let pseudonym = key.withBytes({ Pseudonym(utf8: $0) }) else { return nil }
        self = pseudonym
    }
}

extension RecordView {
    /// The record's key, which must be a pseudonym. Throws what makes it a dead letter.
    package func pseudonymKey(step: String) throws(RecordFailure) -> Key {
        guard let key, Pseudonym(utf8: key) != nil, let key = Key(key) else {
            throw RecordFailure(
                reason: "record.failed", field: "key", step: step,
                message: "the key is no pseudonym of 26 characters")
        }
        return key
    }

    /// The fact message that is the record's value. Throws what makes it a dead letter.
    package func factMessage(step: String) throws(RecordFailure) -> FactMessage {
        guard let value, let message = try? FactMessage(value) else {
            throw RecordFailure(
                reason: "record.failed", field: nil, step: step,
                message: "the value is no fact message of this version")
        }
        return message
    }
}
