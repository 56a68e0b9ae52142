package import Kafka

/// Where the transactions of one producer are, and what to do after each call's outcome (design
/// D4, item 4). Pure: no call, no clock; `LaneOutput` makes the calls and says what came of them.
///
/// Which call is allowed, and where its outcome leads (`other`: unknown, fatal, fenced); every other
/// call traps:
///
///     state          call         done          retriable        abortable   other
///     disconnected   initialize   idle          disconnected     lost        lost
///     idle           begin        open          lost             lost        lost
///     open           write        open          failed           failed      lost
///                    sendOffsets  offsetsSent   sendingOffsets   failed      lost
///                    abort        idle          aborting         lost        lost
///     sendingOffsets sendOffsets  offsetsSent   sendingOffsets   failed      lost
///     offsetsSent    commit       idle          committing       failed      lost
///                    abort        idle          aborting         lost        lost
///     committing     commit       lost          committing       failed      lost
///     failed         abort        idle          aborting         lost        lost
///     aborting       abort        lost          aborting         lost        lost
///     lost           none
///     any            drop         disconnected
///
/// What is to be done then (`Step`):
///
/// - done: `proceed`. At the end of a transaction, committed or aborted, `renew(restoring: false)`
///   and `lost` instead of `idle`, if in it
///   - a call had to be repeated: librdkafka may have sent its request twice, and one that is still
///     under way must meet a newer epoch;
///   - a delivery failed: the sequence numbers of librdkafka 2.0.2 are out of step.
/// - retriable: `again`, the same call and no other, until its deadline; then it is unknown.
/// - abortable: `abort`. Nothing was decided, the tasks rewind to their committed states.
/// - unknown or fatal: `renew(restoring: true)`. A request may still be under way, and must meet
///   a newer epoch when it arrives; the commit may have happened, so every task is restored.
/// - fenced: the same; the `Limits.fences`th time within `Limits.fencedMilliseconds`, `stop`. Not so
///   if the group has taken the partitions between: then their new owner has fenced this writer, as
///   it should (D4, item 9), and no other process need have its name. The new owner does so twice
///   when it meets an open transaction, possibly late, and possibly before this process, in a call
///   that blocks, hears that it has lost anything; another process of the name never stops.
/// - an `initialize` that is not done: `renew(restoring: false)`, since nothing is in hand.
package struct TransactionState: ~Copyable {
    /// The states of the table.
    package enum Phase: CaseIterable {
        /// No producer, or one that has not taken its transactional id.
        case disconnected
        /// No transaction.
        case idle
        /// A transaction, begun with the first record.
        case open
        /// The offsets were asked for, and not answered in time.
        case sendingOffsets
        /// The offsets are in the transaction: only the decision is missing.
        case offsetsSent
        /// The commit was asked for, and not answered in time.
        case committing
        /// The transaction cannot be committed any more.
        case failed
        /// The abort was asked for, and not answered in time.
        case aborting
        /// Nothing may be called any more: the producer must be destroyed.
        case lost
    }

    /// A call of the producer; `write` queues a record, the others talk to a coordinator.
    package enum Call: CaseIterable {
        case initialize, begin, write, sendOffsets, commit, abort
    }

    /// What came of a call: `Recovery`, seen from the call.
    package enum Outcome: CaseIterable {
        case done, retriable, abortable, unknown, fatal, fenced
    }

    /// What to do next.
    package enum Step: Equatable, Sendable {
        /// Go on.
        case proceed
        /// Make the same call again.
        case again
        /// Abort the transaction; then drop what it did, and rewind.
        case abort
        /// Destroy the producer and make one with the same transactional id before anything else;
        /// then restore every task, or (nothing can have been committed) rewind.
        case renew(restoring: Bool)
        /// Another process has the name: give way.
        case stop
    }

    package private(set) var phase = Phase.disconnected
    /// The producer must not be used for another transaction.
    private var isLast = false
    /// When it was fenced, ascending, since the group took partitions last.
    private var fenced: [Int64] = []
    /// Since the group took the partitions, until it gives some.
    private var isExpelled = false
    /// A planted mistake: a call made again does not count.
    private let forgetsRepeats: Bool

    /// No producer yet. `forgetsRepeats` only for a test's planted mistake.
    package init(forgetsRepeats: Bool = false) { self.forgetsRepeats = forgetsRepeats }

    /// True from the first record of a transaction until its end is known, or the producer gone.
    package var isOpen: Bool { phase != .disconnected && phase != .idle }

    /// Whether the table has this call for the present state.
    package func allows(_ call: Call) -> Bool { Self.allows(call, in: phase) }

    /// The first two columns of the table.
    package static func allows(_ call: Call, in phase: Phase) -> Bool {
        switch (phase, call) {
        case (.disconnected, .initialize), (.idle, .begin), (.open, .write),
            (.open, .sendOffsets), (.open, .abort), (.sendingOffsets, .sendOffsets),
            (.offsetsSent, .commit), (.offsetsSent, .abort), (.committing, .commit),
            (.failed, .abort), (.aborting, .abort):
            true
        default:
            false
        }
    }

    /// The group has taken the partitions from a member it had not heard of: who fences it from
    /// now on, or has just done so, is their new owner.
    package mutating func expelled() {
        isExpelled = true
        fenced = []
    }

    /// The group has given partitions, or none because there are too few.
    package mutating func admitted() { isExpelled = false }

    /// Say so before each call that talks to the broker; traps where it is not allowed, before
    /// any harm is done.
    package func willCall(_ call: Call) {
        precondition(allows(call), "\(call) is not allowed when \(phase)")
    }

    /// A record of the open transaction was queued and not delivered.
    package mutating func deliveryFailed() { isLast = true }

    /// A call has come back; `isLate` when its deadline has passed. `now` in milliseconds.
    package mutating func returned(
        _ outcome: Outcome, from call: Call, isLate: Bool, at now: Int64
    ) -> Step {
        willCall(call)
        let repeats = call != .begin && call != .write
        let outcome = outcome == .retriable && (isLate && repeats) ? .unknown : outcome
        let before = phase
        phase = Self.next(before, call, outcome)
        switch outcome {
        case .done:
            guard call == .commit || call == .abort, isLast else { return .proceed }
            phase = .lost
            return .renew(restoring: false)
        case .fenced:
            if isExpelled { return .renew(restoring: true) }
            fenced.removeAll { now - $0 >= Limits.fencedMilliseconds }
            fenced.append(now)
            return fenced.count >= Limits.fences ? .stop : .renew(restoring: true)
        case .retriable where repeats:
            if call != .initialize, !forgetsRepeats { isLast = true }
            return .again
        default:
            if phase == .failed { return .abort }
            return .renew(restoring: call != .initialize)
        }
    }

    /// The table above.
    private static func next(_ phase: Phase, _ call: Call, _ outcome: Outcome) -> Phase {
        switch (call, outcome) {
        case (.initialize, .done), (.commit, .done), (.abort, .done): .idle
        case (.begin, .done), (.write, .done): .open
        case (.sendOffsets, .done): .offsetsSent
        case (.initialize, .retriable): .disconnected
        case (.sendOffsets, .retriable): .sendingOffsets
        case (.commit, .retriable): .committing
        case (.abort, .retriable): .aborting
        case (.write, .retriable), (.write, .abortable), (.sendOffsets, .abortable),
            (.commit, .abortable):
            .failed
        default: .lost
        }
    }

    /// The producer has been destroyed.
    package mutating func drop() {
        phase = .disconnected
        isLast = false
    }
}

extension TransactionState.Outcome {
    /// What an error says, or its absence, seen from the call that it came from. `failed` are
    /// the transaction's refused deliveries.
    package init(
        _ error: KafkaError?, of call: TransactionState.Call, failed: [FailedDelivery]
    ) {
        guard let error else {
            self = .done
            return
        }
        switch error.recovery {
        case .retriable: self = .retriable
        case .fenced: self = .fenced
        case .fatal: self = .fatal
        case .abortable where failed.contains { $0.code.isFencing }:
            self = .fenced
        case .abortable:
            // librdkafka also calls a commit abortable that the broker has answered with an error
            // it does not know, or that failed here while the request was under way. Only when a
            // delivery failed is it certain that no request was sent.
            let isUndecided = call != .commit || !failed.isEmpty
            let isSettled = !failed.contains { $0.code.mayBeUnderWay }
            self = isUndecided && isSettled ? .abortable : .unknown
        case .unknown:
            // Refused before it was queued: the transaction itself is sound, or its abort tells.
            let isLocal =
                error.code.isAboutOneRecord || error.code == .state || error.code == .queueFull
            self = call == .write && isLocal ? .abortable : .unknown
        }
    }
}
