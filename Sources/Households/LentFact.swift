/// A fact of a household, lent while it is asked about: reads what lies in the household's list
/// and copies nothing. Valid as long as the `HouseholdFacts` that lent it; `fact` is for keeping.
public struct LentFact {
    private let place: UnsafePointer<Fact>

    @inline(__always)
    init(_ place: UnsafePointer<Fact>) {
        self.place = place
    }

    /// A copy, to keep.
    public var fact: Fact { place.pointee }

    /// As `Fact.kind`.
    @inline(__always) public var kind: FactKind { place.pointee.kind }
    /// As `Fact.subject`.
    @inline(__always) public var subject: Fact.Subject { place.pointee.subject }
    /// As `Fact.key`.
    @inline(__always) public var key: Pseudonym { place.pointee.key }
    /// As `Fact.isReversed`.
    @inline(__always) public var isReversed: Bool { place.pointee.isReversed }
    /// As `Fact.occurred`.
    @inline(__always) public var occurred: Day { place.pointee.occurred }
    /// As `Fact.recorded`, milliseconds.
    @inline(__always) public var recorded: Int64 { place.pointee.recorded }
    /// As `Fact.arrived`, milliseconds.
    @inline(__always) public var arrived: Int64 { place.pointee.arrived }
    /// As `Fact.amountFen`.
    @inline(__always) public var amountFen: Int64? { place.pointee.amountFen }

    /// True when the fact is of this person.
    @inline(__always)
    public func isOf(_ person: Pseudonym) -> Bool {
        if case .person(let id) = place.pointee.subject { id == person } else { false }
    }

    /// The whole number of an attribute; `nil` when absent.
    public func integer(_ attribute: Attribute) -> Int64? {
        guard let index = Fact.place(of: attribute, in: place.pointee.attributes),
            case .integer(let value) = place.pointee.attributes[index].value
        else { return nil }
        return value
    }

    /// The text of an attribute; `nil` when absent.
    public func text(_ attribute: Attribute) -> String? {
        guard let index = Fact.place(of: attribute, in: place.pointee.attributes),
            case .text(let value) = place.pointee.attributes[index].value
        else { return nil }
        return value
    }

    /// The pseudonym of an attribute; `nil` when absent.
    public func pseudonym(_ attribute: Attribute) -> Pseudonym? {
        guard let index = Fact.place(of: attribute, in: place.pointee.attributes),
            case .pseudonym(let value) = place.pointee.attributes[index].value
        else { return nil }
        return value
    }

    /// The day of an attribute; `nil` when absent.
    public func day(_ attribute: Attribute) -> Day? {
        integer(attribute).map { Day(number: Int32($0)) }
    }

    /// True only when the attribute is there and true.
    public func flag(_ attribute: Attribute) -> Bool {
        integer(attribute) == 1
    }

    /// When several follow each other in time, whether this one comes after the other or with it.
    func isLater(than other: LentFact) -> Bool {
        (occurred, recorded, arrived) >= (other.occurred, other.recorded, other.arrived)
    }
}
