import Households
import YAML

/// One field of `events.yaml` while it is read; `IntakeCatalogue.Field` is the finished one.
struct IntakeFieldReader {
    typealias Kind = IntakeCatalogue.FieldKind

    var name: String
    var kind: Kind
    var isRequired = true
    var target = IntakeCatalogue.Target.none
    var codes: [IntakeCatalogue.Code] = []
    /// Of an item: one list, or one for each code of the field `itemsBy`.
    var items: [[IntakeCatalogue.Code]] = []
    var itemsBy: Int?
    var notBefore: Int?
    var atMost: Int?
    var defaultAfter: Int?
    var defaultDays = 0
    var alternative: Int?
    var isStandIn = false
    var isInReverse = false
    var columns: [String] = []

    /// Reads the mapping `fields` of an event, in its order.
    static func read(_ node: YAMLNode) throws(YAMLError) -> [IntakeFieldReader] {
        var result: [IntakeFieldReader] = []
        var standIns: [(name: String, columns: [String], household: Int)] = []
        let entries = try node.mapping().entries
        guard entries.count < IntakeCatalogue.Limits.fields else {
            throw node.error("expected fewer than \(IntakeCatalogue.Limits.fields) fields")
        }
        for entry in entries {
            let name = try entry.key.string()
            var options = try entry.value.mapping()
            var field = IntakeFieldReader(name: name, kind: .boolean)
            try field.readKind(&options, result)
            field.isRequired = !(try options.optional("optional")?.bool() ?? false)
            try field.readTarget(&options)
            try field.readOrder(&options, result)
            if let node = options.optional("columns") { field.columns = try texts(node) }
            if let or = options.optional("or") {
                guard field.kind == .household else {
                    throw or.error("only a household can be named by a person in its place")
                }
                let columns = try options.optional("orColumns").map(texts) ?? []
                standIns.append((try or.string(), columns, result.count))
            }
            try options.finish()
            result.append(field)
        }
        for standIn in standIns {
            try placeStandIn(standIn, in: &result, node)
        }
        try refuseSharedColumns(result, node)
        return result
    }

    /// The person field that may stand in a household's place: one the event has anyway, or an
    /// added one at the end.
    private static func placeStandIn(
        _ standIn: (name: String, columns: [String], household: Int),
        in fields: inout [IntakeFieldReader], _ node: YAMLNode
    ) throws(YAMLError) {
        if let index = fields.firstIndex(where: { $0.name == standIn.name }) {
            guard fields[index].kind == .person, !fields[index].isRequired,
                standIn.columns.isEmpty
            else {
                throw node.error(
                    "\(standIn.name) must be an optional person field with its own columns, "
                        + "because it may stand in the household's place")
            }
            fields[standIn.household].alternative = index
        } else {
            var field = IntakeFieldReader(name: standIn.name, kind: .person)
            field.isRequired = false
            field.isStandIn = true
            field.columns = standIn.columns
            fields[standIn.household].alternative = fields.count
            fields.append(field)
        }
    }

    private static func refuseSharedColumns(
        _ fields: [IntakeFieldReader], _ node: YAMLNode
    ) throws(YAMLError) {
        var seen: Set<String> = []
        for field in fields {
            for column in [field.name] + field.columns where !seen.insert(column).inserted {
                throw node.error("the column '\(column)' would fill two fields")
            }
        }
    }

    private mutating func readKind(
        _ options: inout YAMLMapping, _ above: [IntakeFieldReader]
    ) throws(YAMLError) {
        let node = try options.required("is")
        let names = [
            "person", "household", "number", "text", "token", "code", "item", "integer", "yuan",
            "percent", "hundredths", "boolean", "day", "month", "term", "division", "area",
            "areas", "instant", "pseudonym", "texts", "evidence",
        ]
        switch try node.string(oneOf: names) {
        case "person": kind = .person
        case "household": kind = .household
        case "number": kind = .number
        case "text": kind = .text(longest: try options.optional("longest")?.int() ?? 4_096)
        case "token": kind = .token(longest: try options.optional("longest")?.int() ?? 64)
        case "code":
            kind = .code
            codes = try IntakeFieldReader.codes(options.required("codes"))
        case "item":
            // An open list: the codes are what CSV labels map to, any other text is an item too.
            kind = .text(longest: 64)
            try readItems(&options, above)
        case "integer":
            let from = try options.required("from").int()
            let toNode = try options.required("to")
            let to = try toNode.int()
            guard from <= to else { throw toNode.error("expected at least \(from)") }
            kind = .integer(Int64(from)...Int64(to))
        case "yuan": kind = .yuan(limitFen: try IntakeFieldReader.limit(&options))
        case "percent": kind = .percent
        case "hundredths":
            kind = .hundredths(limit: Int64(try options.required("to").int()))
        case "boolean": kind = .boolean
        case "day": kind = .day
        case "month": kind = .month
        case "term": kind = .term
        case "division": kind = .division
        case "area": kind = .area
        case "areas": kind = .areas
        case "instant": kind = .instant
        case "pseudonym": kind = .pseudonym
        case "texts": kind = .texts
        default: kind = .evidence
        }
    }

