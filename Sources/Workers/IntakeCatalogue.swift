package import Households

/// What one feed may send, planned once at start from `Pipelines/<feed>/events.yaml`: the data
/// path looks a type up with one hash and each field with one more. Shared between threads, never
/// changed.
package struct IntakeCatalogue: Sendable {
    /// How a field is written, checked and kept. Units are part of the type.
    package enum FieldKind: Sendable, Equatable {
        /// A resident number or disability certificate; kept as a pseudonym.
        case person
        /// A register's number; kept as a pseudonym.
        case household
        /// A number that leads to a person, up to 64 bytes; kept as a keyed digest, if at all.
        case number
        /// Text up to so many bytes, without control characters.
        case text(longest: Int)
        /// ASCII letters, digits and `._:-`, up to so many.
        case token(longest: Int)
        /// One of the field's codes.
        case code
        case integer(ClosedRange<Int64>)
        /// Yuan with at most two decimals, kept in fen.
        case yuan(limitFen: Int64)
        /// 0 to 100 with any decimals, rounded down to whole percent.
        case percent
        /// From 0 to so many, kept in hundredths, rounded down.
        case hundredths(limit: Int64)
        case boolean
        case day
        case month
        case term
        /// 12 digits, known to the policy.
        case division
        /// 2, 4, 6, 9 or 12 digits.
        case area
        /// A list of areas, each known to the policy.
        case areas
        /// RFC 3339.
        case instant
        /// A household's pseudonym, 26 characters.
        case pseudonym
        /// A list of tokens.
        case texts
        /// A list of `{kind, sha256, takenAt}`.
        case evidence
    }

    /// Where a field's value goes.
    package enum Target: Sendable, Equatable {
        /// Nowhere: it is checked, and may be subject, day or key.
        case none
        case amount
        case attribute(Attribute)
    }

    /// A code and what spreadsheets call it.
    package struct Code: Sendable, Equatable {
        package let code: String
        package let label: String?
    }

    /// A field of one event. A class, so that the data path passes one reference along and not
    /// every list in it.
    package final class Field: Sendable {
        package let name: String
        package let kind: FieldKind
        package let isRequired: Bool
        package let target: Target
        /// What it may be (`code`), or what is known of an open list (`text`, for labels).
        package let codes: [Code]
        package let codeTable: IntakeNameTable
        /// For an `item`: the codes it knows, in one table, or one for each code of the field
        /// `itemsBy`; empty for all else.
        package let itemTables: [IntakeNameTable]
        /// Index of the code field that says which list an item belongs to.
        package let itemsBy: Int?
        /// Index of the field whose day must not be after this one.
        package let notBefore: Int?
        /// Index of the field whose amount must not be below this one.
        package let atMost: Int?
        /// Index of a day field and how many days later this one is when absent.
        package let defaultAfter: Int?
        package let defaultDays: Int
        /// Index of the person field that may stand in this household's place.
        package let alternative: Int?
        /// True for such a person field that the event does not have otherwise: it is read only
        /// when the household is absent.
        package let isStandIn: Bool
        /// True when `op: reverse` needs it: subject or part of the key.
        package let isInReverse: Bool
        /// Names of the CSV columns it may stand in, besides its own name.
        package let columns: [String]

        init(_ read: IntakeFieldReader) {
            name = read.name
            kind = read.kind
            isRequired = read.isRequired
            target = read.target
            codes = read.codes
            codeTable = IntakeNameTable(read.codes.map(\.code))
            itemTables = read.items.map { IntakeNameTable($0.map(\.code)) }
            itemsBy = read.itemsBy
            notBefore = read.notBefore
            atMost = read.atMost
            defaultAfter = read.defaultAfter
            defaultDays = read.defaultDays
            alternative = read.alternative
            isStandIn = read.isStandIn
            isInReverse = read.isInReverse
            columns = read.columns
        }
    }

    /// Whom the facts are about: the index of the field that names it.
    package enum SubjectPlan: Sendable, Equatable {
        case person(Int)
        case household(Int)
        case pseudonym(Int)
        case area
    }

    package final class Event: Sendable {
        /// With its version: `md.settlement.inpatient.v1`.
        package let type: String
        package let zh: String
        package let en: String
        /// `nil` for an action that is only passed on.
        package let fact: FactKind?
        /// What begins the digest of its keys: types of one family share keys.
        package let family: String
        /// The attribute `event`, for families of several types.
        package let event: String?
        /// True for a type that removes what its key names.
        package let reverses: Bool
        package let subject: SubjectPlan
        /// Indices of the fields that make up the natural key beside the subject.
        package let key: [Int]
        /// Index of the field that says the day.
        package let occurs: Int
        /// In the order faults are reported.
        package let fields: [Field]
        package let names: IntakeNameTable
        /// Indices of the fields that are items.
        package let items: [Int]

        init(
            type: String, zh: String, en: String, fact: FactKind?, family: String, event: String?,
            reverses: Bool, subject: SubjectPlan, key: [Int], occurs: Int, fields: [Field]
        ) {
            self.type = type
            self.zh = zh
            self.en = en
            self.fact = fact
            self.family = family
            self.event = event
            self.reverses = reverses
            self.subject = subject
            self.key = key
            self.occurs = occurs
            self.fields = fields
            names = IntakeNameTable(fields.map(\.name))
            items = fields.indices.filter { !fields[$0].itemTables.isEmpty }
        }
    }

    /// The topic's short name: `medical` for `feed.medical`, `actions` for the officers' answers.
    package let feed: String
    package let events: [Event]
    private let types: IntakeNameTable

    package init(feed: String, events: [Event]) {
        self.feed = feed
        self.events = events
        types = IntakeNameTable(events.map(\.type))
    }

    /// The event of a type given with its version; `nil` when this feed has none.
    package func event(_ type: UnsafeRawBufferPointer) -> Event? {
        types.index(of: type).map { events[$0] }
    }

    /// The same from text, for tools.
    package func event(named type: String) -> Event? {
        events.first { $0.type == type }
    }

    /// One column a CSV file may have for a type.
    package struct Column: Sendable, Equatable {
        package let type: String
        package let column: String
        package let field: String
    }

    /// Every column name of every type and the field it fills, in the order of the file; the
    /// field's own name is a column too.
    package var columns: [Column] {
        events.flatMap { event in
            event.fields.flatMap { field in
                ([field.name] + field.columns).map {
                    Column(type: event.type, column: $0, field: field.name)
                }
            }
        }
    }
}
