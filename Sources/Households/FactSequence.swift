/// Facts behind each other in few bytes: what one has in common with those before it is referred
/// to. Facts are only added, so the bytes before stay as they are, and a state that begins with
/// them costs the changelog what came (docs/FORMATS.md).
///
/// A fact: its kind (1 byte, never 0), flags (1 byte: 1 reversed, 2 with amount, 4 and 8 the subject:
/// 0 person, 1 household, 2 a person's household, 3 area), subject if any, key, department,
/// occurred as the difference to the fact before in days, recorded likewise in milliseconds,
/// arrived − recorded, amount, the number of attributes, and for each its code, type (1 number,
/// 2 text, 3 pseudonym) and value. Numbers are LEB128, signed ones zigzag. A pseudonym or text is
/// the number of one met before, from 1; or 0 and itself, which is the next number, up to
/// `FactReferences.limit`. A byte 0 in place of a kind ends the facts.
public struct FactSequence: Sendable {
    /// The facts' bytes, without the end.
    public private(set) var bytes: [UInt8] = []
    private var references = FactReferences()

    /// No facts.
    public init() {}

    /// Adds a fact.
    public mutating func append(_ fact: Fact) {
        bytes.append(fact.kind.rawValue)
        var flags: UInt8 = (fact.isReversed ? 1 : 0) | (fact.amountFen == nil ? 0 : 2)
        switch fact.subject {
        case .person(let id):
            bytes.append(flags)
            append(id)
        case .household(let id):
            bytes.append(flags | 4)
            append(id)
        case .householdOf(let id):
            bytes.append(flags | 8)
            append(id)
        case .area:
            flags |= 12
            bytes.append(flags)
        }
        append(fact.key)
        append(fact.department)
        bytes.appendSigned(Int64(fact.occurred.number) - Int64(references.occurred))
        bytes.appendSigned(fact.recorded &- references.recorded)
        bytes.appendSigned(fact.arrived &- fact.recorded)
        references.occurred = fact.occurred.number
        references.recorded = fact.recorded
        if let amount = fact.amountFen { bytes.appendSigned(amount) }
        bytes.appendUnsigned(UInt64(fact.attributes.count))
        for (attribute, value) in fact.attributes {
            bytes.append(attribute.rawValue)
            switch value {
            case .integer(let integer):
                bytes.append(1)
                bytes.appendSigned(integer)
            case .text(let text):
                bytes.append(2)
                append(text)
            case .pseudonym(let pseudonym):
                bytes.append(3)
                append(pseudonym)
            }
        }
    }

    /// Adds a pseudonym that belongs to a fact and stands in front of it.
    public mutating func append(_ pseudonym: Pseudonym) {
        if let number = references.number(of: pseudonym) {
            bytes.appendUnsigned(number)
        } else {
            bytes.append(0)
            bytes.appendPseudonym(pseudonym)
        }
    }

    /// Adds a byte that belongs to a fact and stands in front of it.
    public mutating func append(_ byte: UInt8) {
        bytes.append(byte)
    }

    private mutating func append(_ text: String) {
        if let number = references.number(of: text) {
            bytes.appendUnsigned(number)
        } else {
            bytes.append(0)
            bytes.appendSpan(text)
        }
    }

    // MARK: Reading

    /// Continues what a reader has read.
    fileprivate init(bytes: [UInt8], references: FactReferences) {
        self.bytes = bytes
        self.references = references
    }

    /// Reads facts back, front to back.
    public struct Reader {
        private var bytes: ByteReader
        private let start: Int
        private var references = FactReferences()

        /// Reads from where `bytes` stands.
        public init(_ bytes: ByteReader) {
            self.bytes = bytes
            start = bytes.position
            references.reserve()
        }

        /// The next byte. A pseudonym or byte in front of a fact is read as it was written.
        public mutating func byte() throws(ByteReader.Damaged) -> UInt8 {
            try bytes.byte()
        }

        /// A pseudonym that stands in front of a fact.
        public mutating func pseudonym() throws(ByteReader.Damaged) -> Pseudonym {
            let number = try bytes.unsigned()
            if number > 0 { return try references.pseudonym(number) }
            let pseudonym = try bytes.pseudonym()
            references.add(pseudonym)
            return pseudonym
        }

        private mutating func text() throws(ByteReader.Damaged) -> String {
            let number = try bytes.unsigned()
            if number > 0 { return try references.text(number) }
            let text = try bytes.text()
            references.add(text)
            return text
        }

