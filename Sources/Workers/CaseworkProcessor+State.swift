package import Casework
internal import Households
import Streams

/// The state of one household in `state.casework`. Layout, version 3 (docs/CASES.md): numbers are
/// LEB128, signed ones zigzag; instants of a case are milliseconds after its opening; an id is
/// 16 bytes where it is a pseudonym, else text.
package struct CaseworkState: StateRecord, Equatable {
    package static let version: UInt8 = 3

    package var cases: HouseholdCases

    package init() {
        cases = HouseholdCases()
    }

    package init(_ cases: HouseholdCases) {
        self.cases = cases
    }

    package var isEmpty: Bool { cases == HouseholdCases() }
    package var wakeAt: Int64? { cases.wakeAt }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(CaseworkState.version)
        bytes.appendUnsigned(UInt64(cases.count))
        bytes.appendUnsigned(UInt64(cases.seenActions.count))
        for action in cases.seenActions { bytes.appendPseudonym(action) }
        bytes.appendUnsigned(UInt64(cases.waiting.count))
        for entry in cases.waiting { bytes.append(entry) }
        bytes.append(cases.standing)
        guard let current = cases.current else { return bytes.append(0) }
        bytes.append(1)
        bytes.append(current)
    }

    package init(decoding bytes: UnsafeRawBufferPointer) throws {
        var reader = ByteReader(bytes)
        guard try reader.byte() == CaseworkState.version else { throw ByteReader.Damaged() }
        cases = HouseholdCases(count: Int64(bitPattern: try reader.unsigned()))
        let seen = try reader.count(atMost: Limits.seenActions)
        var actions: [Pseudonym] = []
        for _ in 0..<seen { actions.append(try reader.pseudonym()) }
        var waiting: [Case.Entry] = []
        let count = try reader.count(atMost: Limits.waitingAlerts)
        for _ in 0..<count { waiting.append(try reader.entry()) }
        let standing = try reader.standing()
        let current = try reader.byte() == 1 ? try reader.readCase() : nil
        guard reader.isAtEnd else { throw ByteReader.Damaged() }
        cases = HouseholdCases(
            current: current, count: cases.count, waiting: waiting, seenActions: actions,
            standing: standing)
    }
}

/// What activations have told a partition of casework. Layout: version (1 byte, 1), the release in
/// force (optional pseudonym).
package struct CaseworkShared: StateRecord, Equatable {
    /// The release in force; `nil` before the first activation.
    var release: Pseudonym?

    private static let version: UInt8 = 1

    package init() {}

    package init(decoding bytes: UnsafeRawBufferPointer) throws {
        var reader = ByteReader(bytes)
        guard try reader.byte() == CaseworkShared.version else { throw ByteReader.Damaged() }
        release = try reader.optionalPseudonym()
    }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(CaseworkShared.version)
        bytes.appendOptional(release)
    }

    package var isEmpty: Bool { release == nil }
    package var wakeAt: Int64? { nil }
}

extension [UInt8] {
    /// An id: 1 and 16 bytes, or 0 and text.
    fileprivate mutating func appendID(_ id: String) {
        if let pseudonym = Pseudonym(id) {
            append(1)
            appendPseudonym(pseudonym)
        } else {
            append(0)
            appendSpan(id)
        }
    }

    /// 0 for none; instants are milliseconds after it was heard of.
    fileprivate mutating func append(_ standing: Standing?) {
        guard let standing else { return append(0) }
        append(standing.state.rawValue)
        appendSigned(standing.division.code)
        append(
            (standing.hasLabour ? 1 : 0) | (standing.lastContact == nil ? 0 : 2))
        appendSigned(standing.heardAt)
        if let last = standing.lastContact { appendSigned(last - standing.heardAt) }
        appendUnsigned(UInt64(standing.settled.count))
        for clock in standing.settled { appendSpan(clock) }
        appendUnsigned(UInt64(standing.clocks.count))
        for clock in standing.clocks {
            appendSpan(clock.name)
            appendSigned(clock.deadline - standing.heardAt)
            appendSigned(clock.dueAt - standing.heardAt)
            appendUnsigned(UInt64(clock.rung))
        }
    }

    /// 0 for none, else one more than the value.
    fileprivate mutating func append(optional index: Int?) {
        appendUnsigned(UInt64(index.map { $0 + 1 } ?? 0))
    }

    fileprivate mutating func append(_ entry: Case.Entry) {
        appendID(entry.id)
        appendSigned(entry.revision)
        append(entry.state.rawValue << 4 | entry.level.rawValue)
        append((entry.isSuperseded ? 1 : 0) | (entry.hasVisit ? 2 : 0))
        appendSpan(entry.rule)
        let cause = Measure.causes.firstIndex(of: entry.cause)
        append(optional: cause)
        if cause == nil { appendSpan(entry.cause) }
    }

