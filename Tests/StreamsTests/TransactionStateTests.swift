import Kafka
import Streams
import Testing

/// The table of allowed calls and of what follows from their outcomes, row by row (design D4.4).
struct TransactionStateTests {
    typealias Phase = TransactionState.Phase
    typealias Call = TransactionState.Call
    typealias Outcome = TransactionState.Outcome
    typealias Step = TransactionState.Step

    /// One allowed call: where each outcome leads, and what is to be done.
    struct Row: Sendable, CustomTestStringConvertible {
        let from: Phase
        let call: Call
        let done: Phase
        /// After a call that had to be repeated the producer does no other transaction.
        var step = Step.proceed
        let retriable: (Phase, Step)
        let abortable: (Phase, Step)
        /// Of unknown, fatal, and the first fenced.
        let lost: Step

        var testDescription: String { "\(from), \(call)" }
    }

    private static let again = Step.again
    private static let restore = Step.renew(restoring: true)
    private static let rewind = Step.renew(restoring: false)

    static let rows: [Row] = [
        Row(
            from: .disconnected, call: .initialize, done: .idle,
            retriable: (.disconnected, again), abortable: (.lost, rewind), lost: rewind),
        Row(
            from: .idle, call: .begin, done: .open, retriable: (.lost, restore),
            abortable: (.lost, restore), lost: restore),
        Row(
            from: .open, call: .write, done: .open, retriable: (.failed, .abort),
            abortable: (.failed, .abort), lost: restore),
        Row(
            from: .open, call: .sendOffsets, done: .offsetsSent,
            retriable: (.sendingOffsets, again), abortable: (.failed, .abort), lost: restore),
        Row(
            from: .open, call: .abort, done: .idle, retriable: (.aborting, again),
            abortable: (.lost, restore), lost: restore),
        Row(
            from: .sendingOffsets, call: .sendOffsets, done: .offsetsSent,
            retriable: (.sendingOffsets, again), abortable: (.failed, .abort), lost: restore),
        Row(
            from: .offsetsSent, call: .commit, done: .idle, retriable: (.committing, again),
            abortable: (.failed, .abort), lost: restore),
        Row(
            from: .offsetsSent, call: .abort, done: .idle, retriable: (.aborting, again),
            abortable: (.lost, restore), lost: restore),
        Row(
            from: .committing, call: .commit, done: .lost, step: rewind,
            retriable: (.committing, again), abortable: (.failed, .abort), lost: restore),
        Row(
            from: .failed, call: .abort, done: .idle, retriable: (.aborting, again),
            abortable: (.lost, restore), lost: restore),
        Row(
            from: .aborting, call: .abort, done: .lost, step: rewind,
            retriable: (.aborting, again), abortable: (.lost, restore), lost: restore),
    ]

    /// The calls and outcomes that lead to a state from the beginning.
    private static func path(to phase: Phase) -> [(Call, Outcome)] {
        let idle: [(Call, Outcome)] = [(.initialize, .done)]
        let open = idle + [(.begin, .done), (.write, .done)]
        return switch phase {
        case .disconnected: []
        case .idle: idle
        case .open: open
        case .sendingOffsets: open + [(.sendOffsets, .retriable)]
        case .offsetsSent: open + [(.sendOffsets, .done)]
        case .committing: open + [(.sendOffsets, .done), (.commit, .retriable)]
        case .failed: open + [(.sendOffsets, .abortable)]
        case .aborting: open + [(.abort, .retriable)]
        case .lost: open + [(.sendOffsets, .unknown)]
        }
    }

    private static func state(in phase: Phase) -> TransactionState {
        var state = TransactionState()
        for (call, outcome) in path(to: phase) {
            _ = state.returned(outcome, from: call, isLate: false, at: 0)
        }
        return state
    }

    @Test func `each state can be reached`() {
        for phase in Phase.allCases {
            let reached = Self.state(in: phase).phase
            #expect(reached == phase)
        }
    }

    @Test(arguments: rows)
    func `each outcome of an allowed call leads where the table says`(row: Row) {
        for outcome in Outcome.allCases {
            var state = Self.state(in: row.from)
            let step = state.returned(outcome, from: row.call, isLate: false, at: 0)
            let (phase, wanted): (Phase, Step) =
                switch outcome {
                case .done: (row.done, row.step)
                case .retriable: row.retriable
                case .abortable: row.abortable
                case .unknown, .fatal: (.lost, row.lost)
                case .fenced: (.lost, Self.restore)
                }
            let reached = state.phase
            #expect(reached == phase, "\(outcome)")
            #expect(step == wanted, "\(outcome)")
        }
    }

