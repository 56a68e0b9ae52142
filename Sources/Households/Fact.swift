/// One thing known about a person, household or area (design, section 3). The same kind, key,
/// subject and department replace each other: see `FactIdentity` and `Fact.supersedes`.
public struct Fact: Equatable, Sendable {
    /// Whom the record names.
    public enum Subject: Hashable, Sendable {
        case person(Pseudonym)
        case household(Pseudonym)
        /// A household named through a person: that person's household of the day (formats,
        /// section 3: "wherever `household` is a field, `idNumber` may stand in its place").
        case householdOf(Pseudonym)
        /// An area event; its divisions are an attribute.
        case area
    }

    /// A value of an attribute.
    public enum Value: Equatable, Sendable {
        case integer(Int64)
        case text(String)
        case pseudonym(Pseudonym)
    }

    public var kind: FactKind
    public var subject: Subject
    /// Keyed digest of the natural key's parts (without the subject).
    public var key: Pseudonym
    /// The `<department>` of the source, such as `medical`.
    public var department: String
    /// True for `op: reverse`: the fact is removed. Kept as a version, because an earlier booking
    /// that arrives later must not bring it back.
    public var isReversed: Bool
    /// The day that decides windows.
    public var occurred: Day
    /// When the department booked it, milliseconds.
    public var recorded: Int64
    /// When it first reached us (stream time of the intake), milliseconds; decides between
    /// versions booked at the same time.
    public var arrived: Int64
    /// The amount that counts, fen: `selfPaidInPolicy`, a wage, a payment, a declared amount,
    /// a loss.
    public var amountFen: Int64?
    /// Sorted by attribute.
    public private(set) var attributes: [(attribute: Attribute, value: Value)] = []

    public init(
        kind: FactKind, subject: Subject, key: Pseudonym, department: String,
        isReversed: Bool = false, occurred: Day, recorded: Int64, arrived: Int64,
        amountFen: Int64? = nil, attributes: [(attribute: Attribute, value: Value)] = []
    ) {
        self.kind = kind
        self.subject = subject
        self.key = key
        self.department = department
        self.isReversed = isReversed
        self.occurred = occurred
        self.recorded = recorded
        self.arrived = arrived
        self.amountFen = amountFen
        self.attributes =
            Fact.isSorted(attributes)
            ? attributes : attributes.sorted { $0.attribute.rawValue < $1.attribute.rawValue }
    }

    private static func isSorted(_ attributes: [(attribute: Attribute, value: Value)]) -> Bool {
        for index in attributes.indices.dropFirst()
        where attributes[index].attribute.rawValue < attributes[index - 1].attribute.rawValue {
            return false
        }
        return true
    }

    public static func == (left: Fact, right: Fact) -> Bool {
        left.identity == right.identity && left.isReversed == right.isReversed
            && left.occurred == right.occurred && left.recorded == right.recorded
            && left.arrived == right.arrived && left.hasSameContent(as: right)
    }

    /// True when amount and attributes agree: re-sent records have the same content.
    public func hasSameContent(as other: Fact) -> Bool {
        isReversed == other.isReversed && occurred == other.occurred
            && amountFen == other.amountFen
            && attributes.elementsEqual(other.attributes) {
                $0.attribute == $1.attribute && $0.value == $1.value
            }
    }

    /// The value of an attribute; `nil` when absent.
    public func value(_ attribute: Attribute) -> Value? {
        Fact.place(of: attribute, in: attributes).map { attributes[$0].value }
    }

    /// Where an attribute stands in a sorted list.
    @inline(__always)
    static func place(
        of attribute: Attribute, in attributes: [(attribute: Attribute, value: Value)]
    ) -> Int? {
        for index in attributes.indices {
            let raw = attributes[index].attribute.rawValue
            if raw >= attribute.rawValue { return raw == attribute.rawValue ? index : nil }
        }
        return nil
    }

    public mutating func set(_ attribute: Attribute, _ value: Value?) {
        attributes.removeAll { $0.attribute == attribute }
        guard let value else { return }
        let index =
            attributes.firstIndex { $0.attribute.rawValue > attribute.rawValue } ?? attributes.count
        attributes.insert((attribute, value), at: index)
    }

    public func integer(_ attribute: Attribute) -> Int64? {
        if case .integer(let value) = value(attribute) { value } else { nil }
    }

    public func text(_ attribute: Attribute) -> String? {
        if case .text(let value) = value(attribute) { value } else { nil }
    }

    public func pseudonym(_ attribute: Attribute) -> Pseudonym? {
        if case .pseudonym(let value) = value(attribute) { value } else { nil }
    }

    public func day(_ attribute: Attribute) -> Day? {
        integer(attribute).map { Day(number: Int32($0)) }
    }

    /// The divisions an area event names.
    public var areas: [Division] {
        (text(.divisions) ?? "").split(separator: ",").compactMap { Division($0) }
    }

    /// True only when the attribute is there and true.
    public func flag(_ attribute: Attribute) -> Bool {
        integer(attribute) == 1
    }

    /// Months for which amounts are kept (formats, section 2).
    public static let amountMonths = 48

    /// What versions have in common.
    public var identity: FactIdentity {
        FactIdentity(kind: kind, subject: subject, key: key, department: department)
    }

    /// True when this version stands over `other` of the same identity: booked later, or at the
    /// same time and arrived later or together (formats, section 2, "Versions").
    public func supersedes(_ other: Fact) -> Bool {
        (recorded, arrived) >= (other.recorded, other.arrived)
    }
}

/// What the versions of one fact have in common.
public struct FactIdentity: Hashable, Sendable {
    public let kind: FactKind
    public let subject: Fact.Subject
    public let key: Pseudonym
    public let department: String

    public init(kind: FactKind, subject: Fact.Subject, key: Pseudonym, department: String) {
        self.kind = kind
        self.subject = subject
        self.key = key
        self.department = department
    }
}
