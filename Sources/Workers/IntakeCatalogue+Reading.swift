package import YAML
import Households

extension IntakeCatalogue {
    /// Bounds on a catalogue: both are several times what the six feeds have.
    package enum Limits {
        package static let events = 200
        package static let fields = 64
    }

    /// Reads `events.yaml`. Throws where it says what it may not, with file, line and column.
    package init(file: String) throws(YAMLError) {
        try self.init(try YAMLNode.parse(file: file))
    }

    /// Reads a catalogue already parsed.
    package init(_ root: YAMLNode) throws(YAMLError) {
        var top = try root.mapping()
        let feed = try top.required("feed").string()
        let list = try top.required("events").sequence()
        try top.finish()
        guard list.count <= Limits.events else {
            throw root.error("expected at most \(Limits.events) events")
        }
        var events: [Event] = []
        for node in list {
            let event = try IntakeCatalogue.event(node)
            if events.contains(where: { $0.type == event.type }) {
                throw node.error("the type \(event.type) stands twice")
            }
            events.append(event)
        }
        self.init(feed: feed, events: events)
    }

    private static func event(_ node: YAMLNode) throws(YAMLError) -> Event {
        var top = try node.mapping()
        let typeNode = try top.required("type")
        let type = try typeNode.string()
        guard type.hasSuffix(".v1"), type.count > 3 else {
            throw typeNode.error("expected a type with its version, such as md.enrol.changed.v1")
        }
        var title = try top.required("name").mapping()
        let zh = try title.required("zh").string()
        let en = try title.required("en").string()
        try title.finish()
        var fact: FactKind?
        if let node = top.optional("fact") {
            let names = FactKind.allCases.map(\.name)
            fact = FactKind(name: try node.string(oneOf: names))
        }
        let family = try top.optional("family")?.string() ?? String(type.dropLast(3))
        let event = try top.optional("event")?.string()
        let reverses = try top.optional("reverses")?.bool() ?? false
        let subjectNode = try top.required("subject")
        let keyNode = try top.required("key")
        let occursNode = try top.required("occurs")
        let fieldsNode = try top.required("fields")
        try top.finish()

        var raw = try IntakeFieldReader.read(fieldsNode)
        let names = raw.map(\.name)
        func index(_ node: YAMLNode) throws(YAMLError) -> Int {
            let name = try node.string(oneOf: names)
            return names.firstIndex(of: name).unsafelyUnwrapped
        }
        let subject = try subject(subjectNode, raw)
        var key: [Int] = []
        for part in try keyNode.sequence() {
            let at = try index(part)
            guard raw[at].kind.isKeyPart else {
                throw part.error("a field of this kind cannot be part of a key")
            }
            guard raw[at].isRequired else {
                throw part.error("a part of the key must not be optional")
            }
            key.append(at)
            raw[at].isInReverse = true
        }
        let occurs = try index(occursNode)
        guard [.day, .month, .instant].contains(raw[occurs].kind) else {
            throw occursNode.error("expected a field that is a day, a month or an instant")
        }
        guard raw[occurs].isRequired else {
            throw occursNode.error("the day of an event must not be optional")
        }
        markSubject(subject, &raw)
        return Event(
            type: type, zh: zh, en: en, fact: fact, family: family, event: event,
            reverses: reverses, subject: subject, key: key, occurs: occurs,
            fields: raw.map(Field.init))
    }

    private static func subject(
        _ node: YAMLNode, _ fields: [IntakeFieldReader]
    ) throws(YAMLError) -> SubjectPlan {
        let name = try node.string()
        if name == "area" { return .area }
        guard let index = fields.firstIndex(where: { $0.name == name }) else {
            let names = fields.map(\.name).joined(separator: ", ")
            throw node.error("expected area or one of \(names)")
        }
        let field = fields[index]
        switch field.kind {
        case .person where field.isRequired: return .person(index)
        case .household where field.isRequired: return .household(index)
        case .pseudonym where field.isRequired: return .pseudonym(index)
        default:
            throw node.error(
                "expected a required field that is a person, a household or a pseudonym")
        }
    }

    private static func markSubject(_ subject: SubjectPlan, _ fields: inout [IntakeFieldReader]) {
        switch subject {
        case .person(let index), .pseudonym(let index): fields[index].isInReverse = true
        case .household(let index):
            fields[index].isInReverse = true
            if let other = fields[index].alternative { fields[other].isInReverse = true }
        case .area: break
        }
    }
}

extension IntakeCatalogue.FieldKind {
    /// True when its text is the same for the same value, so that it can stand in a key.
    var isKeyPart: Bool {
        switch self {
        case .household, .number, .text, .token, .code, .integer, .day, .month, .term: true
        default: false
        }
    }
}