    fileprivate mutating func append(_ subject: Case) {
        appendPseudonym(subject.id)
        append(subject.previous == nil ? 0 : 1)
        if let previous = subject.previous { appendPseudonym(previous) }
        appendSigned(subject.openedAt)
        appendSigned(subject.division.code)
        appendSpan(subject.stage)
        append(subject.decision.rawValue)
        append(subject.closedAt == nil ? 0 : 1)
        if let closedAt = subject.closedAt { appendSigned(closedAt - subject.openedAt) }
        appendSigned(subject.revision)
        appendUnsigned(UInt64(subject.alerts.count))
        for entry in subject.alerts { append(entry) }
        appendUnsigned(UInt64(subject.assignments.count))
        for assignment in subject.assignments { append(assignment, in: subject) }
        appendUnsigned(UInt64(subject.visits.count))
        for visit in subject.visits {
            appendID(visit.id)
            append(optional: subject.place(of: visit.assignment))
        }
        appendUnsigned(UInt64(subject.clocks.count))
        for clock in subject.clocks {
            appendSpan(clock.name)
            append(optional: clock.assignment.flatMap(subject.place))
            appendSigned(clock.deadline - subject.openedAt)
            appendSigned(clock.dueAt - subject.openedAt)
            appendUnsigned(UInt64(clock.rung))
        }
        appendUnsigned(UInt64(subject.answers.count))
        for answer in subject.answers {
            appendID(answer.action)
            append(answer.kind.rawValue)
            appendSigned(answer.at - subject.openedAt)
            append(answer.reason == nil ? 0 : 1)
            if let reason = answer.reason { appendSpan(reason) }
        }
    }

    private mutating func append(_ assignment: Assignment, in subject: Case) {
        appendPseudonym(assignment.id)
        appendSpan(assignment.measure)
        appendUnsigned(UInt64(assignment.number))
        append(assignment.state.rawValue << 4 | assignment.office.rawValue)
        appendUnsigned(UInt64(assignment.reasons.count))
        for reason in assignment.reasons {
            // Reasons are alerts of the case, so their place says them in one byte.
            let index = subject.alerts.firstIndex { $0.id == reason }
            append(optional: index)
            if index == nil { appendID(reason) }
        }
        appendSigned(assignment.createdAt - subject.openedAt)
        appendSigned(assignment.dueAt - subject.openedAt)
        appendSigned(assignment.revision)
        append(assignment.deliveredAt == nil ? 0 : 1)
        if let deliveredAt = assignment.deliveredAt { appendSigned(deliveredAt - subject.openedAt) }
        appendUnsigned(UInt64(assignment.evidence.count))
        for evidence in assignment.evidence {
            appendSpan(evidence.kind)
            appendSpan(evidence.sha256)
            appendSpan(evidence.takenAt)
        }
    }
}

extension Case {
    /// Visits and clocks name assignments of their own case, so a place says which.
    fileprivate func place(of assignment: Pseudonym) -> Int? {
        assignments.firstIndex { $0.id == assignment }
    }
}

extension ByteReader {
    fileprivate mutating func place(
        in assignments: [Assignment]
    ) throws(ByteReader.Damaged) -> Pseudonym? {
        guard let index = try optionalIndex() else { return nil }
        guard assignments.indices.contains(index) else { throw Damaged() }
        return assignments[index].id
    }

    /// A count that cannot be larger than the record itself, as every item has a byte.
    fileprivate mutating func count(
        atMost limit: Int = 1 << 20
    ) throws(ByteReader.Damaged) -> Int {
        let value = try unsigned()
        guard value <= UInt64(limit) else { throw Damaged() }
        return Int(value)
    }

    fileprivate mutating func id() throws(ByteReader.Damaged) -> String {
        try byte() == 1 ? "\(try pseudonym())" : try text()
    }

    fileprivate mutating func optionalIndex() throws(ByteReader.Damaged) -> Int? {
        let value = try count()
        return value == 0 ? nil : value - 1
    }

    fileprivate mutating func entry() throws(ByteReader.Damaged) -> Case.Entry {
        let id = try id()
        let revision = try signed()
        let codes = try byte()
        guard let state = Alert.State(rawValue: codes >> 4),
            let level = AlertLevel(rawValue: codes & 15)
        else { throw Damaged() }
        let flags = try byte()
        let rule = try text()
        let cause: String
        if let index = try optionalIndex() {
            guard Measure.causes.indices.contains(index) else { throw Damaged() }
            cause = Measure.causes[index]
        } else {
            cause = try text()
        }
        return Case.Entry(
            id: id, revision: revision, state: state, rule: rule, cause: cause, level: level,
            isSuperseded: flags & 1 != 0, hasVisit: flags & 2 != 0)
    }

