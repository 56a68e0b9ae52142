internal import CRdKafka

/// Something librdkafka or the broker refused. Carries no record data.
package struct KafkaError: Error, Equatable, Sendable, CustomStringConvertible {
    /// librdkafka's number: broker errors are positive, its own are below -100.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: Int32

        package init(rawValue: Int32) { self.rawValue = rawValue }

        package static let timedOut = Code(rawValue: -185)
        package static let transport = Code(rawValue: -195)
        package static let allBrokersDown = Code(rawValue: -187)
        package static let queueFull = Code(rawValue: -184)
        package static let invalidArgument = Code(rawValue: -186)
        package static let state = Code(rawValue: -172)
        package static let fatal = Code(rawValue: -150)
        package static let fenced = Code(rawValue: -144)
        package static let inconsistent = Code(rawValue: -149)
        package static let messageTimedOut = Code(rawValue: -192)
        package static let timedOutInQueue = Code(rawValue: -166)
        package static let purgedFromQueue = Code(rawValue: -152)
        package static let purgedInFlight = Code(rawValue: -151)
        package static let pollExceeded = Code(rawValue: -147)
        /// The offset asked for is not in the partition any more (or not yet), and nobody may
        /// guess another: `auto.offset.reset` is `error` in every consumer made here.
        package static let offsetReset = Code(rawValue: -140)
        package static let unknownPartition = Code(rawValue: -190)
        package static let unknownTopic = Code(rawValue: -188)
        package static let requestTimedOut = Code(rawValue: 7)
        package static let networkException = Code(rawValue: 13)
        package static let offsetOutOfRange = Code(rawValue: 1)
        package static let unknownTopicOrPartition = Code(rawValue: 3)
        package static let leaderNotAvailable = Code(rawValue: 5)
        package static let notLeader = Code(rawValue: 6)
        package static let messageTooLarge = Code(rawValue: 10)
        package static let recordListTooLarge = Code(rawValue: 18)
        package static let illegalGeneration = Code(rawValue: 22)
        package static let unknownMember = Code(rawValue: 25)
        package static let rebalanceInProgress = Code(rawValue: 27)
        package static let invalidTimestamp = Code(rawValue: 32)
        package static let topicExists = Code(rawValue: 36)
        package static let invalidProducerEpoch = Code(rawValue: 47)
        package static let groupNotFound = Code(rawValue: 69)
        /// Another process has this static member's name (KIP-345).
        package static let fencedInstance = Code(rawValue: 82)
        package static let invalidRecord = Code(rawValue: 87)
        package static let unstableOffsets = Code(rawValue: 88)
        package static let producerFenced = Code(rawValue: 90)

        /// librdkafka's name for it, such as `INVALID_TIMESTAMP`.
        package var name: String {
            rd_kafka_err2name(rd_kafka_resp_err_t(rawValue)).map { String(cString: $0) }
                ?? "\(rawValue)"
        }

        /// The error belongs to one record: sending it again cannot help, others are not to blame.
        package var isAboutOneRecord: Bool {
            self == .messageTooLarge || self == .invalidTimestamp || self == .invalidRecord
                || self == .recordListTooLarge
        }

        /// The partition's leader is elsewhere, or about to be: asking again after new metadata
        /// finds it.
        package var isAboutLeader: Bool { self == .leaderNotAvailable || self == .notLeader }

        /// The transactional id, or the epoch, has another owner.
        package var isFencing: Bool {
            self == .fenced || self == .producerFenced || self == .invalidProducerEpoch
        }

        /// No answer: the request may be on its way still, and reach the broker at any time.
        package var mayBeUnderWay: Bool {
            self == .timedOut || self == .timedOutInQueue || self == .transport
                || self == .messageTimedOut || self == .purgedInFlight
                || self == .requestTimedOut || self == .networkException
        }
    }

    package let code: Code
    /// What was being done, and librdkafka's words.
    package let message: String
    /// The handle is lost: make another.
    package let isFatal: Bool
    /// The same call may be made again.
    package let isRetriable: Bool
    /// The transaction must be aborted; the handle lives on.
    package let requiresAbort: Bool

    package init(
        code: Code, message: String, isFatal: Bool = false, isRetriable: Bool = false,
        requiresAbort: Bool = false
    ) {
        self.code = code
        self.message = message
        self.isFatal = isFatal
        self.isRetriable = isRetriable
        self.requiresAbort = requiresAbort
    }

    package var description: String { "\(code.name): \(message)" }

    /// Another producer has this transactional id (or the broker has given it a new epoch).
    package var isFenced: Bool { code.isFencing }

    /// From a plain error code.
    init(_ code: rd_kafka_resp_err_t, doing: String) {
        self.init(
            code: Code(rawValue: code.rawValue),
            message: "\(doing): \(String(cString: rd_kafka_err2str(code)))")
    }

    /// Takes an error object over and frees it.
    init(consuming error: OpaquePointer, doing: String) {
        self.init(
            code: Code(rawValue: rd_kafka_error_code(error).rawValue),
            message: "\(doing): \(String(cString: rd_kafka_error_string(error)))",
            isFatal: rd_kafka_error_is_fatal(error) != 0,
            isRetriable: rd_kafka_error_is_retriable(error) != 0,
            requiresAbort: rd_kafka_error_txn_requires_abort(error) != 0)
        rd_kafka_error_destroy(error)
    }
}

/// How to go on after a transactional call (design D4, item 4).
package enum Recovery: Equatable, Sendable {
    /// Make the same call again, until your deadline.
    case retriable
    /// Abort the transaction, drop what it did, rewind, go on.
    case abortable
    /// The producer is lost: destroy it, make a new one.
    case fatal
    /// As fatal, and another process has taken the transactional id.
    case fenced
    /// Nobody knows whether the broker did it: destroy the producer, make a new one with the same
    /// transactional id, and restore every task that wrote through it.
    case unknown
}

extension KafkaError {
    /// What to do after this error came from a transactional call. Anything not classified by
    /// librdkafka is `unknown`, which is always safe.
    package var recovery: Recovery {
        if isFenced { return .fenced }
        if isFatal || code == .fatal { return .fatal }
        // Without an answer, an abort is not enough: the request could arrive after it, and belong
        // to the next transaction, which has the same epoch (Kafka before KIP-890).
        if requiresAbort { return code.mayBeUnderWay ? .unknown : .abortable }
        if isRetriable { return .retriable }
        return .unknown
    }
}