    /// `codes` of an item: a list, or with `by` a mapping of that field's codes to lists.
    private mutating func readItems(
        _ options: inout YAMLMapping, _ above: [IntakeFieldReader]
    ) throws(YAMLError) {
        let node = try options.required("codes")
        guard let by = options.optional("by") else {
            codes = try IntakeFieldReader.codes(node)
            items = [codes]
            return
        }
        let name = try by.string()
        guard let index = above.firstIndex(where: { $0.name == name }),
            above[index].kind == .code, above[index].isRequired
        else { throw by.error("expected a required code field that stands above this one") }
        itemsBy = index
        var lists = try node.mapping()
        for kind in above[index].codes {
            let node = try lists.required(kind.code)
            let list = try IntakeFieldReader.codes(node)
            for code in list where !codes.contains(code) {
                if let other = codes.first(where: { $0.label == code.label }), code.label != nil {
                    throw node.error("the label of '\(code.code)' stands for '\(other.code)' too")
                }
                codes.append(code)
            }
            items.append(list)
        }
        try lists.finish()
    }

    /// `limit`: yuan, at most the ten million of formats, section 1.
    private static func limit(_ options: inout YAMLMapping) throws(YAMLError) -> Int64 {
        guard let node = options.optional("limit") else { return Money.limitFen }
        let text = try node.decimal()
        do throws(Money.Refusal) {
            return try Money.fen(yuan: text)
        } catch {
            throw node.error("expected yuan from 0 to 10000000")
        }
    }

    private mutating func readTarget(_ options: inout YAMLMapping) throws(YAMLError) {
        guard let node = options.optional("into") else { return }
        let attributes = Attribute.allCases.map { String(describing: $0) }
        let name = try node.string(oneOf: ["amount"] + attributes)
        if name == "amount" {
            guard case .yuan = kind else { throw node.error("only yuan can be the amount") }
            target = .amount
        } else {
            let index = attributes.firstIndex(of: name).unsafelyUnwrapped
            target = .attribute(Attribute.allCases[index])
        }
        switch kind {
        case .instant, .evidence, .pseudonym:
            throw node.error("a field of this kind cannot become part of a fact")
        default: break
        }
    }

    /// `notBefore`, `atMost` and `default` name fields above this one.
    private mutating func readOrder(
        _ options: inout YAMLMapping, _ above: [IntakeFieldReader]
    ) throws(YAMLError) {
        func index(_ node: YAMLNode, like kind: Kind) throws(YAMLError) -> Int {
            let name = try node.string()
            guard let index = above.firstIndex(where: { $0.name == name }),
                above[index].kind == kind
            else {
                throw node.error("expected a field of the same kind that stands above this one")
            }
            return index
        }
        if let node = options.optional("notBefore") {
            guard kind == .day else { throw node.error("only a day can be not before another") }
            notBefore = try index(node, like: kind)
        }
        if let node = options.optional("atMost") {
            guard case .yuan = kind else { throw node.error("only yuan can be at most another") }
            atMost = try index(node, like: kind)
        }
        if let node = options.optional("default") {
            guard kind == .day else { throw node.error("only a day can have a default") }
            var parts = try node.mapping()
            defaultAfter = try index(parts.required("after"), like: kind)
            defaultDays = try parts.required("days").int()
            try parts.finish()
            isRequired = false
        }
    }

    /// A list of codes, or a mapping of codes to what spreadsheets call them.
    private static func codes(_ node: YAMLNode) throws(YAMLError) -> [IntakeCatalogue.Code] {
        var result: [IntakeCatalogue.Code] = []
        if case .sequence(let items) = node.kind {
            for item in items {
                let code = try item.string()
                guard !result.contains(where: { $0.code == code }) else {
                    throw item.error("the code '\(code)' stands twice")
                }
                result.append(IntakeCatalogue.Code(code: code, label: nil))
            }
        } else {
            for entry in try node.mapping().entries {
                let code = try entry.key.string()
                let label = try entry.value.string()
                guard !result.contains(where: { $0.label == label }) else {
                    throw entry.value.error("the label '\(label)' stands twice")
                }
                result.append(IntakeCatalogue.Code(code: code, label: label))
            }
        }
        return result
    }

    private static func texts(_ node: YAMLNode) throws(YAMLError) -> [String] {
        var result: [String] = []
        for item in try node.sequence() { result.append(try item.string()) }
        return result
    }
}