    fileprivate mutating func standing() throws(ByteReader.Damaged) -> Standing? {
        let raw = try byte()
        if raw == 0 { return nil }
        guard let state = Standing.State(rawValue: raw), let division = Division(code: try signed())
        else { throw Damaged() }
        let flags = try byte()
        let heardAt = try signed()
        let last = flags & 2 == 0 ? nil : try signed() &+ heardAt
        var settled: [String] = []
        for _ in 0..<(try count()) { settled.append(try text()) }
        var clocks: [Clock] = []
        for _ in 0..<(try count()) {
            clocks.append(
                Clock(
                    name: try text(), assignment: nil, deadline: try signed() &+ heardAt,
                    dueAt: try signed() &+ heardAt, rung: try count()))
        }
        return Standing(
            state: state, division: division, hasLabour: flags & 1 != 0, heardAt: heardAt,
            lastContact: last, settled: settled, clocks: clocks)
    }

    fileprivate mutating func readCase() throws(ByteReader.Damaged) -> Case {
        let id = try pseudonym()
        let previous = try byte() == 1 ? try pseudonym() : nil
        let openedAt = try signed()
        guard let division = Division(code: try signed()) else { throw Damaged() }
        let stage = try text()
        guard let decision = Case.Decision(rawValue: try byte()) else { throw Damaged() }
        let closedAt = try byte() == 1 ? try signed() &+ openedAt : nil
        let revision = try signed()
        var alerts: [Case.Entry] = []
        for _ in 0..<(try count()) { alerts.append(try entry()) }
        var assignments: [Assignment] = []
        for _ in 0..<(try count()) { assignments.append(try assignment(openedAt, alerts)) }
        var visits: [Case.Visit] = []
        for _ in 0..<(try count()) {
            let id = try self.id()
            guard let assignment = try place(in: assignments) else { throw Damaged() }
            visits.append(Case.Visit(id: id, assignment: assignment))
        }
        var clocks: [Clock] = []
        for _ in 0..<(try count()) {
            let name = try text()
            let assignment = try place(in: assignments)
            clocks.append(
                Clock(
                    name: name, assignment: assignment, deadline: try signed() &+ openedAt,
                    dueAt: try signed() &+ openedAt, rung: try count()))
        }
        var answers: [Case.Answer] = []
        for _ in 0..<(try count()) {
            let action = try self.id()
            guard let kind = Action.Kind(rawValue: try byte()) else { throw Damaged() }
            let at = try signed() &+ openedAt
            let reason = try byte() == 1 ? try text() : nil
            answers.append(Case.Answer(action: action, kind: kind, at: at, reason: reason))
        }
        return Case(
            id: id, previous: previous, openedAt: openedAt, division: division, stage: stage,
            closedAt: closedAt, alerts: alerts, visits: visits, assignments: assignments,
            clocks: clocks, answers: answers, decision: decision, revision: revision)
    }

    private mutating func assignment(
        _ openedAt: Int64, _ alerts: [Case.Entry]
    ) throws(ByteReader.Damaged) -> Assignment {
        let id = try pseudonym()
        let measure = try text()
        let number = try count()
        let codes = try byte()
        guard let state = Assignment.State(rawValue: codes >> 4),
            let office = Office(rawValue: codes & 15)
        else { throw Damaged() }
        var reasons: [String] = []
        for _ in 0..<(try count()) {
            if let index = try optionalIndex() {
                guard alerts.indices.contains(index) else { throw Damaged() }
                reasons.append(alerts[index].id)
            } else {
                reasons.append(try self.id())
            }
        }
        let createdAt = try signed() &+ openedAt
        let dueAt = try signed() &+ openedAt
        let revision = try signed()
        let deliveredAt = try byte() == 1 ? try signed() &+ openedAt : nil
        var evidence: [Evidence] = []
        for _ in 0..<(try count(atMost: Limits.evidence)) {
            evidence.append(Evidence(kind: try text(), sha256: try text(), takenAt: try text()))
        }
        return Assignment(
            id: id, measure: measure, number: number, office: office, reasons: reasons,
            createdAt: createdAt, dueAt: dueAt, state: state, revision: revision,
            deliveredAt: deliveredAt, evidence: evidence)
    }
}