    @Test func `what the table does not have is not allowed`() {
        for phase in Phase.allCases {
            for call in Call.allCases {
                let isInTable = Self.rows.contains { $0.from == phase && $0.call == call }
                #expect(TransactionState.allows(call, in: phase) == isInTable, "\(phase) \(call)")
            }
        }
    }

    @Test func `a call that is not allowed ends the process before it is made`() async {
        await #expect(processExitsWith: .failure) {
            // The transaction whose commit nobody knows: another must not begin.
            Self.state(in: .lost).willCall(.begin)
        }
        await #expect(processExitsWith: .failure) {
            // A commit under way may still happen: it cannot be taken back.
            Self.state(in: .committing).willCall(.abort)
        }
        await #expect(processExitsWith: .failure) {
            Self.state(in: .open).willCall(.commit)
        }
        await #expect(processExitsWith: .failure) {
            var state = Self.state(in: .idle)
            _ = state.returned(.done, from: .commit, isLate: false, at: 0)
        }
    }

    @Test func `past its deadline a call that was to be repeated counts as unknown`() {
        for row in Self.rows where row.retriable.1 == .again {
            var state = Self.state(in: row.from)
            let step = state.returned(.retriable, from: row.call, isLate: true, at: 0)
            let phase = state.phase
            #expect(phase == .lost, "\(row.testDescription)")
            #expect(step == row.lost, "\(row.testDescription)")
        }
    }

    @Test func `who lost its partitions is fenced by their new owner, not by a namesake`() {
        var state = Self.state(in: .offsetsSent)
        // Fenced, then told that the partitions are lost; while they are, once more.
        let first = state.returned(.fenced, from: .commit, isLate: false, at: 1_000)
        #expect(first == .renew(restoring: true))
        state.expelled()
        state.drop()
        let again = state.returned(.fenced, from: .initialize, isLate: false, at: 1_500)
        #expect(again == .renew(restoring: true))
        state.drop()
        // A member again: what came before does not count, and from here on it does.
        state.admitted()
        for number in 1..<Limits.fences {
            let step = state.returned(
                .fenced, from: .initialize, isLate: false, at: 2_000 + Int64(number))
            #expect(step == .renew(restoring: true))
            state.drop()
        }
        let last = state.returned(.fenced, from: .initialize, isLate: false, at: 3_000)
        #expect(last == .stop)
    }

    /// A proof under faults: the new owner's fencing came late and twice, in a call that blocked past
    /// the end of the session, before the group could say that the partitions were lost.
    @Test func `fenced twice before the group can say that the partitions are lost is no namesake`() {
        var state = Self.state(in: .offsetsSent)
        for now in [1_000, 17_000] as [Int64] {
            let step = state.returned(.fenced, from: .commit, isLate: false, at: now)
            #expect(step == .renew(restoring: true))
            state.drop()
            _ = state.returned(.done, from: .initialize, isLate: false, at: now)
            _ = state.returned(.done, from: .begin, isLate: false, at: now)
            _ = state.returned(.done, from: .sendOffsets, isLate: false, at: now)
        }
    }

    @Test func `fenced again and again means that somebody else has the name`() {
        let window = Limits.fencedMilliseconds
        for (later, wanted) in [(window - 1, Step.stop), (window, .renew(restoring: true))] {
            var state = Self.state(in: .offsetsSent)
            let first = state.returned(.fenced, from: .commit, isLate: false, at: 1_000)
            #expect(first == .renew(restoring: true))
            // The new producer does not make it forget.
            state.drop()
            for number in 2..<Limits.fences {
                let next = state.returned(
                    .fenced, from: .initialize, isLate: false, at: 1_000 + Int64(number))
                #expect(next == .renew(restoring: true))
                state.drop()
            }
            let last = state.returned(.fenced, from: .initialize, isLate: false, at: 1_000 + later)
            #expect(last == wanted)
        }
    }

    @Test func `after a failed delivery the producer does no other transaction`() {
        var state = Self.state(in: .failed)
        state.deliveryFailed()
        #expect(
            state.returned(.done, from: .abort, isLate: false, at: 0) == .renew(restoring: false))
        let allowsBegin = state.allows(.begin)
        #expect(!allowsBegin)
        state.drop()
        _ = state.returned(.done, from: .initialize, isLate: false, at: 0)
        _ = state.returned(.done, from: .begin, isLate: false, at: 0)
        #expect(state.returned(.done, from: .abort, isLate: false, at: 0) == .proceed)
    }

    @Test func `offsets that were sent twice end the producer with their transaction`() {
        for call in [Call.commit, .abort] {
            var state = Self.state(in: .sendingOffsets)
            #expect(state.returned(.done, from: .sendOffsets, isLate: false, at: 0) == .proceed)
            #expect(
                state.returned(.done, from: call, isLate: false, at: 0)
                    == .renew(restoring: false))
        }
    }

    // A coordinator that is loading is asked again and again; nothing of that is dangerous later.
    @Test func `taking the name may be repeated`() {
        var state = TransactionState()
        for _ in 0..<3 {
            #expect(state.returned(.retriable, from: .initialize, isLate: false, at: 0) == .again)
        }
        _ = state.returned(.done, from: .initialize, isLate: false, at: 0)
        _ = state.returned(.done, from: .begin, isLate: false, at: 0)
        #expect(state.returned(.done, from: .abort, isLate: false, at: 0) == .proceed)
    }

    // MARK: From errors to outcomes

    private func outcome(
        _ error: KafkaError?, _ call: Call, failed: [KafkaError.Code] = []
    ) -> Outcome {
        Outcome(error, of: call, failed: failed.map { FailedDelivery(tag: 0, code: $0) })
    }

    private func error(
        _ code: KafkaError.Code, fatal: Bool = false, retriable: Bool = false, abort: Bool = false
    ) -> KafkaError {
        KafkaError(
            code: code, message: "", isFatal: fatal, isRetriable: retriable, requiresAbort: abort)
    }

    @Test func `errors are seen from their call`() {
        for call in Call.allCases {
            #expect(outcome(nil, call) == .done)
            #expect(outcome(error(.timedOut, retriable: true), call) == .retriable)
            #expect(outcome(error(.transport), call) == .unknown)
            #expect(outcome(error(.fatal, fatal: true), call) == .fatal)
            #expect(outcome(error(.fenced, fatal: true), call) == .fenced)
            #expect(outcome(error(.producerFenced, abort: true), call) == .fenced)
        }
        // Where the call only says that the transaction has failed, a delivery says why.
        let failed = error(.state, abort: true)
        #expect(outcome(failed, .sendOffsets, failed: [.producerFenced]) == .fenced)
        // Refused before it was queued.
        for code in [KafkaError.Code.messageTooLarge, .queueFull, .state] {
            #expect(outcome(error(code), .write) == .abortable)
            #expect(outcome(error(code), .commit) == .unknown)
        }
        #expect(outcome(error(.illegalGeneration, abort: true), .sendOffsets) == .abortable)
    }

    // librdkafka asks for an abort when sending the offsets has timed out. They may be under way:
    // after the abort they would belong to the next transaction of the same epoch.
    @Test func `an abort is not enough where a request may still be under way`() {
        for code in [KafkaError.Code.timedOut, .transport, .requestTimedOut, .networkException] {
            #expect(outcome(error(code, abort: true), .sendOffsets) == .unknown)
            #expect(outcome(error(code, abort: true), .commit) == .unknown)
        }
        #expect(
            outcome(
                error(.inconsistent, abort: true), .commit, failed: [.messageTimedOut]) == .unknown)
    }

    // It also asks for an abort when the broker has answered a commit with an error it does not
    // know, such as UNKNOWN_SERVER_ERROR: the commit may have happened.
    @Test func `a commit is known not to have happened only when a delivery failed before it`() {
        let unknownServerError = KafkaError.Code(rawValue: -1)
        #expect(outcome(error(unknownServerError, abort: true), .commit) == .unknown)
        #expect(
            outcome(error(.messageTooLarge, abort: true), .commit, failed: [.messageTooLarge])
                == .abortable)
        #expect(
            outcome(error(.inconsistent, abort: true), .commit, failed: [.invalidTimestamp])
                == .abortable)
    }
}