        /// The next fact; `nil` at the end, which is read too.
        public mutating func next() throws(ByteReader.Damaged) -> Fact? {
            let kind = try bytes.byte()
            return kind == 0 ? nil : try fact(kind)
        }

        /// The fact behind what stands in front of it.
        public mutating func fact() throws(ByteReader.Damaged) -> Fact {
            try fact(try bytes.byte())
        }

        private mutating func fact(_ kind: UInt8) throws(ByteReader.Damaged) -> Fact {
            guard let kind = FactKind(rawValue: kind) else { throw .init() }
            let flags = try bytes.byte()
            guard flags < 16 else { throw .init() }
            let subject: Fact.Subject =
                switch flags >> 2 {
                case 0: .person(try pseudonym())
                case 1: .household(try pseudonym())
                case 2: .householdOf(try pseudonym())
                default: .area
                }
            let key = try pseudonym()
            let department = try text()
            references.occurred = Int32(
                truncatingIfNeeded: Int64(references.occurred) &+ (try bytes.signed()))
            references.recorded &+= try bytes.signed()
            let arrived = references.recorded &+ (try bytes.signed())
            let amount: Int64? = flags & 2 != 0 ? try bytes.signed() : nil
            let count = Int(truncatingIfNeeded: try bytes.unsigned())
            guard (0...Attribute.allCases.count).contains(count) else { throw .init() }
            var attributes: [(attribute: Attribute, value: Fact.Value)] = []
            attributes.reserveCapacity(count)
            for _ in 0..<count {
                guard let attribute = Attribute(rawValue: try bytes.byte()) else { throw .init() }
                let value: Fact.Value =
                    switch try bytes.byte() {
                    case 1: .integer(try bytes.signed())
                    case 2: .text(try text())
                    case 3: .pseudonym(try pseudonym())
                    default: throw .init()
                    }
                attributes.append((attribute, value))
            }
            return Fact(
                kind: kind, subject: subject, key: key, department: department,
                isReversed: flags & 1 != 0, occurred: Day(number: references.occurred),
                recorded: references.recorded, arrived: arrived, amountFen: amount,
                attributes: attributes)
        }

        /// Ends behind the facts: what reads on, and the facts to add to.
        public func end() -> (rest: ByteReader, facts: FactSequence) {
            let facts = FactSequence(
                bytes: Array(bytes.slice(from: start).dropLast()), references: references)
            return (bytes, facts)
        }
    }
}

/// What a sequence of facts has met: later facts refer to it.
struct FactReferences: Sendable {
    /// So many pseudonyms, and texts, can be referred to; further ones are written out. Finding
    /// one then takes a fraction of a microsecond, whatever a household has.
    static let limit = 255

    private var pseudonyms: [Pseudonym] = []
    private var texts: [String] = []
    var occurred: Int32 = 0
    var recorded: Int64 = 0

    /// Makes room for what a household usually has.
    mutating func reserve() {
        pseudonyms.reserveCapacity(32)
        texts.reserveCapacity(12)
    }

    /// The number of a pseudonym met before; else keeps it.
    mutating func number(of pseudonym: Pseudonym) -> UInt64? {
        let index = pseudonyms.withUnsafeBufferPointer { all in
            all.indices.first { all[$0] == pseudonym }
        }
        if let index { return UInt64(index + 1) }
        add(pseudonym)
        return nil
    }

    /// The number of a text met before; else keeps it.
    mutating func number(of text: String) -> UInt64? {
        let index = texts.withUnsafeBufferPointer { all in
            all.indices.first { all[$0] == text }
        }
        if let index { return UInt64(index + 1) }
        add(text)
        return nil
    }

    mutating func add(_ pseudonym: Pseudonym) {
        if pseudonyms.count < FactReferences.limit { pseudonyms.append(pseudonym) }
    }

    mutating func add(_ text: String) {
        if texts.count < FactReferences.limit { texts.append(text) }
    }

    func pseudonym(_ number: UInt64) throws(ByteReader.Damaged) -> Pseudonym {
        guard number <= UInt64(pseudonyms.count) else { throw .init() }
        return pseudonyms[Int(number) - 1]
    }

    func text(_ number: UInt64) throws(ByteReader.Damaged) -> String {
        guard number <= UInt64(texts.count) else { throw .init() }
        return texts[Int(number) - 1]
    }
}
