/// What an officer did (formats, section 8, `actions`), as the intake `fieldwork` passed it on.
/// Officer and free-text note are not read: the case needs neither, and what is not kept cannot
/// leak.
package struct Action: Equatable, Sendable {
    /// The raw value is stored; never reuse one.
    package enum Kind: UInt8, CaseIterable, Sendable {
        case acknowledged = 1
        case visited = 2
        case dismissed = 3
        case relieved = 4
        case delivered = 5
        /// The county has identified the household as one to monitor.
        case identified = 6
        /// The county has decided not to.
        case declined = 7
        /// In touch without a visit.
        case contacted = 8
        case eliminationProposed = 9
        case eliminationWithdrawn = 10

        package var name: String {
            switch self {
            case .acknowledged: "acknowledged"
            case .visited: "visited"
            case .dismissed: "dismissed"
            case .relieved: "relieved"
            case .delivered: "delivered"
            case .identified: "identified"
            case .declined: "declined"
            case .contacted: "contacted"
            case .eliminationProposed: "eliminationProposed"
            case .eliminationWithdrawn: "eliminationWithdrawn"
            }
        }

        /// The kind of an event type, `shouwang.action.<kind>.v1`; `nil` for any other type.
        package init?(eventType: String) {
            guard
                let kind = Kind.allCases.first(where: {
                    "shouwang.action.\($0.name).v1" == eventType
                })
            else { return nil }
            self = kind
        }
    }

    /// The client's id; a second action with the same id changes nothing.
    package var id: String
    package var kind: Kind
    /// The case named, if one is.
    package var caseID: String?
    /// The alerts named; empty when none is.
    package var alerts: [String]
    package var assignment: String?
    /// When it was done by the officer's clock, milliseconds.
    package var at: Int64
    /// A code; a dismissal has one.
    package var reason: String?
    package var evidence: [Evidence]

    package init(
        id: String, kind: Kind, caseID: String? = nil, alerts: [String] = [],
        assignment: String? = nil, at: Int64, reason: String? = nil,
        evidence: [Evidence] = []
    ) {
        self.id = id
        self.kind = kind
        self.caseID = caseID
        self.alerts = alerts
        self.assignment = assignment
        self.at = at
        self.reason = reason
        self.evidence = evidence
    }
}

/// A document that shows something was done; the document itself lies elsewhere.
package struct Evidence: Equatable, Sendable {
    /// A code such as `payment`, `photo`, `receipt`.
    package let kind: String
    package let sha256: String
    /// As the client wrote it.
    package let takenAt: String

    package init(kind: String, sha256: String, takenAt: String) {
        self.kind = kind
        self.sha256 = sha256
        self.takenAt = takenAt
    }
}
